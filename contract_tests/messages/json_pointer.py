"""JSON pointers (RFC 6901): written, read, and with a star for every position in a list."""

from collections.abc import Iterable
from typing import Any


def step(name: Any) -> str:
    """Return a key or a position as a step of a JSON pointer."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def pointer_of(steps: Iterable[Any]) -> str:
    """Return the JSON pointer of a path of keys and positions."""
    return "".join(map(step, steps))


def value_at(document: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer; raises LookupError if nothing does."""
    node = document
    for part in pointer.split("/")[1:]:
        node = node[int(part)] if isinstance(node, list) else node[part.replace("~1", "/").replace("~0", "~")]
    return node


def any_position(pointer: str) -> str:
    """Return a JSON pointer with a star for every position in a list."""
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))
