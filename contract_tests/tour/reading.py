"""Steps of reading what was written: it is listed and read by its identifier, and by its owner alone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contract_tests.conformance import undescribed
from contract_tests.findings import fact, weakest
from contract_tests.messages import Exchange
from contract_tests.model import Query, page_invariants, stored_differences
from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import StepBlocked, TourSession
from contract_tests.tour.written import READS, Written

_UNKNOWN_ID = "f" * 24
_AS_SENT = {"customer", "matrix"}  # the parts of a stored registration that its request had; the contract leaves them open
_ALL, _NEWEST_FIRST = 100, "-_created"


def a_case_of_nobody_is_not_found(tour: TourSession) -> None:
    """A case that does not exist, or is another account's, is not found."""
    stranger = tour.target.other_account
    item = sample_cases(tour)["full"].id if stranger else _UNKNOWN_ID
    exchange = tour.caller.call("get_case", item=item, as_=stranger)
    why = fact("accounts_apart") if stranger else fact("unknown_ids")
    tour.expect("get_case", "a case that is not one's own: 404", "", 404, exchange.status, rests_on=why)


def what_was_written_is_listed_and_read(tour: TourSession) -> None:
    """All registrations, creditings and cancellations are listed as sent and acknowledged, no others are, and one is read."""
    sample_cases(tour)
    for operation, (listing, reading) in READS.items():
        written = [each for each in tour.written if each.operation == operation]
        if not written:
            raise StepBlocked(f"nothing was written by {operation}")
        query = Query(sort=_NEWEST_FIRST, max_results=_ALL)
        listed = check_list(tour, listing, query, written)
        one = tour.random_data.choice(*(written[1:-1] or written))  # neither the first nor the last one, which are easily found
        exchange = tour.caller.call(reading, item=one.receipt["_id"])
        rule = "what was written is read by its identifier"
        tour.expect(reading, rule, "", 200, exchange.status, rests_on=fact("read_again"))
        if exchange.status == 200:
            _check_document(tour, reading, "", exchange.object_or_empty, one)
            entry = listed.get(one.receipt["_id"], exchange.object_or_empty)
            rule, why = "a document is the same in a list and by itself", fact("list_and_item")
            tour.expect(reading, rule, "", entry, exchange.object_or_empty, rests_on=why)


def what_was_written_is_found_by_what_was_sent(tour: TourSession) -> None:
    """Creditings are found by their reference, in the order of their amounts; registrations by number, cancellations by case."""
    descending = tour.random_data.choice("", "-")
    for operation, name, sort in (
        ("credit_case", "creditor_reference", f"{descending}amount,_id"),
        ("register_invoice", "invoice_number", None),
        ("cancel_case", "case", None),
    ):
        written = [each for each in tour.written if each.operation == operation and name in each.sent]
        if written:
            value = written[0].sent[name]
            same = [each for each in written if each.sent[name] == value]
            check_list(tour, READS[operation][0], Query({name: value}, sort=sort, max_results=_ALL), same)


def strangers_see_nothing_of_what_was_written(tour: TourSession) -> None:
    """Another account neither finds, counts nor reads a registration, a crediting or a cancellation."""
    for operation, (listing, reading) in READS.items():
        written = [each for each in tour.written if each.operation == operation]
        query = {"where": {"creditor": tour.target.account.creditor}}
        exchange = tour.caller.call(listing, query=query, as_=tour.target.other_account)
        page, rule = exchange.object_or_empty, "a stranger does not see what we wrote"
        seen = [[item.get("_id") for item in page.get("_items", [])], page.get("_meta", {}).get("total", 0)]
        tour.expect(listing, rule, "/_items", [[], 0], seen, rests_on=fact("accounts_apart"))
        for item in (*(each.receipt["_id"] for each in written[:1]), _UNKNOWN_ID):
            exchange = tour.caller.call(reading, item=item, as_=tour.target.other_account)
            rests_on = fact("unknown_ids") if item == _UNKNOWN_ID else fact("accounts_apart")
            tour.expect(reading, "what is not one's own: 404", "", 404, exchange.status, rests_on=rests_on)


