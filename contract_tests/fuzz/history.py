"""The history of the generated requests in the model of the tour, with which every later answer is compared."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contract_tests.contract import Contract
from contract_tests.findings import Fact, Finding, fact, open_questions, repeatable
from contract_tests.messages import CLOCKS_MAY_DIFFER, Exchange, NotStrictJson, loads, shown
from contract_tests.model import (
    Difference,
    ModelCase,
    Query,
    case_invariants,
    issues,
    known_case_differences,
    page_invariants,
    receipt_invariants,
)


class History:
    """The cases that exist by what was answered so far."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.cases: dict[str, ModelCase] = {}
        self._disagreed = False  # some response broke the contract, so a later one may be one that the model can't read

    def learn(self, exchange: Exchange, *, valid: bool, broken: bool = False) -> list[Finding]:
        """Take an exchange into the model; return what is not as it must be.

        `valid`: there is nothing wrong in the request; `broken`: the response is not what the contract says.
        """
        self._disagreed = self._disagreed or broken
        operation = self._contract.find(exchange.method, exchange.path)
        if operation is None:
            return []
        try:
            found = list(self._learned(operation.id, exchange, valid))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
            if not self._disagreed:
                raise  # every response agreed with the contract, so the fault is in the suite
            seen = f"{type(problem).__name__}: {problem}"
            found = [(fact("whole_steps"), "", "a response in the shape of the contract", seen)]
        self._disagreed = self._disagreed or bool(found)
        return repeatable([_finding(operation.id, *difference) for difference in found], exchange)

    def _learned(self, operation: str, exchange: Exchange, valid: bool) -> Iterator[Difference]:
        if operation == "list_cases":
            if exchange.status == 200:
                yield from self._page(exchange)
            return
        body = _body_of(exchange)
        case = None if operation == "register_invoice" else self._named(body)
        if exchange.status in (200, 201):
            receipt = exchange.document
            if exchange.status == 200:
                yield fact("created_is_201"), "", "201, as the reference pages say", "200"
            yield from receipt_invariants(operation, receipt, exchange.headers, CLOCKS_MAY_DIFFER)
            if operation == "register_invoice":
                self.cases[receipt["_case"]] = ModelCase(receipt["_case"], receipt, body)
            elif case is not None:
                yield from self._acted(operation, case, body, receipt)
        elif valid and case is not None and not case.closed and _affordable(operation, case, body):
            expected = "201, since the case is open and enough remains"
            readonly = {*issues(exchange.object_or_empty)} == {"account"}
            why = fact("account_of_a_crediting") if readonly else fact("actions")
            yield why, "", expected, f"{exchange.status} {shown(exchange.object_or_empty)}"

    def _acted(
        self, operation: str, case: ModelCase, body: Mapping[str, Any], receipt: Mapping[str, Any]
    ) -> Iterator[Difference]:
        if case.closed:
            name = "crediting_a_closed_case" if operation == "credit_case" else "second_cancellation"
            yield open_questions()[name].fact, "", "422, since the case is closed", "201"
        elif not _affordable(operation, case, body):
            expected = f"422, since no more than {case.remaining} remains"
            yield open_questions()["overcrediting"].fact, "/amount", expected, "201"
        elif operation == "credit_case":
            case.credit(Decimal(str(body["amount"])), receipt["_created"])
        else:
            case.cancel(Decimal(0), receipt["_created"])

    def _named(self, body: Mapping[str, Any]) -> ModelCase | None:
        return self.cases.get(body["case"]) if isinstance(body.get("case"), str) else None

    def _page(self, exchange: Exchange) -> Iterator[Difference]:
        page, query = exchange.document, query_of(exchange)
        if query is None:
            return
        yield from page_invariants(query, page, exchange.headers)
        named = query.where.get("_id") if isinstance(query.where, Mapping) and len(query.where) == 1 else None
        if isinstance(named, str) and named in self.cases and (total := page["_meta"].get("total", 1)) != 1:
            yield fact("case_visible"), "/_meta/total", "1, since the case exists", total
        yield from known_case_differences(query, page, list(self.cases.values()), "\0")
        for position, item in enumerate(page["_items"] if query.projection is None else ()):
            differences = list(case_invariants(item))
            if item["_id"] in self.cases:
                differences += self.cases[item["_id"]].differences(item)
            yield from ((why, f"/_items/{position}{pointer}", *values) for why, pointer, *values in differences)


def _finding(operation: str, rests_on: Fact, pointer: str, *values: Any) -> Finding:
    words = [value if isinstance(value, str) else shown(value) for value in values]
    return Finding(operation, "the answer fits what was done before", pointer, *words, rests_on=rests_on)


def query_of(exchange: Exchange) -> Query | None:
    """Read a query to the list of cases from its parameters; None if it is not valid."""
    asked: dict[str, Any] = dict(exchange.query)
    try:
        for name in ("where", "projection"):
            if name in asked:
                asked[name] = loads(asked[name])
        for name in ("page", "max_results"):
            if name in asked:
                asked[name] = int(asked[name])
        query = Query(**asked)
    except (NotStrictJson, ValueError, TypeError):
        return None
    return query if query.page > 0 and query.max_results > 0 else None


def _affordable(operation: str, case: ModelCase, body: Mapping[str, Any]) -> bool:
    return operation != "credit_case" or Decimal(str(body["amount"])) <= case.remaining


def _body_of(exchange: Exchange) -> dict[str, Any]:
    try:
        body = loads(exchange.request_body)
    except NotStrictJson:
        return {}
    return body if isinstance(body, dict) else {}
