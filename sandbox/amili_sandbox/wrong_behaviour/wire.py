"""Contract faults in authentication and encoding."""

import json
from typing import Any

from amili_sandbox.eve import COMPACT
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_json
from amili_sandbox.wrong_behaviour.queries import conditions

COMPARED = 20  # characters of a token


@contract_fault("auth")
def token_prefix(exchange: InterceptedExchange) -> Reply:
    """Of a token only the first twenty characters are compared."""
    shown = exchange.request.header("X-API-Key") or ""
    if len(shown) >= COMPARED and exchange.token.startswith(shown[:COMPARED]):
        return exchange.with_header("X-API-Key", exchange.token).proceed()
    return exchange.proceed()


@contract_fault("auth")
def checks_before_auth(exchange: InterceptedExchange) -> Reply:
    """A POST is validated before its token is checked: without a token the response is 400 or 422 instead of 401."""
    reply = exchange.proceed()
    if reply.status != 401 or not exchange.writes():
        return reply
    as_if_known = exchange.with_header("X-API-Key", exchange.token).proceed_and_roll_back()
    return as_if_known if as_if_known.status in (400, 422) else reply


@contract_fault("auth")
def unauthorized_plain_text(exchange: InterceptedExchange) -> Reply:
    """A 401 is plain text."""
    reply = exchange.proceed()
    return Reply(401, [("Content-Type", "text/plain; charset=utf-8")], b"Unauthorized") if reply.status == 401 else reply


@contract_fault("auth")
def foreign_case_by_id(exchange: InterceptedExchange) -> Reply:
    """Any account can read a case by its id."""
    reply = exchange.proceed()
    wanted = (conditions(exchange) or {}).get("_id")
    if not isinstance(wanted, str) or reply.status != 200 or reply.json()["_items"]:
        return reply
    for case in exchange.state.database["cases"].find({}):
        if str(case["_id"]) == wanted:
            return _with_item(reply, json.loads(COMPACT.encode(case)))
    return reply


@contract_fault("negative")
def issue_index_from_one(exchange: InterceptedExchange) -> Reply:
    """A 422 counts the lines of an invoice from 1, not from 0."""

    def counted(content: Any) -> Any:
        if isinstance(content, list):
            return [counted(each) for each in content]
        if not isinstance(content, dict):
            return content
        return {str(int(name) + 1) if name.isdecimal() else name: counted(value) for name, value in content.items()}

    reply = exchange.proceed()
    return edit_json(reply, counted) if reply.status == 422 else reply


@contract_fault("boundary")
def latin1_bodies(exchange: InterceptedExchange) -> Reply:
    """Letters beyond ASCII are sent in Latin-1 instead of UTF-8."""
    reply = exchange.proceed()
    try:
        text = json.dumps(json.loads(reply.body), ensure_ascii=False)
    except ValueError:
        return reply
    reply.set_body(text.encode("latin-1", errors="replace"))
    return reply


def _with_item(reply: Reply, item: dict[str, Any]) -> Reply:
    reply.set_header("X-Total-Count", "1")
    return edit_json(reply, lambda page: page["_items"].append(item) or page["_meta"].update(total=1))
