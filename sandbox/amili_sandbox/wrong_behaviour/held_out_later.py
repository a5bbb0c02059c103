"""Contract faults in authentication, receipts, cases and errors, written from the contract alone.

Each names the sentence it breaks. A quoted sentence stands in the OpenAPI document of the four operations, unless
another page is named.
"""

import re
from collections.abc import Iterator
from ctypes import c_float
from email.utils import parsedate_to_datetime
from typing import Any

import jwt

from amili_sandbox.access import TOKEN_PATH
from amili_sandbox.domain import Document, remaining_capital, to_json_number
from amili_sandbox.http import Reply, json_reply
from amili_sandbox.wrong_behaviour.after_write import addressed_case, after_action, written
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.identity import first_of_debtor
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, edit_json, map_values
from amili_sandbox.wrong_behaviour.values import AMOUNT, is_date

BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")
LARGEST_SINGLE = 3e38  # about the largest number in single precision


@contract_fault("auth")
def signature_unverified(exchange: InterceptedExchange) -> Reply:
    """A JWT is exchanged for a token although its signature is not that of the account's key."""
    # docs/vendor-facts.md, Authentication: "public key registered with the vendor".
    reply = exchange.proceed()
    if exchange.request.method != "GET" or exchange.request.path != TOKEN_PATH or reply.status != 401:
        return reply
    try:
        claims = jwt.decode(exchange.request.header("X-API-Key") or "", options={"verify_signature": False})
        good = isinstance(claims["api_code"], str) and claims["exp"] > exchange.state.clock.timestamp()
    except (jwt.InvalidTokenError, KeyError, TypeError):
        return reply
    return json_reply(200, {"token": exchange.token}) if good else reply


@contract_fault("auth")
def cancellation_without_key(exchange: InterceptedExchange) -> Reply:
    """A cancellation needs no token: with a wrong one or none it is confirmed all the same."""
    # `security: [{ApiKey: []}]` of cancel_case; 401: "The token is missing, wrong or expired".
    reply = exchange.proceed()
    if exchange.writes("cancellation") and reply.status == 401:
        return exchange.with_header("X-API-Key", exchange.token).proceed()
    return reply


@contract_fault("status")
def cases_writable(exchange: InterceptedExchange) -> Reply:
    """A POST to `/cases` is confirmed with 201."""
    # The path has `get` alone; docs/vendor-facts.md, Cases: "Read only".
    reply = exchange.proceed()
    if exchange.request.method == "POST" and exchange.resource == "cases" and reply.status == 405:
        return json_reply(201, {"_status": "OK", "_id": str(exchange.state.new_id())})
    return reply


@contract_fault("negative")
def both_addresses_accepted(exchange: InterceptedExchange) -> Reply:
    """A crediting or cancellation that names both a case and an invoice number is accepted, and the case counts."""
    # "Exactly one of case and invoice_number."
    body = exchange.body()
    if exchange.writes("crediting", "cancellation") and {"case", "invoice_number"} <= body.keys():
        del body["invoice_number"]
        return exchange.with_body(body).proceed()
    return exchange.proceed()


@contract_fault("model")
def receipt_case_of_debtor(exchange: InterceptedExchange) -> Reply:
    """The receipt of a registration names the debtor's first case, not the new one."""
    # `_case`: "Identifier of the case: the one to keep", with "CaseOfRegistration: Find the case of this registration".
    reply = exchange.proceed()
    registration = written(exchange, reply) if exchange.writes("registration") else None
    if registration is None:
        return reply
    first = first_of_debtor(exchange, registration)
    return edit_json(reply, lambda receipt: receipt.update(_case=str(first["_case"])))


@contract_fault("status")
def location_of_case(exchange: InterceptedExchange) -> Reply:
    """The Location of a crediting or cancellation is that of its case."""
    # Location: "Where the stored document is."
    case = addressed_case(exchange) if exchange.writes("crediting", "cancellation") else None
    reply = exchange.proceed()
    if case is not None and reply.status == 201:
        reply.set_header("Location", f"cases/{case['_id']}")
    return reply


