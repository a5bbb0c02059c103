"""What the steps of the tour can do: register, fetch, credit, cancel, and add findings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contract_tests.conformance import why_refused
from contract_tests.findings import Fact, fact
from contract_tests.messages import CLOCKS_MAY_DIFFER, Exchange, shown
from contract_tests.model import (
    NUMBER,
    ModelCase,
    Query,
    case_invariants,
    issues,
    known_case_differences,
    page_invariants,
    receipt_invariants,
    refusal_differences,
    refused_credentials,
)
from contract_tests.server import Caller, Inconclusive
from contract_tests.tour.documents import Documents
from contract_tests.tour.random_data import RandomData
from contract_tests.tour.report import Report
from contract_tests.tour.written import Written


class TourSession(Report, Documents):
    """A tour with its client and its model; every case that it registers is kept until the end."""

    def __init__(self, caller: Caller, run: str, seed: int = 0) -> None:
        Report.__init__(self, caller)
        Documents.__init__(self, run, caller.target.account)
        self.random_data = RandomData(seed)
        self.target = caller.target
        self.cases: list[ModelCase] = []
        self.written: list[Written] = []
        self.sample_cases: dict[str, ModelCase] = {}  # the cases that several steps share, by what they are for
        self.ended: Inconclusive | None = None  # why no more requests are possible
        self.disagreed = False  # some response broke the contract, so a later one may be one that the model can't read
        self.clocks_may_differ = CLOCKS_MAY_DIFFER
        self.sent_to_stand_in_only = 0  # requests of steps that are taken on a stand-in only
        self._taken: dict[str, set[str]] = {}  # what no two receipts may share

    # --- doing --------------------------------------------------------------------------------------------------------
    @property
    def reference(self) -> str:
        """The creditor's own reference of some creditings of this run."""
        return f"{self.ours}REFERENCE-1"

    def register(self, lines: Iterable[Mapping[str, Any]] = (), **changes: Any) -> ModelCase:
        """Register an invoice that must be accepted, and check its receipt."""
        return self.must_register(self.invoice(lines, **changes), fact("guides_invoice"))

    def must_register(self, document: Mapping[str, Any], rests_on: Fact, *, alternate_path: bool = False) -> ModelCase:
        """Register a document that must be accepted, because of a fact; raises StepBlocked."""
        document = self.completed(document)
        case = self.registered(document, self.caller.call("register_invoice", document, alternate_path=alternate_path))
        if case is None:
            named = issues(self.last.object_or_empty)
            if not self.cases and (why := refused_credentials(self.last)):
                raise Inconclusive(why)
            seen = f"{self.last.status} {shown(named)}"
            self.add_finding("register_invoice", "a valid invoice is accepted", "", "201", seen, rests_on=rests_on)
            if self.learn(named):
                return self.must_register(document, rests_on, alternate_path=alternate_path)
            raise StepBlocked("no case, since the registration was refused")
        return case

    def registered(self, document: Mapping[str, Any], exchange: Exchange) -> ModelCase | None:
        """Take a new case into the model if a registration was accepted."""
        receipt = exchange.object_or_empty
        if exchange.status not in (200, 201) or "_case" not in receipt:
            return None
        if exchange.status == 200:
            self.add_finding("register_invoice", "status", "", "201 Created", 200, rests_on=fact("created_is_201"))
        case = ModelCase(receipt["_case"], receipt, document)
        for other in self.cases:
            if other.debtor == case.debtor and other.name != case.name:
                other.other_names.add(case.name)
                case.other_names.add(other.name)
        self.cases.append(case)
        self.written.append(Written("register_invoice", document, receipt))
        self._look_at_receipt("register_invoice", receipt, exchange)
        return case

    def _look_at_receipt(self, operation: str, receipt: Mapping[str, Any], exchange: Exchange) -> None:
        if {"_created", "_updated", "_id"} <= receipt.keys():
            differences = receipt_invariants(operation, receipt, exchange.headers, self.clocks_may_differ)
            self.add_differences(operation, "a receipt is true", "", differences)
        ocr = fact("ocr_of_its_own")
        unique = {"_id": fact("ids"), "_case": fact("case_of_its_own"), "_ocr_number": ocr, "ocr_number_ocr": ocr}
        for name, rests_on in unique.items():
            taken, value = self._taken.setdefault(name, set()), receipt.get(name)
            if value in taken:
                self.add_finding(operation, "no two receipts are the same", f"/{name}", "a new one", value, rests_on=rests_on)
            taken.update({value} if isinstance(value, str) else ())

    def attempt(self, operation: str, body: Any, **call: Any) -> Exchange:
        """Send a write that may be refused; what is acknowledged is to be listed."""
        exchange = self.caller.call(operation, body, **call)
        if exchange.status == 201 and "_id" in exchange.object_or_empty:
            self.written.append(Written(operation, body, exchange.object_or_empty))
        return exchange

    def act(self, operation: str, body: Mapping[str, Any], of: ModelCase, *, alternate_path: bool = False) -> dict[str, Any]:
        """Credit or cancel, where it must be accepted; returns the receipt."""
        exchange = self.caller.call(operation, body, alternate_path=alternate_path)
        receipt = exchange.object_or_empty
        if exchange.status != 201:
            why = fact("account_of_a_crediting") if "account" in body else fact("actions")
            named = issues(receipt)
            seen = f"{exchange.status} {shown(named)}"
            self.add_finding(operation, "a valid action is accepted", "", "201", seen, rests_on=why)
            if self.learn_of_action(named):
                return self.act(operation, self.accepted(body), of, alternate_path=alternate_path)
            raise StepBlocked(f"{operation} was refused")
        self.written.append(Written(operation, body, receipt))
        self._look_at_receipt(operation, receipt, exchange)
        known = {"case_invoice_number": of.number}
        if of.seen is not None and "reference_number" in of.seen:
            known["case_reference_number"] = of.seen["reference_number"]
        for name in known.keys() & receipt.keys():
            rule = "a receipt names its case"
            self.expect(operation, rule, f"/{name}", known[name], receipt[name], rests_on=fact("receipt_case"))
        return receipt

    def refused(
        self, operation: str, body: Any, *named: str, violates_contract: bool = True, unknown: Sequence[str] = (), **call: Any
    ) -> Exchange:
        """Send a document that must be refused; the response must name every property that is wrong, and no other.

        Whether the properties `unknown` are wrong is an open question.
        """
        exchange = self.attempt(operation, body, violates_contract=violates_contract, **call)
        if exchange.status != 422:
            rule = f"a request that is wrong in {', '.join(named) or 'itself'} is refused"
            refused = exchange.status == 400
            why = fact("unprocessable_is_422") if refused else why_refused(self.caller.contract, operation, body)
            self.add_finding(operation, rule, "", "422", exchange.status, rests_on=why)
        if exchange.status in (400, 422):
            rule = "a refusal names what is wrong and nothing else"
            named_in_it = issues(exchange.object_or_empty)
            also = [name for name in unknown if name in named_in_it]
            differences = refusal_differences(body, (*named, *also), exchange)
            wanted = (each for each in differences if not self.is_wanted(each[1].removeprefix("/_issues/").replace("/", ".")))
            self.add_differences(operation, rule, "", wanted)
            if unknown:
                self.record_unknown(operation, unknown, named_in_it)
        return exchange

    # --- looking ------------------------------------------------------------------------------------------------------
    @property
    def last(self) -> Exchange:
        """The last exchange."""
        assert self.caller.last is not None, "asked for the last exchange before there was one"
        return self.caller.last

    def fetch_page(self, where: Mapping[str, Any] | str | None = None, **query: Any) -> dict[str, Any]:
        """Fetch a page that must be given, and check it against the query and the model."""
        asked = {name: value for name, value in {"where": where, **query}.items() if value is not None}
        return self.check_page(Query(**asked), self.caller.call("list_cases", query=asked))

    def check_page(self, query: Query, exchange: Exchange) -> dict[str, Any]:
        """Check the answer to a query against it and against the model; returns the page."""
        page = exchange.object_or_empty
        if exchange.status != 200 or not isinstance(page.get("_items"), list):
            self.expect("list_cases", "a valid question is answered", "", 200, exchange.status, rests_on=query.rests_on)
            raise StepBlocked("no page of cases")
        rule = "a page is the answer to its question"
        self.add_differences("list_cases", rule, "", page_invariants(query, page, exchange.headers, self.clocks_may_differ))
        known = {case.id: case for case in self.cases}
        for position, item in enumerate(page["_items"] if query.projection is None else ()):
            self.add_differences("list_cases", "a case agrees with itself", f"/_items/{position}", case_invariants(item))
            if item["_id"] in known:
                differences = known[item["_id"]].differences(item)
                self.add_differences("list_cases", "a case is what was done to it", f"/_items/{position}", differences)
        rule = "a page has what is known"
        self.add_differences("list_cases", rule, "", known_case_differences(query, page, self.cases, self.ours))
        return page

    def check_cases(self, cases: Sequence[ModelCase]) -> dict[str, Any]:
        """Fetch cases by their numbers, exactly those, and compare each with the model; raises StepBlocked."""
        numbers = sorted({case.number for case in cases})
        where: dict[str, Any] = {NUMBER: {"$in": numbers} if len(numbers) > 1 else numbers[0]}
        wanted = {case.id for case in self.cases if case.number in numbers}
        for more in reversed(range(self.target.retries + 1)):
            page = self.fetch_page(where, max_results=100)
            if more and wanted - {item["_id"] for item in page["_items"]}:
                self.caller.wait(2.0)
            else:
                break
        total = page["_meta"].get("total", len(wanted))
        rule, came = "a registered case can be found by its number", {item["_id"] for item in page["_items"]}
        self.expect("list_cases", rule, "/_meta/total", len(wanted), total, rests_on=fact("case_visible"))
        self.expect("list_cases", rule, "/_items", sorted(wanted), sorted(came), rests_on=fact("case_visible"))
        if not wanted <= came:
            raise StepBlocked("some cases are not to be found")
        return page

    def check_case(self, case: ModelCase) -> dict[str, Any]:
        """Fetch one case, and compare it with the model; returns it."""
        found: dict[str, Any] = next(item for item in self.check_cases([case])["_items"] if item["_id"] == case.id)
        return found

    def read_case(self, case: ModelCase) -> dict[str, Any]:
        """Read a case, which was seen before, by its identifier, and compare it with the model; raises StepBlocked."""
        exchange = self.caller.call("get_case", item=case.id)
        if exchange.status != 200:
            rule = "a case is read by its identifier"
            self.expect("get_case", rule, "", 200, exchange.status, rests_on=fact("read_again"))
            raise StepBlocked("no case")
        found = exchange.object_or_empty
        self.add_differences("get_case", "a case agrees with itself", "", case_invariants(found))
        self.add_differences("get_case", "a case is what was done to it", "", case.differences(found))
        return found


class StepBlocked(Exception):
    """A step can't go on; the reason is among the findings."""
