"""Steps of authentication: without a token, or with a wrong one, nothing can be read or written."""

from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import TourSession

_WRONG = "not-a-token-of-anybody"


def reading_needs_a_token(tour: TourSession) -> None:
    """Without a token, or with one that is nearly right, no cases are shown, and nothing is revealed about the query."""
    own = tour.target.account.token
    for token, query in ((None, {"where": '{"state":'}), (own[:-1], None), (f"{own}x", None)):
        exchange = tour.caller.call("list_cases", token=token, query=query, violates_contract=query is not None)
        tour.expect("list_cases", "without a valid token: 401", "", 401, exchange.status)
        if "_items" in exchange.object_or_empty:
            tour.add_finding("list_cases", "without a valid token: 401", "/_items", "no cases", "cases")


def writing_needs_a_token(tour: TourSession) -> None:
    """Without a token nothing is registered, credited or cancelled; that nothing was is seen at the end of the tour."""
    case = sample_cases(tour)["many"]
    bodies = {"register_invoice": tour.invoice(), "credit_case": tour.crediting(case, 1), "cancel_case": tour.cancellation(case)}
    for operation, body in (
        bodies | {tour.random_data.choice(*bodies): {}}
    ).items():  # an invalid document is not described either
        exchange = tour.caller.call(operation, body, token=None, violates_contract=not body)
        tour.expect(operation, "without a valid token: 401", "", 401, exchange.status)
    operation = tour.random_data.choice(*bodies)
    exchange = tour.caller.call(operation, bodies[operation], token=_WRONG)
    tour.expect(operation, "without a valid token: 401", "", 401, exchange.status)


STEPS = (reading_needs_a_token, writing_needs_a_token)
