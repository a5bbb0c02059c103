"""Steps of long lists: pages of the default size beyond the first, and every amount in both orders.

Elsewhere a list is as long as others made it: `pages_of_the_default_size` asks for what is there.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from contract_tests.findings import Finding, fact, repeatable
from contract_tests.model import NUMBER, ModelCase, Query, line
from contract_tests.server import Caller
from contract_tests.tour.cancellation import cancel
from contract_tests.tour.crediting import credit
from contract_tests.tour.reading import check_list
from contract_tests.tour.sample_cases import dated
from contract_tests.tour.session import TourSession
from contract_tests.tour.written import READS

_DEFAULT_SIZE, _GREATEST_SIZE = 25, 100
_REGISTERED, _CREDITED = 40, 18  # so many more that each list goes on after its first page
# Each as text comes before another that is less, or differs from another in its öre only.
_CAPITALS = ("9", "10", "9.50", "10.05", "99.99", "100", "1000", "999.10", "999.09", "20", "3")
_AMOUNTS = [
    *(
        f"{scope}_{kind}_{part}_amount"
        for scope, kind, part in product(("local", "total"), ("added", "remaining"), ("capital", "transaction"))
    ),
    *(
        f"debt.{name}"
        for name in (
            "initial_capital",
            "capital_to_claim",
            "invoice_due_days_after_invoice_date",
            "interest_days_after_invoice_date",
        )
    ),
]


def every_amount_has_its_order(tour: TourSession) -> None:
    """Amounts and numbers of days are compared as numbers, up and down, first and after another property."""
    _register_more(tour)
    where = {NUMBER: {"$in": sorted({case.number for case in _more(tour)[: len(_CAPITALS)]})}}
    for position, (name, direction) in enumerate(product(_AMOUNTS, ("", "-"))):
        first = "" if position % 4 < 2 else "currency,"
        shown = {"currency": 1, name: 1}
        tour.fetch_page(where, sort=f"{first}{direction}{name},_id", projection=shown, max_results=_GREATEST_SIZE)
    credited = [each for each in tour.written if each.operation == "credit_case"]
    for direction in ("", "-"):
        query = Query(sort=f"{direction}amount,_id", max_results=_GREATEST_SIZE)
        check_list(tour, "list_creditings", query, credited)


def lists_are_whole_beyond_their_first_page(tour: TourSession) -> None:
    """Every list goes on where its first page of the default size ends, in its order, and with the same total."""
    for case in _more(tour):
        cancel(tour, case)
    where = {NUMBER: {"$in": sorted({case.number for case in tour.cases})[:-1]}}
    for sort in (f"{NUMBER},_id", f"-total_added_capital_amount,-{NUMBER},_id"):
        for page in (1, 2, 3):
            tour.fetch_page(where, sort=sort, page=page)
    for operation, (listing, _) in READS.items():
        written = [each for each in tour.written if each.operation == operation]
        seen: list[str] = []
        for page in (1, 2):
            query = Query(sort="_id", page=page)
            seen += check_list(tour, listing, query, written)
        wanted = {each.receipt["_id"] for each in written}
        rule, missing = "two pages of the default size have all there is", sorted(wanted - {*seen})
        tour.expect(listing, rule, "/_items", [], missing, rests_on=fact("page_asked_for"))


def _register_more(tour: TourSession) -> None:
    """Register invoices of amounts and due days that are easily put in a wrong order, and credit some."""
    for position in range(_REGISTERED):
        capital, days = _CAPITALS[position % len(_CAPITALS)], (9, 10, 100, 30, 2)[position % 5]
        case = tour.register([line(capital)], **dated(tour, days))
        if position < _CREDITED:
            credit(tour, case, Decimal(("0.90", "0.10", "1", "2.5", "1.05")[position % 5]))


def _more(tour: TourSession) -> list[ModelCase]:
    return tour.cases[-_REGISTERED:]


def pages_of_the_default_size(caller: Caller) -> Iterator[Finding]:
    """Compare the second page of each list in the default size with the same place of a page that is twice as long."""
    for listing in ("list_cases", *(listing for listing, _ in READS.values())):
        long = caller.call(listing, query={"sort": "_id", "max_results": 2 * _DEFAULT_SIZE})
        second = caller.call(listing, query={"sort": "_id", "page": 2})
        if long.status != 200 or second.status != 200:
            rule, why = "a valid question is answered", fact("page_asked_for")
            yield from repeatable([Finding(listing, rule, "", "200", str(second.status), rests_on=why)], second)
            continue
        wanted, seen = ([item.get("_id") for item in each.object_or_empty.get("_items", [])] for each in (long, second))
        first, rest = wanted[:_DEFAULT_SIZE], wanted[_DEFAULT_SIZE:]  # others may have written more in between
        if seen[: len(rest)] != rest or len(seen) > _DEFAULT_SIZE or {*seen} & {*first}:
            rule, why = "the second page has what comes after the first 25", fact("page_asked_for")
            expected = f"{len(rest)} documents, as on a page of 50 from the 26th on"
            found = Finding(listing, rule, "/_items", expected, f"{len(seen)} documents, which are others", rests_on=why)
            yield from repeatable([found], second)


STEPS = (every_amount_has_its_order, lists_are_whole_beyond_their_first_page)
STAND_IN_ONLY = STEPS  # elsewhere so many invoices are too many requests
