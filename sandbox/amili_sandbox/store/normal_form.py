"""Conditions in a form where mongomock agrees with MongoDB about fields within arrays."""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.errors import OperationFailure

LOGICAL = {"$and", "$or", "$nor"}


def normal(condition: Any) -> Any:
    """Return the condition in normal form.

    Each operator stands alone, as different elements may satisfy different ones, and negations enclose the positive
    question, as no element may satisfy it.
    """
    if not isinstance(condition, dict):
        return condition
    parts: list[Any] = []
    for name, wanted in condition.items():
        if name in LOGICAL and isinstance(wanted, list) and wanted:
            parts.append({name: [normal(part) for part in wanted]})
        elif isinstance(wanted, dict) and wanted and all(operator_name.startswith("$") for operator_name in wanted):
            parts.extend(_single_operators(name, wanted))
        else:
            parts.append({name: wanted})
    return parts[0] if len(parts) == 1 else {"$and": parts} if parts else {}


def _single_operators(path: str, wanted: Mapping[str, Any]) -> Iterator[Any]:
    for name, argument in wanted.items():
        match name:
            case "$options":
                continue  # goes with $regex
            case "$regex":
                yield {path: {key: wanted[key] for key in ("$regex", "$options") if key in wanted}}
            case "$exists" if not argument:
                yield {"$nor": [{path: {"$exists": True}}]}
            case "$ne":
                yield {"$nor": [{path: {"$eq": argument}}]}
            case "$nin":
                yield {"$nor": [{path: {"$in": argument}}]}
            case "$not":
                if not isinstance(argument, dict) or not argument:
                    raise OperationFailure("$not needs a regex or a document")
                yield {"$nor": [normal({path: argument})]}
            case "$elemMatch" if isinstance(argument, dict) and not any(key.startswith("$") for key in argument):
                yield {path: {name: normal(argument)}}
            case _:
                yield {path: {name: argument}}
