"""Contract faults in searching: conditions, order and pages."""

import json
import re
from collections.abc import Callable
from itertools import count, takewhile
from typing import Any

from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_json
from amili_sandbox.wrong_behaviour.values import AMOUNT

Conditions = dict[str, Any]
LARGEST_PAGE = 100


@contract_fault("model")
def gte_as_gt(exchange: InterceptedExchange) -> Reply:
    """`$gte` leaves out what is equal."""
    return with_where(exchange, lambda where: _each(where, lambda level: _renamed(level, "$gte", "$gt"))).proceed()


@contract_fault("model")
def ne_misses_absent(exchange: InterceptedExchange) -> Reply:
    """`$ne` does not find cases that lack the field, as in SQL."""

    def change(level: Conditions) -> Conditions:
        return {"$exists": True} | level if "$ne" in level else level

    return with_where(exchange, lambda where: _each(where, change)).proceed()


@contract_fault("model")
def where_first_condition_only(exchange: InterceptedExchange) -> Reply:
    """Of several conditions in `where` only the first counts."""
    return with_where(exchange, lambda where: dict(list(where.items())[:1])).proceed()


@contract_fault("model")
def number_prefix_found(exchange: InterceptedExchange) -> Reply:
    """Asking for an invoice number also finds those that begin with it."""

    def change(where: Conditions) -> Conditions:
        wanted = where.get("debt.invoice_number")
        if not isinstance(wanted, str):
            return where
        cases = exchange.state.database["cases"].find({})
        numbers = {case["debt"]["invoice_number"] for case in cases}
        return where | {"debt.invoice_number": {"$in": sorted(each for each in numbers if each.startswith(wanted))}}

    return with_where(exchange, change).proceed()


@contract_fault("model")
def where_ignored_with_projection(exchange: InterceptedExchange) -> Reply:
    """`where` has no effect when there is also a `projection`."""
    if exchange.lists_cases() and exchange.query("projection"):
        return exchange.with_query(lambda query: query.pop("where", None)).proceed()
    return exchange.proceed()


@contract_fault("model")
def closed_hidden(exchange: InterceptedExchange) -> Reply:
    """Closed cases are found only by their id, or by asking for `closed`."""

    def change(where: Conditions) -> Conditions:
        return where if where.keys() & {"_id", "closed"} else where | {"closed": {"$exists": False}}

    return with_where(exchange, change).proceed()


@contract_fault("model")
def sort_numbers_as_text(exchange: InterceptedExchange) -> Reply:
    """Sorting by an amount puts 1000 before 200."""
    return sort_as_text(exchange, AMOUNT)


def sort_as_text(exchange: InterceptedExchange, names: re.Pattern[str]) -> Reply:
    """Return a page in the order of the values as text, if the first property of `sort` has one of these names."""
    key = (exchange.query("sort") or "").partition(",")[0]
    path = key.lstrip("-").split(".")
    reply = exchange.proceed()
    if not exchange.lists_cases() or reply.status != 200 or not names.fullmatch(path[-1]):
        return reply

    def text(case: Any) -> str:
        for name in path:
            case = case.get(name, {})
        return str(case)

    ordered = sorted(everything(exchange), key=text, reverse=key.startswith("-"))
    meta = reply.json()["_meta"]
    start = (meta["page"] - 1) * meta["max_results"]
    return edit_json(reply, lambda body: body.update(_items=ordered[start : start + meta["max_results"]]))


@contract_fault("model")
def sorted_page_by_page(exchange: InterceptedExchange) -> Reply:
    """Cases are cut into pages first, and each page is sorted by itself."""
    if not exchange.lists_cases() or not exchange.query("sort"):
        return exchange.proceed()
    page = exchange.with_query(lambda query: query.pop("sort")).proceed()
    if page.status != 200:
        return page
    ids = [case["_id"] for case in page.json()["_items"]]
    only_these = json.dumps({"_id": {"$in": ids}})
    in_order = exchange.with_query(lambda query: query.update(where=only_these, page="1")).proceed()
    if in_order.status != 200:
        return in_order
    return edit_json(page, lambda body: body.update(_items=in_order.json()["_items"]))


