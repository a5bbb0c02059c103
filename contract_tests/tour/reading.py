"""Steps of reading: pages without overlap or gap, every operator, sorting, projections, and questions that make no sense."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.tour.invoices import line, rfc_1123
from contract_tests.tour.model import ModelCase, moment
from contract_tests.tour.traveller import Stuck, Traveller, document_of

LIST = "list_cases"
NUMBER, AMOUNT = "debt.invoice_number", "total_remaining_capital_amount"
_AMOUNTS = ("300", "100.50", "100.50", "0.01")


@dataclass(frozen=True)
class Batch:
    """A handful of cases of different amounts, and the condition that finds just them."""

    cases: list[ModelCase]

    @property
    def own(self) -> dict[str, Any]:
        """The condition."""
        return {NUMBER: {"$in": [case.number for case in self.cases]}}

    def numbers(self, wanted: Callable[[ModelCase], bool]) -> list[str]:
        """Return the numbers of the cases that fit."""
        return sorted(case.number for case in self.cases if wanted(case))


def batch(tour: Traveller) -> Batch:
    """Return the tour's batch, registered at the first use with only what must be said."""
    if not tour.batch:
        tour.batch = [_minimal(tour, amount) for amount in _AMOUNTS]
        for _ in range(tour.target.patience):
            if tour.look(Batch(tour.batch).own)["_meta"]["total"] >= len(tour.batch):
                break
            tour.caller.wait(2.0)
    return Batch(tour.batch)


def _minimal(tour: Traveller, amount: str) -> ModelCase:
    document = tour.invoice([line(amount)])
    for name in ("invoice_headline", "invoice_body_text"):
        del document[name]
    for name in ("mobile_number", "email"):
        del document["customer"][name]
    case = tour.registered(document, tour.caller.call("register_invoice", document))
    if case is None:
        tour.say("register_invoice", "an invoice with only what is required is accepted", "", "201", tour.last.status)
        raise Stuck("no case, since the registration was refused")
    return case


def shown(page: Mapping[str, Any]) -> list[str]:
    """Return the invoice numbers on a page."""
    return [item.get("debt", {}).get("invoice_number") for item in page["_items"]]


def pages_neither_overlap_nor_leave_gaps(tour: Traveller) -> None:
    """Page by page every case comes once, in order, and the page says truly where it is."""
    own, numbers = batch(tour).own, batch(tour).numbers(lambda _: True)
    for page in (1, 2, 3):
        document = tour.look(own, sort=NUMBER, page=page, max_results=2)
        tour.expect(LIST, "pages neither overlap nor leave gaps", "/_items", numbers[2 * page - 2 : 2 * page], shown(document))
        wanted = {"page": page, "max_results": 2, "total": len(numbers)}
        seen = {name: document["_meta"].get(name) for name in wanted}
        tour.expect(LIST, "a page says where it is", "/_meta", wanted, seen)
        total = tour.last.headers.get("x-total-count")
        if total is not None:
            tour.expect(LIST, "a page says where it is", "/headers/X-Total-Count", str(len(numbers)), total)


def a_page_has_25_cases_unless_asked_otherwise(tour: Traveller) -> None:
    """Without a wish for a size the page is the first and holds 25; a size beyond the maximum is lowered."""
    document = tour.look(batch(tour).own)
    seen = {name: document["_meta"].get(name) for name in ("page", "max_results")}
    tour.expect(LIST, "the documented defaults", "/_meta", {"page": 1, "max_results": 25}, seen)
    exchange = tour.caller.call(LIST, query={"where": batch(tour).own, "max_results": 1000}, forbidden=True)
    size = document_of(exchange).get("_meta", {}).get("max_results")
    tour.behaves("page_size_beyond_the_maximum", LIST, "refused" if exchange.status in (400, 422) else f"lowered to {size}")
    exchange = tour.caller.call(LIST, query={"where": batch(tour).own, "page": 0}, forbidden=True)
    page = document_of(exchange).get("_meta", {}).get("page")
    seen_page = "the first page" if page == 1 else f"page {page}" if exchange.status == 200 else "refused"
    tour.behaves("senseless_page", LIST, seen_page if exchange.status in (200, 400, 422) else str(exchange.status))


def cases_come_in_the_order_asked_for(tour: Traveller) -> None:
    """Sorting works upwards, downwards, and by a second property where the first is the same."""
    cases = batch(tour).cases
    by_amount = sorted(cases, key=lambda case: (case.remaining, case.number))
    by_number = sorted(cases, key=lambda case: case.number)
    orders = {
        f"{AMOUNT},{NUMBER}": by_amount,
        f"-{AMOUNT},{NUMBER}": sorted(by_number, key=lambda case: case.remaining, reverse=True),
    }
    for sort, wanted in orders.items():
        page = tour.look(batch(tour).own, sort=sort)
        tour.expect(LIST, "cases come in the order asked for", "/_items", [case.number for case in wanted], shown(page))


