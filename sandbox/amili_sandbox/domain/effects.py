"""What a POST changes, over HTTP or in a scenario."""

from collections.abc import Callable, Mapping
from hashlib import sha1

from amili_sandbox.domain.actions import cancel, credit, pay
from amili_sandbox.domain.cases import Document
from amili_sandbox.domain.registration import register
from amili_sandbox.state import State

EFFECTS: Mapping[str, Callable[[State, Document], None]] = {
    "invoice--registrations": register,
    "creditor--creditings": credit,
    "creditor--cancellations": cancel,
    "creditor--payments": pay,
}


def create(state: State, resource: str, document: Document) -> Document:
    """Store a document and its effects, as a request would."""
    now = state.clock.now()
    document |= {"_updated": now, "_created": now}
    document.setdefault("_id", state.new_id())
    with state.database.transaction():
        EFFECTS[resource](state, document)
        etag = sha1(document["_id"].binary, usedforsecurity=False).hexdigest()
        state.database[resource].insert_one({**document, "_etag": etag})
    return document
