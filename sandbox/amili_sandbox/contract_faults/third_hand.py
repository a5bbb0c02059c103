"""Faults of the third hand in the door, in receipts, in cases and in errors; each names the sentence it breaks.

A quoted sentence stands in the OpenAPI document of the four operations unless another page is named.
"""

import re
from collections.abc import Iterator
from ctypes import c_float
from email.utils import parsedate_to_datetime
from typing import Any

import jwt

from amili_sandbox.contract_faults.aftermath import addressed_case, after_action, written
from amili_sandbox.contract_faults.exchange import Exchange, cases_in, edited, mapped
from amili_sandbox.contract_faults.identity import first_of_debtor
from amili_sandbox.contract_faults.replies import AMOUNT, is_date
from amili_sandbox.domain.cases import Document, remaining_capital
from amili_sandbox.domain.money import plain
from amili_sandbox.door.authenticate import PATH
from amili_sandbox.http.messages import Reply, json_reply

BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")
LARGEST_SINGLE = 3e38  # about the largest number in single precision


def signature_unverified(exchange: Exchange) -> Reply:
    """A JWT is exchanged for a token although its signature is not that of the account's key."""
    # docs/vendor-facts.md, Authentication: "public key registered with the vendor".
    reply = exchange.proceed()
    if exchange.request.method != "GET" or exchange.request.path != PATH or reply.status != 401:
        return reply
    try:
        claims = jwt.decode(exchange.request.header("X-API-Key") or "", options={"verify_signature": False})
        good = isinstance(claims["api_code"], str) and claims["exp"] > exchange.world.clock.timestamp()
    except (jwt.InvalidTokenError, KeyError, TypeError):
        return reply
    return json_reply(200, {"token": exchange.token}) if good else reply


def cancellation_without_key(exchange: Exchange) -> Reply:
    """A cancellation needs no token: with a wrong one or none it is confirmed all the same."""
    # `security: [{ApiKey: []}]` of cancel_case; 401: "The token is missing, wrong or expired".
    reply = exchange.proceed()
    if exchange.writes("cancellation") and reply.status == 401:
        return exchange.with_header("X-API-Key", exchange.token).proceed()
    return reply


def cases_writable(exchange: Exchange) -> Reply:
    """A POST to `/cases` is confirmed with 201."""
    # The path has `get` alone; docs/vendor-facts.md, Cases: "Read only".
    reply = exchange.proceed()
    if exchange.request.method == "POST" and exchange.resource == "cases" and reply.status == 405:
        return json_reply(201, {"_status": "OK", "_id": str(exchange.world.new_id())})
    return reply


def both_addresses_accepted(exchange: Exchange) -> Reply:
    """A crediting or cancellation that names both a case and an invoice number is accepted, and the case counts."""
    # "Exactly one of case and invoice_number."
    body = exchange.body()
    if exchange.writes("crediting", "cancellation") and {"case", "invoice_number"} <= body.keys():
        del body["invoice_number"]
        return exchange.with_body(body).proceed()
    return exchange.proceed()


def receipt_case_of_debtor(exchange: Exchange) -> Reply:
    """The receipt of a registration names the debtor's first case, not the new one."""
    # `_case`: "Identifier of the case: the one to keep", with "CaseOfRegistration: Find the case of this registration".
    reply = exchange.proceed()
    registration = written(exchange, reply) if exchange.writes("registration") else None
    if registration is None:
        return reply
    first = first_of_debtor(exchange, registration)
    return edited(reply, lambda receipt: receipt.update(_case=str(first["_case"])))


def location_of_case(exchange: Exchange) -> Reply:
    """The Location of a crediting or cancellation is that of its case."""
    # Location: "Where the stored document is."
    case = addressed_case(exchange) if exchange.writes("crediting", "cancellation") else None
    reply = exchange.proceed()
    if case is not None and reply.status == 201:
        reply.set_header("Location", f"cases/{case['_id']}")
    return reply


def emoji_lost(exchange: Exchange) -> Reply:
    """Of a registration, characters that need more than 16 bits are stored as question marks."""
    # `customer_name`: "Name of the debtor"; `debt_description`: "What the debt is for".
    body = exchange.body()
    if not exchange.writes("registration") or not body:
        return exchange.proceed()

    def narrowed(_: str, value: Any) -> Any:
        return BEYOND_16_BITS.sub("?", value) if isinstance(value, str) else value

    return exchange.with_body(mapped(body, narrowed)).proceed()


def crediting_untyped(exchange: Exchange) -> Reply:
    """The transactions of a case have no `type`, except the first."""
    # Transaction: `required: [registration_date, type, amount]`.

    def change(case: dict[str, Any]) -> None:
        for transaction in case.get("transactions", [])[1:]:
            transaction.pop("type", None)

    return cases_in(exchange, exchange.proceed(), change)


def later_history_iso(exchange: Exchange) -> Reply:
    """Dates in the histories of a case are ISO 8601, except those of the first entries."""
    # HttpDate: "Moment in GMT as RFC 1123, whole seconds."

    def iso(_: str, value: Any) -> Any:
        return parsedate_to_datetime(value).isoformat() if is_date(value) else value

    def change(case: dict[str, Any]) -> None:
        for name in ("state_history", "status_history"):
            if name in case:
                case[name] = [*case[name][:1], *mapped(case[name][1:], iso)]

    return cases_in(exchange, exchange.proceed(), change)


def latest_state_date_stays(exchange: Exchange) -> Reply:
    """`latest_state_date` stays at the beginning of the first state."""
    # `latest_state_date`: "When the state last changed."
    return cases_in(
        exchange,
        exchange.proceed(),
        lambda case: "latest_state_date" in case and case.update(latest_state_date=case["_created"]),
    )


def closed_on_open_case(exchange: Exchange) -> Reply:
    """Open cases have an empty `closed`."""
    # `closed`: "Present on a closed case."; Case: "Optional properties are left out, not null."
    if exchange.query("projection"):
        return exchange.proceed()
    return cases_in(exchange, exchange.proceed(), lambda case: case.setdefault("closed", {}))


def initial_capital_lowered(exchange: Exchange) -> Reply:
    """A crediting lowers `debt.initial_capital` to what remains."""
    # `initial_capital`: "Capital at the start: the total of the invoice with tax."

    def change(_: Document, after: Document) -> Document:
        return {"debt": {**after["debt"], "initial_capital": plain(remaining_capital(after))}}

    return after_action(exchange, "crediting", change)


def single_precision(exchange: Exchange) -> Reply:
    """Amounts are shown in single precision: 200 000.01 comes back as 200 000.02."""
    # `initial_capital`: "the total of the invoice with tax"; Money: "SEK, two decimals".

    def single(name: str, value: Any) -> Any:
        if not isinstance(value, int | float) or not AMOUNT.fullmatch(name) or abs(value) > LARGEST_SINGLE:
            return value
        near = round(c_float(value).value, 2)
        return value if near == value else near

    return edited(exchange.proceed(), lambda body: mapped(body, single))


def issues_dotted(exchange: Exchange) -> Reply:
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
    return edited(reply, change) if reply.status == 422 else reply
