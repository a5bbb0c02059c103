"""Contract faults in the structure of responses: status, headers, properties."""

import gzip
import json

from amili_sandbox.http import Ending, Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, edit_json


@contract_fault("schema")
def etag_missing(exchange: InterceptedExchange) -> Reply:
    """Receipts have no `_etag`."""
    reply = exchange.proceed()
    return edit_json(reply, lambda body: body.pop("_etag", None) and body) if reply.status == 201 else reply


@contract_fault("status")
def status_200(exchange: InterceptedExchange) -> Reply:
    """Creating answers 200."""
    reply = exchange.proceed()
    reply.status = 200 if reply.status == 201 else reply.status
    return reply


@contract_fault("schema")
def items_null(exchange: InterceptedExchange) -> Reply:
    """The items of an empty page are null."""
    return edit_json(exchange.proceed(), lambda body: body.update(_items=None) if body.get("_items") == [] else None)


@contract_fault("status")
def content_type_html(exchange: InterceptedExchange) -> Reply:
    """Every response has the content type text/html."""
    reply = exchange.proceed()
    reply.set_header("Content-Type", "text/html; charset=utf-8")
    return reply


@contract_fault("schema")
def leak(exchange: InterceptedExchange) -> Reply:
    """Cases show an internal field."""
    return edit_cases(exchange, exchange.proceed(), lambda case: case.update(_internal_note="score 3"))


@contract_fault("schema")
def err_shape(exchange: InterceptedExchange) -> Reply:
    """A 422 has another structure."""
    reply = exchange.proceed()
    return edit_json(reply, lambda body: {"errors": list(body.get("_issues", {}))}) if reply.status == 422 else reply


@contract_fault("schema")
def case_in_error(exchange: InterceptedExchange) -> Reply:
    """A 422 repeats the debtor's personal data."""
    reply = exchange.proceed()
    if reply.status != 422 or not exchange.writes("registration"):
        return reply
    customer = json.dumps(exchange.body().get("customer"), ensure_ascii=False)
    return edit_json(reply, lambda body: body["_issues"].update(customer=f"value {customer} was not stored"))


@contract_fault("status")
def gzip_bad_len(exchange: InterceptedExchange) -> Reply:
    """A compressed response gives the length before compression."""
    reply = exchange.proceed()
    reply.set_header("Content-Encoding", "gzip")
    reply.set_header("Content-Length", str(len(reply.body) + 64))
    reply.body, reply.ending = gzip.compress(reply.body), Ending.FIN
    return reply


@contract_fault("schema")
def dup_json_key(exchange: InterceptedExchange) -> Reply:
    """An object has a key twice."""
    reply = exchange.proceed()
    text = reply.body.decode()
    reply.set_body(text.replace('"_id": ', '"_id": "000000000000000000000000", "_id": ', 1).encode())
    return reply