@contract_fault("boundary")
def last_page_repeated(exchange: InterceptedExchange) -> Reply:
    """Pages past the end repeat the last one."""
    reply = exchange.proceed()
    if not exchange.lists_cases() or reply.status != 200:
        return reply
    content = reply.json()
    meta = content["_meta"]
    if content["_items"] or not meta["total"]:
        return reply
    last = -(-meta["total"] // meta["max_results"])
    again = exchange.with_query(lambda query: query.update(page=str(last))).proceed()
    return edit_json(again, lambda body: body["_meta"].update(page=meta["page"]))


@contract_fault("schema")
def max_results_echoed(exchange: InterceptedExchange) -> Reply:
    """`_meta.max_results` repeats the requested number, although at most 100 are returned."""
    asked = exchange.query("max_results") or ""
    reply = exchange.proceed()
    if not exchange.lists_cases() or reply.status != 200 or not asked.isdigit() or int(asked) <= LARGEST_PAGE:
        return reply
    return edit_json(reply, lambda body: body["_meta"].update(max_results=int(asked)))


@contract_fault("status")
def total_count_unfiltered(exchange: InterceptedExchange) -> Reply:
    """The header X-Total-Count counts all cases, whatever `where` says."""
    reply = exchange.proceed()
    if exchange.lists_cases() and reply.status == 200:
        everything = exchange.with_query(lambda query: query.pop("where", None)).proceed()
        reply.set_header("X-Total-Count", everything.header("X-Total-Count"))
    return reply


@contract_fault("model")
def projection_dotted_ignored(exchange: InterceptedExchange) -> Reply:
    """Dotted names in a projection have no effect."""
    try:
        wanted = json.loads(exchange.query("projection") or "")
    except ValueError:
        wanted = None
    if exchange.resource != "cases" or not isinstance(wanted, dict):
        return exchange.proceed()
    undotted = json.dumps({name.replace(".", "_"): value for name, value in wanted.items()})
    return exchange.with_query(lambda query: query.update(projection=undotted)).proceed()


def with_where(exchange: InterceptedExchange, change: Callable[[Conditions], Conditions]) -> InterceptedExchange:
    """Return a request for a page of cases with other conditions; as it is if they are no JSON object."""
    where = conditions(exchange)
    if where is None:
        return exchange
    return exchange.with_query(lambda query: query.update(where=json.dumps(change(where))))


def conditions(exchange: InterceptedExchange) -> Conditions | None:
    """Return the conditions of a request for a page of cases; None if it is another request, or they are no JSON object."""
    if not exchange.lists_cases():
        return None
    try:
        where = json.loads(exchange.query("where") or "{}")
    except ValueError:
        return None
    return where if isinstance(where, dict) else None


def _each(content: Any, change: Callable[[Conditions], Conditions]) -> Any:
    """Return JSON with every object in it changed."""
    if isinstance(content, dict):
        return change({name: _each(value, change) for name, value in content.items()})
    if isinstance(content, list):
        return [_each(value, change) for value in content]
    return content


def _renamed(level: Conditions, old: str, new: str) -> Conditions:
    return {new if name == old else name: value for name, value in level.items()}


def everything(exchange: InterceptedExchange) -> list[dict[str, Any]]:
    """Return the documents of all pages."""

    def page(number: int) -> list[dict[str, Any]]:
        one = exchange.with_query(lambda query: query.update(page=str(number), max_results=str(LARGEST_PAGE)))
        items: list[dict[str, Any]] = one.proceed().json()["_items"]
        return items

    return [case for items in takewhile(bool, map(page, count(1))) for case in items]
