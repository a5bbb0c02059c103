"""Checks a page of cases against the query and against every known case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from contract_tests.findings import Fact, fact, open_questions, weakest
from contract_tests.messages import CLOCKS_MAY_DIFFER, timestamp
from contract_tests.model.case import Difference, ModelCase, unlike
from contract_tests.model.query import ALWAYS, Document, compared, fits, found, is_plain, names_in, ordered, projected, sorting

NUMBER = "debt.invoice_number"
_DEFAULT_SIZE, _GREATEST_SIZE = 25, 100
# Properties that the model can't predict: conditions on them are checked on the cases of the page only.
_NOT_FORETOLD = {
    *("_created", "_updated", "_etag", "state", "status", "state_history", "status_history", "transactions", "closed"),
    *("latest_state_date", "customer", "customer_status", "reference_number", "agreement_version", "creditor_name"),
    *("case_settings", "original_invoice", "case_registration"),
}


@dataclass(frozen=True)
class Query:
    """A query to the list of cases."""

    where: Mapping[str, Any] | str | None = None
    sort: str | None = None
    projection: Mapping[str, Any] | None = None
    page: int = 1
    max_results: int = _DEFAULT_SIZE

    @property
    def size(self) -> int:
        """The greatest number of cases on a page."""
        return min(self.max_results, _GREATEST_SIZE)

    @property
    def rests_on(self) -> Fact:
        """What its answer rests on: the pages have exact conditions, an order by one property, and properties to be shown."""
        documented = is_plain(self.where) and "," not in (self.sort or "") and 0 not in (self.projection or {}).values()
        return fact("one_property") if documented else fact("operators")

    def shows(self, *names: str) -> bool:
        """Return whether the projection shows properties, so that they can be checked in the response."""
        wanted = {name for name, value in (self.projection or {}).items() if value}
        hidden = {name for name, value in (self.projection or {}).items() if not value}
        if self.projection is None or not wanted:
            return not any(name.startswith(other) or other.startswith(name) for name in names for other in hidden)
        always = {"_id", "_created", "_updated", "_etag"}
        return all(name in always or any(name == other or name.startswith(f"{other}.") for other in wanted) for name in names)


def page_invariants(
    query: Query, page: Mapping[str, Any], headers: Mapping[str, str], tolerance: timedelta = CLOCKS_MAY_DIFFER
) -> Iterator[Difference]:
    """Compare a page with its query: every case matches, in order, none is from the future, and the page numbers are right."""
    yield from _position_of_page(query, page, headers)
    items = page["_items"]
    latest = timestamp(headers["date"]) + tolerance if "date" in headers else None
    for position, item in enumerate(items):
        pointer = f"/_items/{position}"
        for name in ("_created", "_updated"):
            if latest is not None and name in item and timestamp(item[name]) > latest:
                expected = f"nothing after {headers['date']}, the date of the response"
                yield fact("case_dates"), f"{pointer}/{name}", expected, item[name]
        if query.where and query.shows(*names_in(query.where)) and not fits(item, query.where):
            yield query.rests_on, pointer, f"a case that fits {query.where}", item["_id"]
        if query.projection is not None:
            yield from _shown(query, item, pointer)
    sort = query.sort
    if sort and query.shows(*(name.lstrip("-") for name in sort.split(","))) and not ordered(items, sort):
        first = sort.lstrip("-").partition(",")[0]
        yield query.rests_on, "/_items", f"the cases in the order {sort}", [list(found(item, first)) for item in items]


def _position_of_page(query: Query, page: Mapping[str, Any], headers: Mapping[str, str]) -> Iterator[Difference]:
    """A page has its number, its size and the total, and as many cases as these leave for it."""
    items, meta = page["_items"], page["_meta"]
    for name, wanted in (("page", query.page), ("max_results", query.size)):
        if meta.get(name) != wanted:
            yield fact("page_asked_for"), f"/_meta/{name}", wanted, meta.get(name)
    if len(items) > query.size:
        yield fact("page_asked_for"), "/_items", f"at most {query.size} items", f"{len(items)} items"
    before = (query.page - 1) * query.size
    so_far, last = before + len(items), len(items) < query.size
    total, header = meta.get("total"), headers.get("x-total-count")
    if total is not None:
        if items and (total < so_far or (last and total != so_far)):
            yield fact("page_total"), "/_meta/total", so_far if last else f"at least {so_far}", total
        if not items and total > before:
            yield fact("page_total"), "/_items", f"some of the {total} cases", "none"
        if header is not None and header != str(total):
            yield fact("total_header"), "/headers/X-Total-Count", str(total), header
    ids = [item["_id"] for item in items]
    if len(set(ids)) < len(ids):
        yield fact("ids"), "/_items", "every case once", f"{len(ids) - len(set(ids))} of them twice"


def _shown(query: Query, item: Document, pointer: str) -> Iterator[Difference]:
    """A case must be as the projection leaves it: projecting it again must change nothing."""
    assert query.projection is not None
    left = projected(item, query.projection)
    for other, _, seen in unlike(item, left):
        shown = "a value" if seen == "nothing" else seen
        yield query.rests_on, f"{pointer}{other}", "nothing, since it was not asked for", shown


def known_case_differences(query: Query, page: Mapping[str, Any], known: Sequence[ModelCase], ours: str) -> Iterator[Difference]:
    """Compare a page with the known cases; `ours` is how the numbers of this run begin."""
    items = page["_items"]
    by_id = {case.id: case for case in known}
    for position, item in enumerate(items):
        case, pointer = by_id.get(item["_id"]), f"/_items/{position}"
        number = next(found(item, NUMBER), "")
        if case is None and isinstance(number, str) and number.startswith(ours):
            seen = f"{item['_id']} with the number {number}"
            yield fact("refused_stores_nothing"), pointer, "no case of this run that was never confirmed", seen
        elif case is not None and query.projection is not None:
            expected = projected(case.document(), query.projection)
            expected.pop("closed", None)
            wrong = unlike(expected, item)
            yield from ((case.why(inner, item.get("state")), f"{pointer}{inner}", *rest) for inner, *rest in wrong)
            if case.seen is not None and case.seen["_etag"] == item.get("_etag"):
                before = projected(case.seen, query.projection)  # whose dates a server may leave out
                wrong = unlike({name: value for name, value in before.items() if name in item or name not in ALWAYS}, item)
                yield from ((fact("etag_moves"), f"{pointer}{inner}", *rest) for inner, *rest in wrong)
    yield from _all_that_must_come(query, page, known, ours)


def _foretold(names: Iterable[str]) -> bool:
    return not {name.partition(".")[0] for name in names} & _NOT_FORETOLD


def _all_that_must_come(query: Query, page: Mapping[str, Any], known: Sequence[ModelCase], ours: str) -> Iterator[Difference]:
    where = query.where or {}
    if not _foretold(names_in(where) - {"closed"}):
        return
    wanted = [case for case in known if case.seen is not None and fits(case.document(), where)]
    came, total = [item["_id"] for item in page["_items"]], page["_meta"].get("total")
    if query.page == 1 and (len(came) < query.size if total is None else total <= query.size):
        missing = [case.number for case in wanted if case.id not in came]
        if missing:
            doubtful = [fact("closed")] if "closed" in names_in(where) else []
            if "customer_name" in names_in(where) and any(case.other_names for case in wanted):
                doubtful.append(open_questions()["renamed_debtor"].fact)
            why = weakest(query.rests_on, *doubtful)
            yield why, "/_items", f"also {', '.join(missing)}", f"{len(came)} cases without them"
    elif query.sort and _foretold(name for name, _ in sorting(query.sort)) and total == len(wanted):
        by = query.sort  # only cases of this run match, so every place is known

        def order(left: Document, right: Document) -> int:
            return compared(left, right, by)

        in_order = sorted((case.document() for case in wanted), key=cmp_to_key(order))
        strict = all(order(left, right) < 0 for left, right in pairwise(in_order))
        mine = [case["_id"] for case in in_order][(query.page - 1) * query.size :][: query.size]
        if strict and came != mine:
            yield query.rests_on, "/_items", mine, came
