"""What the model says of one exchange alone: a page and its query, a case, a receipt, and a refusal."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.conformance import check_request
from contract_tests.contract import Contract, Operation
from contract_tests.findings import Fact
from contract_tests.messages import CLOCKS_MAY_DIFFER, Exchange, NotStrictJson, loads
from contract_tests.model import (
    Difference,
    Query,
    case_invariants,
    page_invariants,
    receipt_invariants,
    refusal_differences,
)
from contract_tests.traffic.har import Entry

# A condition may have operators that the model does not know.
NOT_COMPARABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
Place = tuple[str, str, Fact]  # rule, JSON pointer, and what the rule rests on


def differences(contract: Contract, operation: Operation, entry: Entry) -> Iterator[Place]:
    """Yield where a response that has the shape of the contract is not what it can be; raises one of NOT_COMPARABLE."""
    exchange = entry.exchange
    document = exchange.object_or_empty
    if exchange.status in (400, 422):
        found = refusal_differences(_read(entry), (), exchange)
        yield from _places("a refusal names what is wrong and nothing else", found)
    elif exchange.status < 300 and operation.id == "list_cases":
        projected = any(name == "projection" for name, _ in exchange.query)
        for position, item in enumerate(() if projected else document["_items"]):
            yield from _places("a case agrees with itself", case_invariants(item), f"/_items/{position}")
        if all(finding.rule != "request-parameter" for finding in check_request(contract, exchange)):
            query = _query(exchange)  # what a wrong one is answered is not documented
            found = page_invariants(query, document, exchange.headers)
            yield from _places("a page is the answer to its question", found)
    elif exchange.status < 300 and operation.method == "POST":
        found = receipt_invariants(operation.id, document, exchange.headers, CLOCKS_MAY_DIFFER)
        yield from _places("a receipt is true", found)


def _places(rule: str, found: Iterable[Difference], below: str = "") -> Iterator[Place]:
    yield from ((rule, below + pointer, rests_on) for rests_on, pointer, *_ in found)


def _read(entry: Entry) -> Any:
    try:
        return loads(entry.exchange.request_body)
    except NotStrictJson:
        return None


def _query(exchange: Exchange) -> Query:
    """Return the query that a request asks."""
    asked: dict[str, Any] = dict(exchange.query)
    numbers = {name: int(asked[name]) for name in ("page", "max_results") if name in asked}
    where = asked.get("where")
    if where is not None and not re.match(r"[A-Za-z_]", where):
        where = loads(where)
    return Query(where, asked.get("sort"), loads(asked["projection"]) if "projection" in asked else None, **numbers)
