"""What a POST does to the world, whether it came over HTTP or out of a scenario."""

from collections.abc import Callable, Mapping
from hashlib import sha1

from amili_sandbox.domain.actions import cancel, credit
from amili_sandbox.domain.cases import Document
from amili_sandbox.domain.registration import register
from amili_sandbox.state import World

EFFECTS: Mapping[str, Callable[[World, Document], None]] = {
    "invoice--registrations": register,
    "creditor--creditings": credit,
    "creditor--cancellations": cancel,
}


def enter(world: World, resource: str, document: Document) -> Document:
    """Enter a document and its effect without a request, leaving behind what a request leaves behind."""
    now = world.clock.now()
    document |= {"_updated": now, "_created": now}
    document.setdefault("_id", world.new_id())
    with world.database.transaction():
        EFFECTS[resource](world, document)
        etag = sha1(document["_id"].binary, usedforsecurity=False).hexdigest()
        world.database[resource].insert_one({**document, "_etag": etag})
    return document
