"""Steps of authentication: without a token, or with a wrong one, nothing can be read or written."""

import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from contract_tests.findings import fact
from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import TourSession

_WRONG = "not-a-token-of-anybody"


def reading_needs_a_token(tour: TourSession) -> None:
    """Without a token, or with one that is nearly right, no cases are shown, and nothing is revealed about the query."""
    own = tour.target.account.token
    for token, query in ((None, {"where": '{"state":'}), (own[:-1], None), (f"{own}x", None)):
        exchange = tour.caller.call("list_cases", token=token, query=query, violates_contract=query is not None)
        tour.expect("list_cases", "without a valid token: 401", "", 401, exchange.status, rests_on=fact("token_needed"))
        if "_items" in exchange.object_or_empty:
            rule = "without a valid token: 401"
            tour.add_finding("list_cases", rule, "/_items", "no cases", "cases", rests_on=fact("token_needed"))


def writing_needs_a_token(tour: TourSession) -> None:
    """Without a token nothing is registered, credited or cancelled; that nothing was is seen at the end of the tour."""
    case = sample_cases(tour)["many"]
    bodies = {"register_invoice": tour.invoice(), "credit_case": tour.crediting(case, 1), "cancel_case": tour.cancellation(case)}
    for operation, body in (
        bodies | {tour.random_data.choice(*bodies): {}}
    ).items():  # an invalid document is not described either
        exchange = tour.caller.call(operation, body, token=None, violates_contract=not body)
        tour.expect(operation, "without a valid token: 401", "", 401, exchange.status, rests_on=fact("token_needed"))
    operation = tour.random_data.choice(*bodies)
    exchange = tour.caller.call(operation, bodies[operation], token=_WRONG)
    tour.expect(operation, "without a valid token: 401", "", 401, exchange.status, rests_on=fact("token_needed"))


def forged_credentials_get_no_token(tour: TourSession) -> None:
    """A claim that is signed with another key, or not at all, is not exchanged for a token; tried on the stand-in only."""
    if not tour.target.api_code:
        return
    claim = {"api_code": tour.target.api_code, "exp": int(time.time()) + 300}
    for forged in (
        jwt.encode(claim, ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
        jwt.encode(claim, "", algorithm="none"),
    ):
        exchange = tour.caller.send("GET", "/authenticates/api-code", token=forged)
        tour.expect("authenticate", "a forged credential: 401", "", 401, exchange.status, rests_on=fact("signature_checked"))


def only_described_methods_are_offered(tour: TourSession) -> None:
    """What the contract does not describe of a path is refused; tried on the stand-in only, where it does no harm."""
    if not tour.target.is_stand_in:
        return
    for method in ("POST", tour.random_data.choice("PUT", "PATCH", "DELETE")):
        exchange = tour.caller.send(method, "/cases", {}, token=tour.target.account.token)
        if exchange.status < 400:
            rule, expected = f"{method} is not offered", "405, or another refusal"
            tour.add_finding("list_cases", rule, "", expected, exchange.status, rests_on=fact("methods"))


STEPS = (reading_needs_a_token, writing_needs_a_token, forged_credentials_get_no_token, only_described_methods_are_offered)
