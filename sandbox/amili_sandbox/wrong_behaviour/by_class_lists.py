"""Contract faults in pages of the default size, and in the order of amounts.

The sentences they break, in the OpenAPI document: `max_results` ("default: 25"), `page` ("counted from 1"), `sort`, `where`.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.contract_fault import ContractFault, contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import WRITTEN, InterceptedExchange, edit_json
from amili_sandbox.wrong_behaviour.queries import everything, with_where
from amili_sandbox.wrong_behaviour.values import AMOUNT

LISTS = (*WRITTEN, "cases")
ORDERED = ("$gt", "$gte", "$lt", "$lte")


def later_default_page(exchange: InterceptedExchange, *resources: str) -> int:
    """Return the number of the page if it is not the first, and of the default size; else 0."""
    page = exchange.query("page") or "1"
    of_default_size = exchange.reads(*resources) and not exchange.item and exchange.query("max_results") is None
    return int(page) if of_default_size and page.isdecimal() and int(page) > 1 else 0


def _shifted(name: str, description: str, apart: int, size: int, *resources: str) -> ContractFault:
    """Return the fault of pages that begin so many documents apart and have so many."""

    def apply(exchange: InterceptedExchange) -> Reply:
        page, reply = later_default_page(exchange, *resources), exchange.proceed()
        if not page or reply.status != 200:
            return reply
        start = (page - 1) * apart
        shown = everything(exchange)[start : start + size]
        return edit_json(reply, lambda body: body.update(_items=shown))

    return ContractFault(name, "model", description, apply)


PAGES = (
    _shifted("default_pages_overlap", "Pages of the default size begin 24 cases apart.", 24, 25, "cases"),
    _shifted("default_pages_skip", "Pages of the default size begin 26 cases apart.", 26, 25, "cases"),
    _shifted("later_default_page_short", "Pages of the default size have 20 cases from the second one on.", 25, 20, "cases"),
    _shifted("default_page_of_cases_repeated", "Without `max_results`, `page` has no effect on cases.", 0, 25, "cases"),
    _shifted(
        "default_page_of_written_repeated", "Without `max_results`, `page` has no effect on what was written.", 0, 25, *WRITTEN
    ),
)


@contract_fault("model")
def later_default_page_unsorted(exchange: InterceptedExchange) -> Reply:
    """Pages of the default size are in the order of `sort` on the first page only."""
    if later_default_page(exchange, *LISTS):
        return exchange.with_query(lambda query: query.pop("sort", None)).proceed()
    return exchange.proceed()


@contract_fault("model")
def later_total_is_rest(exchange: InterceptedExchange) -> Reply:
    """On later pages of the default size `_meta.total` is what is left from there on."""
    page, reply = later_default_page(exchange, *LISTS), exchange.proceed()
    if not page or reply.status != 200:
        return reply
    left = reply.json()["_meta"]["total"] - 25 * (page - 1)
    reply.set_header("X-Total-Count", str(max(left, 0)))
    return edit_json(reply, lambda body: body["_meta"].update(total=max(left, 0)))


@contract_fault("model")
def default_size_of_written_10(exchange: InterceptedExchange) -> Reply:
    """Without `max_results` a page of what was written has 10 documents."""
    if exchange.reads() and not exchange.item and exchange.query("max_results") is None:
        return exchange.with_query(lambda query: query.update(max_results="10")).proceed()
    return exchange.proceed()


Key = Callable[[Any], Any]


def _ordered(name: str, description: str, wrong: Callable[[int, str, bool], Key | None], *resources: str) -> ContractFault:
    """Return the fault of an order; `wrong` gets place, name and direction of a property of `sort`, and returns its key."""

    def apply(exchange: InterceptedExchange) -> Reply:
        reply, sort = exchange.proceed(), exchange.query("sort") or ""
        keys = [(key.lstrip("-"), key.startswith("-")) for key in sort.split(",")]
        compare = [wrong(place, path, down) for place, (path, down) in enumerate(keys)]
        if not exchange.reads(*resources) or exchange.item or reply.status != 200 or not any(compare):
            return reply
        ordered = everything(exchange)
        for (path, down), key in reversed([*zip(keys, compare, strict=True)]):
            ordered.sort(key=_by(path, key or _as_it_is), reverse=down)
        meta = reply.json()["_meta"]
        start = (meta["page"] - 1) * meta["max_results"]
        return edit_json(reply, lambda body: body.update(_items=ordered[start : start + meta["max_results"]]))

    return ContractFault(name, "model", description, apply)


def _by(path: str, key: Key) -> Key:
    def value(document: Any) -> Any:
        for name in path.split("."):
            document = document.get(name) if isinstance(document, dict) else None
        return (document is not None, key(document)) if document is not None else (False,)

    return value


def _as_it_is(value: Any) -> Any:
    return str(value) if isinstance(value, dict | list) else value


def _amount(path: str) -> bool:
    return AMOUNT.fullmatch(path.rpartition(".")[2]) is not None


ORDERS = (
    _ordered(
        "second_amount_as_text",
        "After another property, `sort` compares amounts as text.",
        lambda place, path, _: str if place and _amount(path) else None,
        "cases",
    ),
    _ordered(
        "descending_amounts_as_text",
        "From the greatest to the least, `sort` compares amounts as text.",
        lambda _, path, down: str if down and _amount(path) else None,
        "cases",
    ),
    _ordered(
        "local_amounts_as_text",
        "`sort` compares the local amounts as text.",
        lambda _, path, __: str if path.startswith("local_") else None,
        "cases",
    ),
    _ordered(
        "debt_as_text",
        "`sort` compares all that is in `debt` as text: 10 days come before 9.",
        lambda _, path, __: str if path.startswith("debt.") and not path.endswith("_date") else None,
        "cases",
    ),
    _ordered(
        "sorted_by_kronor",
        "`sort` compares whole kronor.",
        lambda _, path, __: int if _amount(path) else None,
        "cases",
    ),
    _ordered(
        "creditings_as_text",
        "`sort` compares the amounts of creditings as text.",
        lambda _, path, __: str if _amount(path) else None,
        "crediting",
    ),
)


@contract_fault("model")
def amounts_compared_as_text(exchange: InterceptedExchange) -> Reply:
    """`$gt`, `$gte`, `$lt` and `$lte` compare amounts as text."""

    def change(where: dict[str, Any]) -> dict[str, Any]:
        return {name: _found_as_text(exchange, name, value) for name, value in where.items()}

    return with_where(exchange, lambda where: _everywhere(where, change)).proceed()


def _everywhere(node: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(node, list):
        return [_everywhere(inner, change) for inner in node]
    return change({name: _everywhere(inner, change) for name, inner in node.items()}) if isinstance(node, dict) else node


def _found_as_text(exchange: InterceptedExchange, name: str, value: Any) -> Any:
    """Return the condition that finds the amounts which fit a comparison as text."""
    if not (_amount(name) and re.fullmatch(r"\w+", name) and isinstance(value, dict) and value.keys() & {*ORDERED}):
        return value
    amounts = {case.get(name) for case in exchange.state.database["cases"].find({})} - {None}
    compare: dict[str, Callable[[str, str], bool]] = {
        "$gt": str.__gt__,
        "$gte": str.__ge__,
        "$lt": str.__lt__,
        "$lte": str.__le__,
    }
    fits = [each for each in amounts if all(compare[op](str(each), str(of)) for op, of in value.items() if op in compare)]
    rest = {op: of for op, of in value.items() if op not in compare}
    return json.loads(json.dumps(rest | {"$in": fits}))
