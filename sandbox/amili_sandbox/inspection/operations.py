"""What a request is for, by its method and path."""

from amili_sandbox.access import TOKEN_PATH
from amili_sandbox.eve import GUIDE_PATHS

_WRITES = {
    "invoice-registration": "register",
    "creditor-crediting": "credit",
    "creditor-cancellation": "cancel",
}
_BY_RESOURCE = {**_WRITES, **{GUIDE_PATHS[guide]: name for guide, name in _WRITES.items()}, "creditor--payments": "pay"}
OPERATIONS = (*_WRITES.values(), "pay", "list cases", "read a case", "look at writes", "get a token", "other")


def operation_of(method: str, target: str) -> str:
    """Return one of OPERATIONS."""
    path = target.partition("?")[0].strip("/")
    resource, _, rest = path.partition("/")
    if resource in _BY_RESOURCE:
        return _BY_RESOURCE[resource] if method == "POST" else "look at writes"
    if resource == "cases":
        return "read a case" if rest else "list cases"
    return "get a token" if path == TOKEN_PATH.strip("/") else "other"


def spelling_of(target: str) -> str | None:
    """Return which spelling of a path for writing a request used: `guide`, `reference`, or None for other paths."""
    resource = target.partition("?")[0].strip("/").partition("/")[0]
    if resource in GUIDE_PATHS:
        return "guide"
    return "reference" if resource in GUIDE_PATHS.values() else None