def check_list(tour: TourSession, listing: str, query: Query, written: list[Written]) -> dict[str, Any]:
    """Fetch a page of what was written, and check it against its query and the writes; returns the documents by identifier."""
    asked = {"where": query.where, "sort": query.sort, "page": query.page, "max_results": query.max_results}
    sent = {name: value for name, value in asked.items() if value not in (None, getattr(Query(), name))}
    exchange = tour.caller.call(listing, query=sent)
    page = exchange.object_or_empty
    if exchange.status != 200 or not isinstance(page.get("_items"), list):
        tour.expect(listing, "a valid question is answered", "", 200, exchange.status, rests_on=fact("read_again"))
        return {}
    known = {each.receipt["_id"]: each for each in written}
    visible = _visible(query, [document for document in page["_items"] if document["_id"] in known])
    rule = "a page is the answer to its question"
    tour.add_differences(listing, rule, "", page_invariants(visible, page, exchange.headers, tour.clocks_may_differ))
    for position, document in enumerate(page["_items"]):
        if document["_id"] in known:
            _check_document(tour, listing, f"/_items/{position}", document, known[document["_id"]])
        elif _is_ours(tour, document):
            rule, expected = "a list has what was confirmed and no more", "nothing of this run that was never confirmed"
            tour.add_finding(
                listing, rule, f"/_items/{position}", expected, document["_id"], rests_on=fact("refused_stores_nothing")
            )
    _all_that_must_come(tour, listing, exchange, query, known)
    return {document["_id"]: document for document in page["_items"]}


def _all_that_must_come(tour: TourSession, listing: str, exchange: Exchange, query: Query, known: Mapping[str, Written]) -> None:
    """All that was written comes, if it can: on one page, or on the first of those that begin with the newest."""
    page = exchange.object_or_empty
    missing = sorted(known.keys() - {document["_id"] for document in page["_items"]})
    total = page["_meta"].get("total", len(page["_items"]) + 1)  # without a total there may be one more
    if missing and query.page == 1 and (total <= query.size or query.sort == _NEWEST_FIRST):
        # That a document has the property that is asked for, as it was sent, is assumed.
        why = weakest(fact("stored_as_sent"), query.rests_on) if query.where else fact("read_again")
        seen = f"{len(page['_items'])} documents without them"
        tour.add_finding(listing, "what was written is listed", "/_items", missing, seen, rests_on=why)


def _visible(query: Query, documents: list[dict[str, Any]]) -> Query:
    """Return the part of a query that can be checked: known documents need not show what they were found by."""
    shown = set(documents[0]).intersection(*documents) if documents else set()
    names = [name.lstrip("-") for name in (query.sort or "").split(",")]
    where = query.where if {*(query.where or {})} <= shown else None
    return replace(query, where=where, sort=query.sort if {*names} <= shown else None)


def _is_ours(tour: TourSession, document: Mapping[str, Any]) -> bool:
    """Return whether a document is of this run: by its invoice number, or by its case."""
    cases = {case.id: case for case in tour.cases}
    return str(document.get("invoice_number", "")).startswith(tour.ours) or document.get("case") in cases


def _check_document(tour: TourSession, operation: str, pointer: str, document: Mapping[str, Any], written: Written) -> None:
    differences = stored_differences(document, written.sent, written.receipt)
    tour.add_differences(operation, "what was written is stored", pointer, differences)
    for place in _undescribed(tour, document):
        rule, expected = "undocumented property in 200", "only what a request may have"
        tour.add_finding(operation, rule, f"{pointer}{place}", expected, place.rpartition("/")[2], rests_on=fact("nothing_else"))


def _undescribed(tour: TourSession, document: Mapping[str, Any]) -> Iterator[str]:
    """Return where the parts of a document have properties that their requests can't have."""
    contract = tour.caller.contract
    for name in sorted(_AS_SENT & document.keys()):
        schema = contract.schemas["InvoiceRegistration"]["properties"][name]
        yield from undescribed(contract, schema, document[name], f"/{name}")


STEPS = (
    a_case_of_nobody_is_not_found,
    what_was_written_is_listed_and_read,
    what_was_written_is_found_by_what_was_sent,
    strangers_see_nothing_of_what_was_written,
)
STAND_IN_ONLY = (strangers_see_nothing_of_what_was_written,)  # it needs another account
