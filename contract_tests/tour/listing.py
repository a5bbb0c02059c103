"""Steps of reading: pages without overlap or gap, every operator, order, projections, and questions that make no sense.

The expected answers are not written here: each is checked against its query and the model. Here is
only what to request, and each query tests several things at once, since requests are scarce and checks are not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contract_tests.findings import fact
from contract_tests.messages import rfc_1123, timestamp
from contract_tests.model import NUMBER, Query
from contract_tests.tour.sample_cases import OUR_NAME, TIE, sample_cases
from contract_tests.tour.session import StepBlocked, TourSession

LIST = "list_cases"
_LATER = timedelta(days=40)
REMAINING, ADDED, DATE = "total_remaining_capital_amount", "total_added_capital_amount", "debt.invoice_date"

_ORDERS = (
    *(None, f"-{NUMBER}", f"{ADDED},-_id", "-_created", f"-{REMAINING},_id", f"currency,{REMAINING},_id"),
    *(
        "local_added_capital_amount,_id",
        "-local_remaining_transaction_amount,_id",
        "currency,-total_added_transaction_amount,_id",
    ),
    *("debt.initial_capital,_id", "-debt.capital_to_claim,_id", "debt.invoice_due_days_after_invoice_date,_id"),
    "-debt.interest_days_after_invoice_date,_id",
)


def own(tour: TourSession) -> dict[str, Any]:
    """Return the condition that finds the cases of this run and no others."""
    return {NUMBER: {"$in": sorted({case.number for case in tour.cases})}}


def pages_neither_overlap_nor_leave_gaps(tour: TourSession) -> None:
    """Pages of several sizes, in several orders: every case appears once, in its place, and the page numbers are right."""
    sample_cases(tour)
    numbers = sorted({case.number for case in tour.cases})[:-1]  # not all, so that a page without the condition has others
    where, total = {NUMBER: {"$in": numbers}}, len([case for case in tour.cases if case.number in numbers])
    orders = [f"{NUMBER},_id", f"-{ADDED},-{NUMBER},_id", f"{DATE},-_id"]
    questions = [(3, page) for page in range(1, (total + 2) // 3 + 1)] + [(total - 1, 2), (total, 2)]
    last: dict[str, list[str]] = {}
    for size, page in questions:
        sort = orders[size % 3]
        document = tour.fetch_page(where, sort=sort, page=page, max_results=size)
        last.setdefault(f"{size} {sort}", []).extend(item["_id"] for item in document["_items"])
    rule, came = "pages neither overlap nor leave gaps", len(set(last[f"3 {orders[0]}"]))
    tour.expect(LIST, rule, "/_items", total, came, rests_on=fact("operators"))


def a_page_has_25_cases_unless_asked_otherwise(tour: TourSession) -> None:
    """Without a size the page is the first and has 25 cases, also beside an undocumented parameter, which is ignored;
    a size beyond the maximum is lowered, and page 0 is the first.
    """
    exchange = tour.caller.call(LIST, query={"where": own(tour), "no_such_parameter": "1"}, violates_contract=True)
    tour.record_answer("unknown_parameter", LIST, "ignored" if exchange.status == 200 else "refused")
    if exchange.status == 200:
        tour.check_page(Query(own(tour)), exchange)
    exchange = tour.caller.call(LIST, query={"where": own(tour), "max_results": 1000}, violates_contract=True)
    refused = exchange.status in (400, 422)
    size = exchange.object_or_empty.get("_meta", {}).get("max_results")
    tour.record_answer("page_size_beyond_the_maximum", LIST, "refused" if refused else f"lowered to {size}")
    if not refused:
        tour.check_page(Query(own(tour), max_results=1000), exchange)
    exchange = tour.caller.call(LIST, query={"where": own(tour), "page": 0}, violates_contract=True)
    page = exchange.object_or_empty.get("_meta", {}).get("page")
    seen_page = "the first page" if page == 1 else f"page {page}" if exchange.status == 200 else "refused"
    tour.record_answer("senseless_page", LIST, seen_page if exchange.status in (200, 400, 422) else str(exchange.status))


def cases_come_in_the_order_asked_for(tour: TourSession) -> None:
    """Orders up and down, by dotted names, by several properties where the first are the same, and by what only some have."""
    for sort in (f"{REMAINING},{NUMBER}", f"-{DATE},-_created", "-customer_number,customer_name,_id"):
        tour.fetch_page(own(tour), sort=sort, max_results=tour.random_data.choice(25, 50, 100))


def every_condition_means_what_it_says(tour: TourSession) -> None:
    """Every operator finds the cases it should, and no other; with orders and projections beside it."""
    cases = sample_cases(tour)
    full, minimal, closed = cases["full"], cases["minimal"], cases["company"]
    some = sorted(case.remaining for case in tour.cases)[len(tour.cases) // 2]
    day = timestamp(full.registration["invoice_date"])
    conditions: list[Mapping[str, Any]] = [
        {REMAINING: {"$gte": some, "$lt": full.capital}},
        {REMAINING: {"$lte": some}, "currency": "SEK"},
        {ADDED: {"$ne": TIE}},
        {"customer_number": {"$ne": full.registration["customer"]["customer_number"]}},
        {ADDED: {"$nin": [TIE, minimal.capital]}},
        {"closed": {"$exists": True}},
        {"$or": [{ADDED: TIE}, {"closed": {"$exists": False}, REMAINING: {"$lt": 1}}]},
        {"$nor": [{ADDED: minimal.capital}, {REMAINING: 0}]},
        {REMAINING: {"$not": {"$gt": some}}},
        {DATE: {"$gte": rfc_1123(day), "$lt": rfc_1123(day + timedelta(seconds=1))}},
        {DATE: {"$gt": rfc_1123(day)}, "customer_number": {"$exists": False}, "no_such_property": None},
        {"customer_name": OUR_NAME, "account": full.registration["account"]},
        {"_id": {"$in": [full.id, closed.id, "f" * 24]}, "debt.initial_capital": {"$eq": TIE}},
    ]
    orders = tour.random_data.shuffled([*_ORDERS])
    for position, condition in enumerate(conditions):
        projection = {NUMBER: 1, "customer_name": 1, **dict.fromkeys((ADDED, REMAINING), 1)} if position % 3 == 1 else None
        sort = orders[position % len(orders)]
        tour.fetch_page({"$and": [own(tour), condition]}, sort=sort, projection=projection, max_results=100)


def moments_and_ids_can_be_asked_for(tour: TourSession) -> None:
    """Moments in RFC 1123, ids, and numbers letter by letter."""
    case = sample_cases(tour)["minimal"]
    born = timestamp(case.receipt["_created"])
    since = {"$gte": rfc_1123(born - timedelta(minutes=5)), "$lt": rfc_1123(datetime(2099, 1, 1, tzinfo=UTC))}
    tour.fetch_page({**own(tour), "_created": since, "creditor": case.registration["creditor"]}, sort="-_updated,_id")
    page = tour.fetch_page({NUMBER: case.number})  # which is how another number begins
    shown = next((item["_created"] for item in page["_items"]), case.receipt["_created"])
    as_shown, in_iso = {"_id": case.id, "_created": shown}, {"_created": {"$gte": f"{born:%Y-%m-%dT%H:%M:%SZ}"}}
    came = [item["_id"] for item in tour.fetch_page({**own(tour), "$or": [as_shown, in_iso]})["_items"]]
    rule, others = "a moment in ISO 8601 silently matches nothing", len({*came} - {case.id})
    tour.expect(LIST, rule, "/_items", 0, others, rests_on=fact("iso_matches_nothing"))
    tour.record_answer("moment_of_a_case", LIST, "found" if case.id in came else "not found")


def a_projection_shows_what_was_asked_for(tour: TourSession) -> None:
    """A projection shows the properties named, and id, dates and etag always; or all but those named; dotted names as well."""
    projections: list[dict[str, int]] = [
        {"state": 1, REMAINING: 1, NUMBER: 1, "transactions.amount": 1},
        {"debt": 0, "transactions": 0},
        {"closed": 1, "customer_number": 1, "_etag": 1},
    ]
    for projection in projections:
        tour.fetch_page(
            own(tour),
            projection=projection,
            max_results=tour.random_data.choice(25, 60),
            sort=f"{NUMBER}" if len(projection) > 2 else None,
        )


def questions_that_make_no_sense_are_refused(tour: TourSession) -> None:
    """What is no condition, and what is an operator that does not exist or may not be used, is refused with 400."""
    senseless: list[tuple[str, Mapping[str, Any], bool]] = [
        ("a where that is no JSON", {"where": '{"state":'}, True),
        ("a projection that is no JSON", {"projection": "{state"}, True),
        ("a sort that names nothing", {"sort": "-"}, True),
        ("an unknown operator", {"where": {REMAINING: {"$foo": 1}}}, False),
        ("a program as a condition", {"where": {"$where": "true"}}, False),
    ]
    for what, query, violates_contract in senseless:
        exchange = tour.caller.call(LIST, query=query, violates_contract=violates_contract)
        tour.expect(LIST, f"{what} is refused", "", 400, exchange.status, rests_on=fact("senseless_queries"))
    exchange = tour.caller.call(LIST, query={"where": {NUMBER: {"$regex": "^CT-"}}})
    tour.record_answer("regular_expressions", LIST, "refused" if exchange.status == 400 else "accepted")


def nothing_is_there_that_was_not_confirmed(tour: TourSession) -> None:
    """After all that was refused, the newest cases are those that were confirmed, also 40 days later on a stand-in."""
    if tour.target.is_stand_in:
        tour.target.pass_time(_LATER.total_seconds())
        tour.clocks_may_differ += _LATER  # the date of a response is not that of the stand-in's clock
    page = tour.fetch_page(sort="-_created", max_results=100)
    if not page["_items"]:
        raise StepBlocked("no case is left")


STEPS = (
    pages_neither_overlap_nor_leave_gaps,
    a_page_has_25_cases_unless_asked_otherwise,
    cases_come_in_the_order_asked_for,
    every_condition_means_what_it_says,
    moments_and_ids_can_be_asked_for,
    a_projection_shows_what_was_asked_for,
    questions_that_make_no_sense_are_refused,
)
