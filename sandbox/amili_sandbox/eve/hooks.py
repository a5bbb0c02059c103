"""Eve's hooks: they call the domain, and give receipts their final form."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

from bson import ObjectId
from eve import Eve
from flask import Response, abort, g, request

from amili_sandbox.domain import EFFECTS, Refused
from amili_sandbox.eve.errors import refusal_message
from amili_sandbox.eve.resources import GUIDE_PATHS
from amili_sandbox.state import State

Document = dict[str, Any]
AUTOMATIC = ("_updated", "_created", "_etag")
META = (*AUTOMATIC, "_id", "_status")
NEWER_KEYS = ("status", "status_reason_locale", "case_invoice_number", "case_reference_number")


def add_hooks(app: Eve, state: State) -> None:
    """Call the domain from Eve's POSTs."""
    app.on_pre_GET_accounts += _restrict_to_own_account
    app.on_pre_GET_cases += partial(_hide_new_cases, state)
    app.on_fetched_resource += lambda _, page: _leave_out(state, page["_items"])
    app.on_fetched_item += lambda _, document: _leave_out(state, [document])
    for name in [*EFFECTS, *GUIDE_PATHS]:
        resource = GUIDE_PATHS.get(name, name)
        getattr(app, f"on_insert_{name}").__iadd__(partial(_take_effect, state, resource))
        getattr(app, f"on_post_POST_{name}").__iadd__(partial(_shape_receipts, state, resource))


def _restrict_to_own_account(_request: Any, lookup: Document) -> None:
    # Eve's own restriction to the token's account cannot work on the id field.
    own = str(g.get("auth_value"))
    if lookup.setdefault("_id", own) != own:
        abort(404)


def _hide_new_cases(state: State, _request: Any, lookup: Document) -> None:
    delay = state.assumptions.number("case_visible_after")
    if delay:
        # A case of this very second counts, whatever its milliseconds.
        lookup["_created"] = {"$lt": state.clock.now() - timedelta(seconds=delay - 1)}


def _leave_out(state: State, documents: list[Document]) -> None:
    """Remove the properties that Eve adds to every projection, if they are assumed to be left out."""
    if state.assumptions["automatic_properties"] == "shown":
        return
    projection = json.loads(request.args.get("projection") or "{}")
    if any(projection.values()):
        for document in documents:
            for name in AUTOMATIC:
                if not projection.get(name):
                    document.pop(name, None)


def _take_effect(state: State, resource: str, documents: list[Document]) -> None:
    state.database.start_transaction()  # not before, as validation may take long
    for document in documents:
        if "_id" in document and state.database[resource].find_one(document["_id"]):
            return  # Eve is about to answer 409
        # Eve uses the computer's clock; documents follow the sandbox's.
        document["_updated"] = document["_created"] = state.clock.now()
        try:
            EFFECTS[resource](state, document)
        except Refused as refused:
            abort(_refusal(state, refused, documents.index(document), len(documents)))


def _refusal(state: State, refused: Refused, position: int, count: int) -> Response:
    failed: Document = {"_status": "ERR", "_issues": refused.issues}
    items = [failed if number == position else {"_status": "OK"} for number in range(count)]
    text = "Insertion failure: 1 document(s) contain(s) error(s)"
    envelope = {"_error": {"code": 422, "message": refusal_message(text, state.assumptions["refusal_message"])}}
    body = (failed if count == 1 else {"_status": "ERR", "_items": items}) | envelope
    return Response(json.dumps(body), 422, mimetype="application/json")


def _shape_receipts(state: State, resource: str, _request: Any, response: Response) -> None:
    if response.status_code != 201:
        return
    payload: Document = json.loads(response.get_data())
    if "_items" in payload:
        payload["_items"] = [_receipt(state, resource, item) for item in payload["_items"]]
    else:
        payload = _receipt(state, resource, payload)
    response.set_data(json.dumps(payload))


def _receipt(state: State, resource: str, payload: Document) -> Document:
    """Return Eve's receipt in the key order of the guide, with what the domain added."""
    stored = state.database[resource].find_one(ObjectId(payload["_id"]))
    assert stored is not None, "a receipt is only given for what was stored"
    receipt = {name: payload[name] for name in META}
    for name in _extras(state, resource):
        if name in stored:
            value = stored[name]
            receipt[name] = str(value) if isinstance(value, ObjectId) else value
    return receipt


def _extras(state: State, resource: str) -> tuple[str, ...]:
    newer = NEWER_KEYS if state.assumptions["reply_style"] == "newer" else ()
    match resource:
        case "invoice--registrations":
            return ("_invoice", "_case", "_ocr_number", "ocr_number_ocr")
        case "creditor--creditings" | "creditor--payments":
            return ("_crediting_status", "_payment_status", *(("settled_amount",) if newer else ()), *newer)
        case _:
            return ("_cancellation_status", *newer)
