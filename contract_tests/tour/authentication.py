"""Steps at the door: who has no token, or a wrong one, neither reads nor writes."""

from contract_tests.tour.sample_cases import batch
from contract_tests.tour.session import Traveller

_WRONG = "not-a-token-of-anybody"


def nobody_reads_without_a_token(tour: Traveller) -> None:
    """Without a token, or with one that is nearly right, no cases are shown, and nothing is said of the question."""
    own = tour.target.own.token
    for token, query in ((None, {"where": '{"state":'}), (own[:-1], None), (f"{own}x", None)):
        exchange = tour.caller.call("list_cases", token=token, query=query, forbidden=query is not None)
        tour.expect("list_cases", "without a valid token: 401", "", 401, exchange.status)
        if "_items" in exchange.object_or_empty:
            tour.say("list_cases", "without a valid token: 401", "/_items", "no cases", "cases")


def nobody_writes_without_a_token(tour: Traveller) -> None:
    """Without a token nothing is registered, credited or cancelled; that nothing was is seen at the end of the tour."""
    case = batch(tour)["many"]
    bodies = {
        "register_invoice": tour.invoice(),
        "credit_case": tour.crediting(case, 1),
        "cancel_case": tour.cancellation(case),
    }
    for operation, body in (bodies | {tour.variety.choice(*bodies): {}}).items():  # nor is anything said of a document
        exchange = tour.caller.call(operation, body, token=None, forbidden=not body)
        tour.expect(operation, "without a valid token: 401", "", 401, exchange.status)
    operation = tour.variety.choice(*bodies)
    exchange = tour.caller.call(operation, bodies[operation], token=_WRONG)
    tour.expect(operation, "without a valid token: 401", "", 401, exchange.status)


STEPS = (nobody_reads_without_a_token, nobody_writes_without_a_token)
