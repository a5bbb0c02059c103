"""Steps of authentication: without a token, or with a wrong one, nothing can be read or written."""

from collections.abc import Iterator
from typing import Any

from contract_tests.findings import fact
from contract_tests.messages import timestamp
from contract_tests.tour.credentials import right, wrong
from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import TourSession
from contract_tests.tour.written import READS

_WRONG = "not-a-token-of-anybody"
_EXCHANGE, AUTHENTICATE = "/authenticates/api-code", "authenticate"
_NO_TOKEN = "without a valid token: 401"


def reading_needs_a_token(tour: TourSession) -> None:
    """Without a token, or with one that is nearly right, no read shows anything, and nothing is revealed about the query."""
    own = tour.target.account.token
    tokens = (None, own[:-1], f"{own}x")
    for position, (operation, item) in enumerate(_reads(tour)):
        query = {"where": '{"state":'} if operation == "list_cases" else None
        token = tokens[position % 3]
        exchange = tour.caller.call(operation, token=token, query=query, item=item, violates_contract=query is not None)
        if exchange.status != 404 or operation in ("list_cases", "get_case"):  # that a list is not there at all is found later
            tour.expect(operation, _NO_TOKEN, "", 401, exchange.status, rests_on=fact("token_needed"))
        shown = sorted({"_items", "_id"} & exchange.object_or_empty.keys())
        tour.expect(operation, _NO_TOKEN, "", [], shown, rests_on=fact("token_needed"))


def _reads(tour: TourSession) -> Iterator[tuple[str, str]]:
    """Return every read with the identifier of a document to read: of whatever was written, and of a case."""
    yield "list_cases", ""
    yield "get_case", sample_cases(tour)["many"].id
    written = {each.operation: each.receipt["_id"] for each in tour.written}
    for operation, (listing, reading) in READS.items():
        yield listing, ""
        yield reading, written.get(operation, "f" * 24)


def writing_needs_a_token(tour: TourSession) -> None:
    """Without a token nothing is registered, credited or cancelled; that nothing was is seen at the end of the tour."""
    case = sample_cases(tour)["many"]
    bodies = {"register_invoice": tour.invoice(), "credit_case": tour.crediting(case, 1), "cancel_case": tour.cancellation(case)}
    unreadable: dict[str, Any] = {tour.random_data.choice(*bodies): {}}  # an invalid document is not described either
    for operation, body in (bodies | unreadable).items():
        exchange = tour.caller.call(operation, body, token=None, violates_contract=not body)
        tour.expect(operation, _NO_TOKEN, "", 401, exchange.status, rests_on=fact("token_needed"))
    operation = tour.random_data.choice(*bodies)
    exchange = tour.caller.call(operation, bodies[operation], token=_WRONG)
    tour.expect(operation, _NO_TOKEN, "", 401, exchange.status, rests_on=fact("token_needed"))


def credentials_are_verified_at_the_exchange(tour: TourSession) -> None:
    """A signed claim is exchanged for a token that is accepted; one that is forged, expired or signed otherwise is not."""
    now = int(timestamp(tour.last.headers["date"]).timestamp())
    exchange = tour.caller.send("GET", _EXCHANGE, token=right(tour.target, now))
    texts = [value for value in exchange.object_or_empty.values() if isinstance(value, str)]
    token = max(texts, key=len, default=_WRONG)  # pages name it differently, and other texts are shorter
    tour.expect(AUTHENTICATE, "a credential is exchanged for a token", "", 200, exchange.status, rests_on=fact("exchange"))
    accepted = tour.caller.call("list_cases", query={"max_results": 1}, token=token)
    rule = "the token from the exchange is accepted"
    tour.expect("list_cases", rule, "", 200, accepted.status, rests_on=fact("exchange"))
    for what, rests_on, forged in wrong(tour.target, now):
        exchange = tour.caller.send("GET", _EXCHANGE, token=forged)
        tour.expect(AUTHENTICATE, f"{what}: 401", "", 401, exchange.status, rests_on=rests_on)
    code = tour.target.api_code
    for body in ({"api_code": code[:-1]}, {"api_code": code.swapcase()}, {"api_code": [code]}, {}):
        exchange = tour.caller.send("POST", _EXCHANGE, body)  # some pages offer a POST, and newer ones do not
        seen = "refused" if 400 <= exchange.status < 500 else str(exchange.status)
        tour.expect(AUTHENTICATE, "a wrong api_code: no token", "", "refused", seen, rests_on=fact("code_needed"))


def only_described_methods_are_offered(tour: TourSession) -> None:
    """What the contract does not describe of a path is refused, and does nothing: that is seen when cases are compared."""
    case = sample_cases(tour)["many"]
    items = {"/cases": case.id}
    for operation, (listing, _) in READS.items():
        written = [each.receipt["_id"] for each in tour.written if each.operation == operation]
        items[tour.caller.path(tour.caller.contract.operations[listing])] = written[0] if written else "f" * 24
    change = {"customer_name": "Synthetic Trading AB"}  # which is another one's name
    for collection, item in items.items():
        paths = {collection: ("POST", "PUT", "PATCH", "DELETE"), f"{collection}/{item}": ("POST", "PUT", "PATCH", "DELETE")}
        for path, methods in paths.items():
            for method in methods:
                if method == "POST" and tour.caller.contract.find("POST", path) is not None:
                    continue
                exchange = tour.caller.send(method, path, None if method == "DELETE" else change, token=tour.target.account.token)
                if exchange.status not in (404, 405):
                    name, rule = f"{method} {path.replace(item, '{id}')}", "what is not offered is not done"
                    tour.add_finding(name, rule, "", "404 or 405", exchange.status, rests_on=fact("methods"))
    tour.check_case(case)


STEPS = (
    reading_needs_a_token,
    writing_needs_a_token,
    credentials_are_verified_at_the_exchange,
    only_described_methods_are_offered,
)
STAND_IN_ONLY = (credentials_are_verified_at_the_exchange, only_described_methods_are_offered)  # elsewhere they might do harm
