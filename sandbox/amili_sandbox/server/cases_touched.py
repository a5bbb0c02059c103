"""Which cases a request was about: those it named, and those that its true response named, whether or not it was sent."""

import json
import re

from bson import ObjectId
from bson.errors import BSONError

from amili_sandbox.http import Reply, Request
from amili_sandbox.state import State

MOST = 100  # the greatest page of cases
CASE_PATH = re.compile(r"/cases/([0-9a-f]{24})/?")
CASE_NAMED = re.compile(rb'"_?case"\s*:\s*"([0-9a-f]{24})"')
DOCUMENT_ID = re.compile(rb'"_id"\s*:\s*"([0-9a-f]{24})"')


def cases_touched(state: State, request: Request, reply: Reply) -> tuple[ObjectId, ...]:
    """Return the ids of up to 100 cases that a request read, changed, or tried to change."""
    found = CASE_PATH.findall(request.path)
    found += [name.decode() for name in CASE_NAMED.findall(request.body)[:MOST]]
    of_cases = request.path.strip("/").partition("/")[0] == "cases"
    found += [name.decode() for name in (DOCUMENT_ID if of_cases else CASE_NAMED).findall(reply.body)[:MOST]]
    ids = [ObjectId(name) for name in dict.fromkeys(found)]
    if not ids and b'"invoice_number"' in request.body:
        ids = _by_number(state, request.body)
    return tuple(ids[:MOST])


def _by_number(state: State, body: bytes) -> list[ObjectId]:
    """Return the cases that a crediting or a cancellation addresses by invoice number and creditor, if it can be read."""
    try:
        content = json.loads(body)
        wanted = {"debt.invoice_number": str(content["invoice_number"]), "creditor": ObjectId(content["creditor"])}
        return [case["_id"] for case in state.database["cases"].find(wanted, {"_id": 1}, limit=MOST)]
    except (BSONError, ValueError, TypeError, KeyError, RecursionError):
        return []
