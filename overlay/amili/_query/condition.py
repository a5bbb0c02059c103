"""Conditions on cases: a `Condition` has a JSON form, can be combined, and raises if it is used as a boolean."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NoReturn, cast

from amili._errors import InvalidInputError
from amili._query.encoding import canonical_json, to_wire


class Condition:
    """A condition on cases, sent to the API as a JSON object; combine conditions with `&`, `|` and `~`.

    `where` makes them. `Condition({...})` takes a dict with operators of MongoDB: its dates and amounts are converted, its names
    and operators are taken as they are, so it must not come from a stranger.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    @cached_property
    def wire(self) -> str:
        """The condition as the JSON string that is sent, in canonical form."""
        try:
            return canonical_json(self._document)
        except InvalidInputError:  # dates and amounts of a dict; `where` has converted them already
            return canonical_json(to_wire(self._document))

    @property
    def document(self) -> dict[str, Any]:
        """The condition as a JSON object, a new dict each time."""
        return cast(dict[str, Any], json.loads(self.wire))

    def __and__(self, other: "Condition") -> "Condition":
        return _combine("$and", self, other)

    def __or__(self, other: "Condition") -> "Condition":
        return _combine("$or", self, other)

    def __invert__(self) -> "Condition":
        return Condition({"$nor": [self._document]})

    def __eq__(self, other: object) -> bool:
        return self.wire == other.wire if isinstance(other, Condition) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.wire)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition can't be used as a boolean: write (a) & (b) instead of 'and', (a) | (b) instead of 'or', ~(a) "
            "instead of 'not', (1 < a) & (a < 5) instead of 1 < a < 5, and field.in_([...]) instead of 'in'"
        )

    def __repr__(self) -> str:
        return f"Condition({self.wire})"


def comparison(path: str, value: Any, operator: str = "") -> Condition:
    """Return the condition on one property; `value` is already in its JSON form."""
    return Condition({path: {operator: value} if operator else value})


def _combine(operator: str, *conditions: Condition) -> Condition:
    """Combine conditions; nested lists of the same operator are merged into one."""
    parts: list[Any] = []
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise TypeError(f"only conditions can be combined, not {type(condition).__name__}; write (a == 1) & (b == 2)")
        document = condition._document
        listed = document[operator] if document.keys() == {operator} else None
        parts.extend(listed if isinstance(listed, list) else [document])
    return Condition({operator: parts})