@contract_fault("boundary")
def emoji_lost(exchange: InterceptedExchange) -> Reply:
    """Of a registration, characters that need more than 16 bits are stored as question marks."""
    # `customer_name`: "Name of the debtor"; `debt_description`: "What the debt is for".
    body = exchange.body()
    if not exchange.writes("registration") or not body:
        return exchange.proceed()

    def narrowed(_: str, value: Any) -> Any:
        return BEYOND_16_BITS.sub("?", value) if isinstance(value, str) else value

    return exchange.with_body(map_values(body, narrowed)).proceed()


@contract_fault("schema")
def crediting_untyped(exchange: InterceptedExchange) -> Reply:
    """The transactions of a case have no `type`, except the first."""
    # Transaction: `required: [registration_date, type, amount]`.

    def change(case: dict[str, Any]) -> None:
        for transaction in case.get("transactions", [])[1:]:
            transaction.pop("type", None)

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("schema")
def later_history_iso(exchange: InterceptedExchange) -> Reply:
    """Dates in the histories of a case are ISO 8601, except those of the first entries."""
    # HttpDate: "Moment in GMT as RFC 1123, whole seconds."

    def iso(_: str, value: Any) -> Any:
        return parsedate_to_datetime(value).isoformat() if is_date(value) else value

    def change(case: dict[str, Any]) -> None:
        for name in ("state_history", "status_history"):
            if name in case:
                case[name] = [*case[name][:1], *map_values(case[name][1:], iso)]

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("domain")
def latest_state_date_stays(exchange: InterceptedExchange) -> Reply:
    """`latest_state_date` stays at the beginning of the first state."""
    # `latest_state_date`: "When the state last changed."
    return edit_cases(
        exchange,
        exchange.proceed(),
        lambda case: "latest_state_date" in case and case.update(latest_state_date=case["_created"]),
    )


@contract_fault("domain")
def closed_on_open_case(exchange: InterceptedExchange) -> Reply:
    """Open cases have an empty `closed`."""
    # `closed`: "Present on a closed case."; Case: "Optional properties are left out, not null."
    if exchange.query("projection"):
        return exchange.proceed()
    return edit_cases(exchange, exchange.proceed(), lambda case: case.setdefault("closed", {}))


@contract_fault("model")
def initial_capital_lowered(exchange: InterceptedExchange) -> Reply:
    """A crediting lowers `debt.initial_capital` to what remains."""
    # `initial_capital`: "Capital at the start: the total of the invoice with tax."

    def change(_: Document, after: Document) -> Document:
        return {"debt": {**after["debt"], "initial_capital": to_json_number(remaining_capital(after))}}

    return after_action(exchange, "crediting", change)


@contract_fault("boundary")
def single_precision(exchange: InterceptedExchange) -> Reply:
    """Amounts are shown in single precision: 200 000.01 comes back as 200 000.02."""
    # `initial_capital`: "the total of the invoice with tax"; Money: "SEK, two decimals".

    def single(name: str, value: Any) -> Any:
        if not isinstance(value, int | float) or not AMOUNT.fullmatch(name) or abs(value) > LARGEST_SINGLE:
            return value
        near = round(c_float(value).value, 2)
        return value if near == value else near

    return edit_json(exchange.proceed(), lambda body: map_values(body, single))


@contract_fault("negative")
def issues_dotted(exchange: InterceptedExchange) -> Reply:
    """The `_issues` of a 422 are flat, with dotted names."""
    # `_issues`: "Framework form: nested like the document, list positions as text."

    def flat(issues: Any, path: str) -> Iterator[tuple[str, Any]]:
        if isinstance(issues, list) and len(issues) == 1:
            issues = issues[0]
        if not isinstance(issues, dict):
            yield path, issues
            return
        for name, issue in issues.items():
            yield from flat(issue, f"{path}.{name}" if path else name)

    def change(body: Any) -> None:
        if "_issues" in body:
            body["_issues"] = dict(flat(body["_issues"], ""))

    reply = exchange.proceed()
    return edit_json(reply, change) if reply.status == 422 else reply
