"""Further changes to the case that a write has changed."""

from collections.abc import Callable
from typing import Any

from bson import ObjectId

from amili_sandbox.domain import Document, change_case
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.intercepted_exchange import COLLECTIONS, InterceptedExchange


def addressed_case(exchange: InterceptedExchange) -> Document | None:
    """Return the case that a crediting or cancellation is about, if there is one."""
    body = exchange.body()
    if "case" in body:
        return exchange.state.database["cases"].find_one({"_id": as_id(body["case"])})
    wanted = {"debt.invoice_number": body.get("invoice_number"), "creditor": as_id(body.get("creditor"))}
    return exchange.state.database["cases"].find_one(wanted)


def with_case(exchange: InterceptedExchange, case: Document) -> InterceptedExchange:
    """Return this crediting or cancellation with another case in its address."""
    body = {name: value for name, value in exchange.body().items() if name != "invoice_number"}
    return exchange.with_body(body | {"case": str(case["_id"])})


def after_action(exchange: InterceptedExchange, resource: str, change: Callable[[Document, Document], Document]) -> Reply:
    """Let an action happen, then make the changes to its case that follow from how it was and how it is."""
    before = addressed_case(exchange) if exchange.writes(resource) else None
    if before is None:
        return exchange.proceed()
    with exchange.state.database.transaction():
        reply = exchange.proceed()
        if reply.status == 201:
            after = _case(exchange, before["_id"])
            change_case(exchange.state, after, change(before, after))
    return reply


def after_registration(exchange: InterceptedExchange, change: Callable[[Document, Document], Document]) -> Reply:
    """Let a registration happen, then make the changes to its case that follow from both."""
    if not exchange.writes("registration"):
        return exchange.proceed()
    with exchange.state.database.transaction():
        reply = exchange.proceed()
        registration = written(exchange, reply)
        if registration is not None:
            case = _case(exchange, registration["_case"])
            change_case(exchange.state, case, change(case, registration))
    return reply


def written(exchange: InterceptedExchange, reply: Reply) -> Document | None:
    """Return the document that a write has stored; None if it was refused, or if there were several."""
    receipt = reply.json() if reply.status == 201 else {}
    return exchange.state.database[COLLECTIONS[exchange.resource]].find_one({"_id": as_id(receipt.get("_id"))})


def _case(exchange: InterceptedExchange, case_id: ObjectId) -> Document:
    case = exchange.state.database["cases"].find_one(case_id)
    assert case is not None, "a write that was confirmed has a case"
    return case


def as_id(text: Any) -> ObjectId | None:
    """Return the identifier that a text is, if it is one."""
    return ObjectId(text) if isinstance(text, str) and ObjectId.is_valid(text) else None
