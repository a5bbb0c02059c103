"""Steps at the door: who has no token, or a wrong one, neither reads nor writes."""

from contract_tests.tour.traveller import Traveller, document_of

_WRONG = "not-a-token-of-anybody"


def nobody_reads_without_a_token(tour: Traveller) -> None:
    """Without a token, or with a wrong one, no cases are shown."""
    for token in (None, _WRONG):
        exchange = tour.caller.call("list_cases", token=token)
        tour.expect("list_cases", "without a valid token: 401", "", 401, exchange.status)
        if "_items" in document_of(exchange):
            tour.say("list_cases", "without a valid token: 401", "/_items", "no cases", "cases")


def nobody_writes_without_a_token(tour: Traveller) -> None:
    """Without a token nothing is registered, credited or cancelled."""
    document = tour.invoice()
    case = tour.victim
    bodies = {
        "register_invoice": document,
        "credit_case": tour.crediting(case, 1),
        "cancel_case": tour.cancellation(case),
    }
    for operation, body in bodies.items():
        exchange = tour.caller.call(operation, body, token=None)
        tour.expect(operation, "without a valid token: 401", "", 401, exchange.status)
    exchange = tour.caller.call("credit_case", bodies["credit_case"], token=_WRONG)
    tour.expect("credit_case", "without a valid token: 401", "", 401, exchange.status)
    page = tour.look({"debt.invoice_number": document["invoice_number"]})
    tour.expect("register_invoice", "a refused write leaves nothing behind", "/_meta/total", 0, page["_meta"]["total"])
    tour.check(case, "a refused write leaves nothing behind")


STEPS = (nobody_reads_without_a_token, nobody_writes_without_a_token)
