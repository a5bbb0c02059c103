"""Contract faults in the exchange of credentials, and in methods that are not offered.

The sentences they break: AUTH, S-AUTH and T-AUTH in docs/vendor-facts.md (claims, key, algorithms), RFC 7519 (`exp`), and the
OpenAPI document, in which a path has its methods and no others.
"""

from collections.abc import Callable
from typing import Any

import jwt

from amili_sandbox.access import TOKEN_PATH
from amili_sandbox.http import Reply, error_reply, json_reply
from amili_sandbox.wrong_behaviour.after_write import as_id
from amili_sandbox.wrong_behaviour.behaviour import html_page_500
from amili_sandbox.wrong_behaviour.contract_fault import ContractFault, contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange

SIGNED = ("ES", "RS", "PS")
Claim = Callable[[InterceptedExchange, str, dict[str, Any]], bool]


def _accepted(name: str, description: str, also: Claim) -> ContractFault:
    """Return the fault that also accepts other claims; `also` gets the algorithm and the claims of one that is refused."""

    def apply(exchange: InterceptedExchange) -> Reply:
        reply = exchange.proceed()
        if exchange.request.method != "GET" or exchange.request.path != TOKEN_PATH or reply.status != 401:
            return reply
        shown = exchange.request.header("X-API-Key") or ""
        try:
            algorithm = str(jwt.get_unverified_header(shown).get("alg"))
            claims = jwt.decode(shown, options={"verify_signature": False})
            known = _known(exchange, claims.get("api_code"))
            accepted = also(exchange, algorithm, {**claims, "known": known})
        except (jwt.InvalidTokenError, TypeError):
            return reply
        return json_reply(200, {"token": exchange.token}) if accepted else reply

    return ContractFault(name, "auth", description, apply)


def _known(exchange: InterceptedExchange, code: Any) -> bool:
    """Whether an API code is that of an account; the server itself is asked."""
    by_code = exchange.with_body({"api_code": code}).with_header("Content-Type", "application/json").with_method("POST")
    return by_code.proceed().status == 200


def _lasts(exchange: InterceptedExchange, claims: dict[str, Any]) -> bool:
    return bool(claims.get("exp", 0) > exchange.state.clock.timestamp())


EXCHANGE = (
    _accepted(
        "unsigned_exchanged",
        "A claim that is not signed at all (`alg` is `none`) is exchanged for a token.",
        lambda exchange, algorithm, claims: algorithm == "none" and claims["known"] and _lasts(exchange, claims),
    ),
    _accepted(
        "shared_secret_exchanged",
        "A claim that is signed with HS256, HS384 or HS512 is exchanged for a token.",
        lambda exchange, algorithm, claims: algorithm[:2] == "HS" and claims["known"] and _lasts(exchange, claims),
    ),
    _accepted(
        "expired_exchanged",
        "A claim is exchanged for a token after its `exp`.",
        lambda exchange, algorithm, claims: (
            algorithm[:2] in SIGNED and claims["known"] and "exp" in claims and not _lasts(exchange, claims)
        ),
    ),
    _accepted(
        "endless_exchanged",
        "A claim without `exp` is exchanged for a token.",
        lambda _, algorithm, claims: algorithm[:2] in SIGNED and claims["known"] and "exp" not in claims,
    ),
    _accepted(
        "code_not_compared",
        "A signed claim with an API code that nobody has is exchanged for a token.",
        lambda exchange, algorithm, claims: algorithm[:2] in SIGNED and not claims["known"] and _lasts(exchange, claims),
    ),
)


@contract_fault("auth")
def any_code_by_post(exchange: InterceptedExchange) -> Reply:
    """A POST with any API code is exchanged for a token."""
    reply, code = exchange.proceed(), exchange.body().get("api_code")
    is_exchange = exchange.request.path == TOKEN_PATH and exchange.request.method == "POST" and reply.status == 401
    return json_reply(200, {"token": exchange.token}) if is_exchange and isinstance(code, str) else reply


@contract_fault("auth")
def token_renews_itself(exchange: InterceptedExchange) -> Reply:
    """An access token is accepted as a credential: it is exchanged for another token."""
    if exchange.request.path == TOKEN_PATH and exchange.request.header("X-API-Key") == exchange.token:
        return json_reply(200, {"token": exchange.token})
    return exchange.proceed()


@contract_fault("auth")
def exchanged_token_unknown(exchange: InterceptedExchange) -> Reply:
    """A credential is exchanged for a token that opens nothing."""
    reply = exchange.proceed()
    is_exchange = exchange.request.path == TOKEN_PATH and reply.status == 200
    return json_reply(200, {"token": "no-token-of-any-account"}) if is_exchange else reply


@contract_fault("auth")
def forged_credential_500(exchange: InterceptedExchange) -> Reply:
    """A credential that can't be verified is an internal error."""
    reply = exchange.proceed()
    return html_page_500() if exchange.request.path == TOKEN_PATH and reply.status == 401 else reply


def _carried_out(name: str, method: str, resource: str, status: int, description: str, *, item: bool) -> ContractFault:
    """Return the fault that confirms a method which the path does not have."""

    def apply(exchange: InterceptedExchange) -> Reply:
        asked = exchange.request.method == method and exchange.resource == resource and bool(exchange.item) == item
        reply = exchange.proceed()
        return json_reply(status, {"_status": "OK"}) if asked and reply.status == 405 else reply

    return ContractFault(name, "status", description, apply)


METHODS = (
    _carried_out("registration_deleted", "DELETE", "registration", 204, "A registration can be deleted.", item=True),
    _carried_out("creditings_deleted", "DELETE", "crediting", 204, "All creditings can be deleted at once.", item=False),
    _carried_out("cancellation_replaced", "PUT", "cancellation", 200, "A cancellation can be replaced.", item=True),
    _carried_out("case_patched", "PATCH", "cases", 200, "A case can be changed by PATCH.", item=True),
    _carried_out("case_posted", "POST", "cases", 201, "A POST to one case is confirmed.", item=True),
)


@contract_fault("status")
def unoffered_method_500(exchange: InterceptedExchange) -> Reply:
    """A method that a path does not have is an internal error."""
    reply = exchange.proceed()
    return html_page_500() if reply.status == 405 else reply


@contract_fault("status")
def unoffered_method_forbidden(exchange: InterceptedExchange) -> Reply:
    """A method that a path does not have is answered with 403, as if another token could use it."""
    reply = exchange.proceed()
    return error_reply(403, "Forbidden") if reply.status == 405 else reply


@contract_fault("model")
def patched_though_refused(exchange: InterceptedExchange) -> Reply:
    """PATCH of a case is answered with 405, and changes the case all the same."""
    reply = exchange.proceed()
    if exchange.request.method == "PATCH" and exchange.resource == "cases" and reply.status == 405:
        exchange.state.database["cases"].update_one({"_id": as_id(exchange.item)}, {"$set": exchange.body()})
    return reply
