"""Steps of reading what was written: it is listed and read by its identifier, and by its owner alone."""

from contract_tests.findings import fact
from contract_tests.messages import Exchange
from contract_tests.model import Query, page_invariants, stored_differences
from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import StepBlocked, TourSession, Written

_UNKNOWN_ID = "f" * 24
# How what an operation wrote is listed and read, and the property by which it is looked up.
_READS = {
    "register_invoice": ("list_registrations", "get_registration", "invoice_number"),
    "credit_case": ("list_creditings", "get_crediting", "case"),
    "cancel_case": ("list_cancellations", "get_cancellation", "case"),
}


def a_case_of_nobody_is_not_found(tour: TourSession) -> None:
    """A case that does not exist, or is another account's, is not found."""
    stranger = tour.target.other_account
    item = sample_cases(tour)["full"].id if stranger else _UNKNOWN_ID
    exchange = tour.caller.call("get_case", item=item, as_=stranger)
    why = fact("accounts_apart") if stranger else fact("unknown_ids")
    tour.expect("get_case", "a case that is not one's own: 404", "", 404, exchange.status, rests_on=why)


def what_was_written_is_listed_and_read(tour: TourSession) -> None:
    """A registration, a crediting and a cancellation are found and read, and are what was sent and acknowledged."""
    sample_cases(tour)
    hidden = tour.random_data.choice(*_READS) if tour.target.other_account else None
    for operation, (listing, reading, name) in _READS.items():
        written = [each for each in tour.written if each.operation == operation and name in each.sent]
        if not written:
            raise StepBlocked(f"nothing was written by {operation}")
        one = tour.random_data.choice(*written)
        same = [each for each in written if each.sent[name] == one.sent[name]]
        query = Query({name: one.sent[name], "creditor": one.sent["creditor"]}, max_results=100)
        exchange = tour.caller.call(listing, query={"where": query.where, "max_results": 100})
        _check_list(tour, listing, query, exchange, same)
        exchange = tour.caller.call(reading, item=one.receipt["_id"])
        rule = "what was written is read by its identifier"
        tour.expect(reading, rule, "", 200, exchange.status, rests_on=fact("read_again"))
        if exchange.status == 200:
            differences = stored_differences(exchange.document, one.sent, one.receipt)
            tour.add_differences(reading, "what was written is stored", "", differences)
        if operation == hidden:
            exchange = tour.caller.call(listing, query={"where": query.where}, as_=tour.target.other_account)
            seen = [item.get("_id") for item in exchange.object_or_empty.get("_items", [])]
            rule = "a stranger does not see what we wrote"
            tour.expect(listing, rule, "/_items", [], seen, rests_on=fact("accounts_apart"))


def _check_list(tour: TourSession, listing: str, query: Query, exchange: Exchange, written: list[Written]) -> None:
    page = exchange.object_or_empty
    if exchange.status != 200 or not isinstance(page.get("_items"), list):
        tour.expect(listing, "a valid question is answered", "", 200, exchange.status, rests_on=fact("read_again"))
        return
    rule = "a page is the answer to its question"
    tour.add_differences(listing, rule, "", page_invariants(query, page, exchange.headers, tour.clocks_may_differ))
    found = {item["_id"]: position for position, item in enumerate(page["_items"])}
    for each in written:
        position = found.get(each.receipt["_id"])
        if position is None:
            rule, wanted = "what was written is listed", each.receipt["_id"]
            tour.add_finding(listing, rule, "/_items", wanted, sorted(found), rests_on=fact("read_again"))
        else:
            differences = stored_differences(page["_items"][position], each.sent, each.receipt)
            tour.add_differences(listing, "what was written is stored", f"/_items/{position}", differences)


STEPS = (a_case_of_nobody_is_not_found, what_was_written_is_listed_and_read)
