"""What the steps of the tour can do: register, look, credit, cancel, and say what is not as it should be."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from contract_tests.behaviours import behaviours
from contract_tests.caller import Caller, Inconclusive
from contract_tests.exact import NotStrictJson
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, shown
from contract_tests.tour.invoices import invoice
from contract_tests.tour.model import Difference, ModelCase, consistency, moment, receipt_differences

_CLOCKS_MAY_DIFFER = timedelta(seconds=90)


class Traveller:
    """Walks with a caller and a model; every case it registers is kept until the tour is over."""

    def __init__(self, caller: Caller, run: str) -> None:
        self.caller, self.run = caller, run
        self.target = caller.target
        self.cases: list[ModelCase] = []
        self.batch: list[ModelCase] = []  # the cases that several steps share
        self.behaviours_seen: dict[str, str] = {}
        self.ended: Inconclusive | None = None  # why nothing more can be asked
        self._count = 0
        self._victim: ModelCase | None = None

    # --- saying -------------------------------------------------------------------------------------------------------
    def say(self, operation: str, rule: str, pointer: str, expected: Any, seen: Any) -> None:
        """Note that something is not as it should be."""
        told = [value if isinstance(value, str) else shown(value) for value in (expected, seen)]
        self.caller.note(Finding(operation, rule, pointer, *told))

    def expect(self, operation: str, rule: str, pointer: str, expected: Any, seen: Any) -> None:
        """Note a finding unless two values are the same."""
        if expected != seen:
            self.say(operation, rule, pointer, expected, seen)

    def differ(self, operation: str, rule: str, base: str, differences: Iterable[Difference]) -> None:
        """Note all differences."""
        for pointer, expected, seen in differences:
            self.say(operation, rule, base + pointer, expected, seen)

    def behaves(self, name: str, operation: str, seen: str) -> None:
        """Note how the server answers a question that no page answers."""
        self.behaviours_seen[name] = seen
        for finding in behaviours()[name].judged(operation, seen):
            self.caller.note(finding)

    def spoken(self, operation: str) -> str:
        """Return the path of an operation in the spelling that this server speaks."""
        return self.caller.path(self.caller.contract.operations[operation])

    # --- doing --------------------------------------------------------------------------------------------------------
    def number(self) -> str:
        """Return an invoice number that nobody used."""
        self._count += 1
        return f"CT-{self.run}-{self._count:03}"

    def invoice(self, lines: Iterable[Mapping[str, Any]] = (), **changes: Any) -> dict[str, Any]:
        """Return a registration with a new number."""
        own = self.target.own
        number = changes.pop("invoice_number") if "invoice_number" in changes else self.number()
        return {**invoice(str(number), own.account, own.creditor, lines), "invoice_number": number, **changes}

    def register(self, lines: Iterable[Mapping[str, Any]] = (), **changes: Any) -> ModelCase:
        """Register an invoice that must be accepted, and look at its receipt."""
        document = self.invoice(lines, **changes)
        case = self.registered(document, self.caller.call("register_invoice", document))
        if case is None:
            self.say("register_invoice", "a valid invoice is accepted", "", "201", self.last.status)
            raise Stuck("no case, since the registration was refused")
        return case

    def registered(self, document: Mapping[str, Any], exchange: Exchange) -> ModelCase | None:
        """Take a new case into the model if a registration was accepted."""
        receipt = document_of(exchange)
        if exchange.status not in (200, 201) or "_case" not in receipt:
            return None
        if exchange.status == 200:
            self.say("register_invoice", "status", "", "201 Created", 200)
        case = ModelCase(receipt["_case"], receipt, document)
        self.cases.append(case)
        self._look_at_receipt("register_invoice", receipt)
        known = [other.receipt.get("ocr_number_ocr") for other in self.cases[:-1]]
        if receipt.get("ocr_number_ocr") in known:
            self.say("register_invoice", "an OCR number of its own", "/ocr_number_ocr", "a new one", receipt["ocr_number_ocr"])
        return case

    def _look_at_receipt(self, operation: str, receipt: Mapping[str, Any]) -> None:
        now = self.last.headers.get("date")
        if {"_created", "_updated"} <= receipt.keys() and now:
            rule = "a receipt is true"
            self.differ(operation, rule, "", receipt_differences(receipt, moment(now), _CLOCKS_MAY_DIFFER))

    @property
    def victim(self) -> ModelCase:
        """A case on which everything is tried that must not succeed."""
        if self._victim is None:
            self._victim = self.register()
        return self._victim

    def act(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Credit or cancel, where it must be accepted; returns the receipt."""
        exchange = self.caller.call(operation, body)
        receipt = document_of(exchange)
        if exchange.status != 201:
            self.say(operation, "a valid action is accepted", "", "201", f"{exchange.status} {shown(issues(receipt))}")
            raise Stuck(f"{operation} was refused")
        self._look_at_receipt(operation, receipt)
        return receipt

    def crediting(self, of: ModelCase, amount_: Any, /, **changes: Any) -> dict[str, Any]:
        """Return a crediting; a value of None leaves a property out."""
        body = {"creditor": of.registration["creditor"], "case": of.id, "currency": "SEK", "amount": amount_}
        return _without_none({**body, "origin": "creditor_system", **changes})

    def cancellation(self, of: ModelCase, /, **changes: Any) -> dict[str, Any]:
        """Return a cancellation; a value of None leaves a property out."""
        body = {"creditor": of.registration["creditor"], "case": of.id, "origin": "creditor_system"}
        return _without_none({**body, **changes})

    def refused(self, operation: str, body: Any, *named: str, forbidden: bool = True, **call: Any) -> Exchange:
        """Send what must be refused; the reply must name every property that is wrong."""
        exchange = self.caller.call(operation, body, forbidden=forbidden, **call)
        if exchange.status not in (400, 422):
            self.say(operation, f"a request that is wrong in {', '.join(named)} is refused", "", "422", exchange.status)
        else:
            said = issues(document_of(exchange))
            for name in named:
                if not any(path == name or path.startswith(f"{name}.") for path in said):
                    rule = "a refusal names the property that is wrong"
                    self.say(operation, rule, f"/_issues/{name.replace('.', '/')}", "what is wrong with it", shown(sorted(said)))
        self._no_person_in(operation, body, exchange)
        return exchange

    def _no_person_in(self, operation: str, body: Any, exchange: Exchange) -> None:
        """A refusal names properties; it has no reason to repeat what it was told about a person."""
        customer = body.get("customer") if isinstance(body, Mapping) else None
        told = customer.items() if isinstance(customer, Mapping) else ()
        for name, value in told:
            if isinstance(value, str) and len(value) > 3 and value.encode() in exchange.body:
                self.say(operation, "a refusal does not repeat personal data", "", f"no {name}", f"the {name} that was sent")

    # --- looking ------------------------------------------------------------------------------------------------------
    @property
    def last(self) -> Exchange:
        """The last exchange."""
        assert self.caller.last is not None, "asked for the last exchange before there was one"
        return self.caller.last

    def look(self, where: Mapping[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        """Read a page that must be given."""
        asked = {name: value for name, value in {"where": where, **query}.items() if value is not None}
        exchange = self.caller.call("list_cases", query=asked)
        page = document_of(exchange)
        if exchange.status != 200 or not isinstance(page.get("_items"), list):
            self.expect("list_cases", "a valid question is answered", "", 200, exchange.status)
            raise Stuck("no page of cases")
        most = page["_meta"]["max_results"]
        if len(page["_items"]) > most:
            self.say("list_cases", "a page holds at most max_results", "/_items", f"{most} items", f"{len(page['_items'])} items")
        if "projection" not in asked:
            for position, item in enumerate(page["_items"]):
                self.differ("list_cases", "a case agrees with itself", f"/_items/{position}", consistency(item))
        return page

    def check(self, case: ModelCase, rule: str) -> dict[str, Any]:
        """Find a case by its invoice number, exactly once, and hold it against the model; returns it."""
        page = self._found(case)
        if not page["_items"]:
            raise Stuck(f"the case of {case.number} is not to be found")
        found: dict[str, Any] = page["_items"][0]
        self.differ("list_cases", rule, "/_items/0", case.differences(found))
        return found

    def _found(self, case: ModelCase) -> dict[str, Any]:
        where = {"debt.invoice_number": case.number}
        page = self.look(where)
        for _ in range(self.target.patience if not page["_items"] else 0):
            self.caller.wait(2.0)
            page = self.look(where)
        total = sum(other.number == case.number for other in self.cases)
        self.expect("list_cases", "a registered case can be found by its number", "/_meta/total", total, page["_meta"]["total"])
        items = [item for item in page["_items"] if item["_id"] == case.id]
        if page["_items"] and not items:
            self.say("list_cases", "a registered case can be found by its number", "/_items", case.id, "other cases only")
        return {**page, "_items": items}


class Stuck(Exception):
    """A step can't go on; the reason is among the findings."""


def document_of(exchange: Exchange) -> dict[str, Any]:
    """Return the document of a reply, or an empty one if it is none; that is a finding elsewhere."""
    try:
        document = exchange.document
    except NotStrictJson:
        return {}
    return document if isinstance(document, dict) else {}


def issues(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what an error says, property by property, from either form of it."""
    flat = dict((document.get("_error") or {}).get("details") or {})
    return flat | dict(_flattened(document.get("_issues") or {}, ""))


def _flattened(node: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(node, Mapping):
        return [pair for key, inner in node.items() for pair in _flattened(inner, f"{path}.{key}" if path else str(key))]
    if isinstance(node, list):
        return [
            pair for inner in node for pair in (_flattened(inner, path) if isinstance(inner, Mapping) else [(path, str(inner))])
        ]
    return [(path, str(node))]


def _without_none(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