_HUNDRED = Decimal("100.50")
_OPERATORS: tuple[tuple[str, dict[str, Any], Callable[[ModelCase], bool]], ...] = (
    ("$gt", {AMOUNT: {"$gt": 100.5}}, lambda case: case.remaining > _HUNDRED),
    ("$gte and $lt", {AMOUNT: {"$gte": 100.5, "$lt": 300}}, lambda case: _HUNDRED <= case.remaining < 300),
    ("$lte", {AMOUNT: {"$lte": 100.5}}, lambda case: case.remaining <= _HUNDRED),
    ("$ne", {AMOUNT: {"$ne": 100.5}}, lambda case: case.remaining != _HUNDRED),
    ("$nin", {AMOUNT: {"$nin": [100.5, 300]}}, lambda case: case.remaining not in (_HUNDRED, 300)),
    ("$exists", {"closed": {"$exists": False}}, lambda case: True),
    ("$or", {"$or": [{AMOUNT: 300}, {AMOUNT: {"$lt": 1}}]}, lambda case: case.remaining in (300, Decimal("0.01"))),
    ("$nor", {"$nor": [{AMOUNT: 0.01}, {AMOUNT: 300}]}, lambda case: case.remaining == _HUNDRED),
    ("$not", {AMOUNT: {"$not": {"$gt": 150}}}, lambda case: case.remaining <= 150),
    ("two conditions", {AMOUNT: 100.5, "currency": "SEK"}, lambda case: case.remaining == _HUNDRED),
    ("a property that no case has", {"no_such_property": 1}, lambda case: False),
)


def every_condition_means_what_it_says(tour: Traveller) -> None:
    """Every operator finds the cases it should, and no other."""
    for name, condition, fits in _OPERATORS:
        page = tour.look({"$and": [batch(tour).own, condition]})
        tour.expect(LIST, f"conditions mean what they say: {name}", "/_items", batch(tour).numbers(fits), sorted(shown(page)))
        tour.expect(LIST, f"conditions mean what they say: {name}", "/_meta/total", len(page["_items"]), page["_meta"]["total"])


def moments_and_ids_can_be_asked_for(tour: Traveller) -> None:
    """Moments in RFC 1123 and ids can stand in conditions."""
    first = batch(tour).cases[0]
    born = moment(first.receipt["_created"])
    since = {"_created": {"$gte": rfc_1123(born - timedelta(minutes=5)), "$lt": rfc_1123(datetime(2099, 1, 1, tzinfo=UTC))}}
    questions = {
        "moments and a creditor": ({**batch(tour).own, **since, "creditor": first.registration["creditor"]}, len(_AMOUNTS)),
    }
    for name, (where, total) in questions.items():
        page = tour.look(where)
        tour.expect(LIST, f"conditions mean what they say: {name}", "/_meta/total", total, page["_meta"]["total"])


def a_projection_shows_what_was_asked_for(tour: Traveller) -> None:
    """A projection shows the properties named, and id, dates and etag always; or all but those named."""
    always = {"_id", "_created", "_updated", "_etag"}
    where = {NUMBER: batch(tour).cases[0].number}
    wanted = {"state": 1, AMOUNT: 1, NUMBER: 1}
    for item in tour.look(where, projection=wanted)["_items"]:
        tour.expect(
            LIST, "a projection shows what was asked for", "/_items/0", sorted({"state", AMOUNT, "debt"} | always), sorted(item)
        )
        tour.expect(
            LIST, "a projection shows what was asked for", "/_items/0/debt", ["invoice_number"], sorted(item.get("debt", {}))
        )
    for item in tour.look(where, projection={"debt": 0, "transactions": 0})["_items"]:
        left_out = sorted({"debt", "transactions"} & item.keys())
        tour.expect(LIST, "a projection leaves out what was not wanted", "/_items/0", [], left_out)
        if not always | {"state", "customer_name"} <= item.keys():
            tour.say(LIST, "a projection leaves out what was not wanted", "/_items/0", "everything else", sorted(item))


def questions_that_make_no_sense_are_refused(tour: Traveller) -> None:
    """What is no condition, and what is an operator that does not exist or may not be used, is refused with 400."""
    senseless: dict[str, Mapping[str, Any]] = {
        "where": {"where": '{"state":'},
        "projection": {"projection": "{state"},
    }
    for name, query in senseless.items():
        _refused(tour, f"a {name} that is no JSON", tour.caller.call(LIST, query=query, forbidden=True))
    _refused(tour, "an unknown operator", tour.caller.call(LIST, query={"where": {AMOUNT: {"$foo": 1}}}))


def _refused(tour: Traveller, what: str, exchange: Exchange) -> None:
    tour.expect(LIST, f"{what} is refused", "", 400, exchange.status)


def an_unknown_parameter_changes_nothing(tour: Traveller) -> None:
    """A query parameter that no page names is ignored."""
    query = {"where": batch(tour).own, "no_such_parameter": "1"}
    exchange = tour.caller.call(LIST, query=query, forbidden=True)
    seen = "ignored" if len(document_of(exchange).get("_items", [])) == len(_AMOUNTS) else "refused"
    tour.behaves("unknown_parameter", LIST, seen)


def what_is_not_offered_is_not_done(tour: Traveller) -> None:
    """Methods that the contract does not name are refused; asked on this machine only."""
    if not tour.target.local:
        return
    case = batch(tour).cases[0]
    for method, path in (("DELETE", "/cases"), ("POST", "/cases")):
        exchange = tour.caller.send(method, path, {} if method != "DELETE" else None, token=tour.target.own.token)
        if exchange.status not in (404, 405):
            tour.say(f"{method} {path}", "what is not offered is not done", "", "404 or 405", exchange.status)
    if not tour.look({"_id": case.id})["_items"]:
        raise Stuck("a method that is not offered removed a case")


STEPS = (
    pages_neither_overlap_nor_leave_gaps,
    a_page_has_25_cases_unless_asked_otherwise,
    cases_come_in_the_order_asked_for,
    every_condition_means_what_it_says,
    moments_and_ids_can_be_asked_for,
    a_projection_shows_what_was_asked_for,
    questions_that_make_no_sense_are_refused,
    an_unknown_parameter_changes_nothing,
    what_is_not_offered_is_not_done,
)
