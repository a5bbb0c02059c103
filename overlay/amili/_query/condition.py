"""Conditions on cases as values: a `Condition` knows its wire form, combines, and refuses to be true or false."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NoReturn, cast

from amili._query.encoding import canonical_json, to_wire


class Condition:
    """A condition as the JSON object that is sent; combine with `&`, `|` and `~`. Only the API can say whether it is true."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    @cached_property
    def wire(self) -> str:
        """The condition as the text that is sent, in its one canonical form."""
        return canonical_json(self._document)

    @property
    def document(self) -> dict[str, Any]:
        """The condition as a JSON object, a new one each time."""
        return cast(dict[str, Any], json.loads(self.wire))

    def __and__(self, other: "Condition") -> "Condition":
        return _combined("$and", self, other)

    def __or__(self, other: "Condition") -> "Condition":
        return _combined("$or", self, other)

    def __invert__(self) -> "Condition":
        return Condition({"$nor": [self._document]})

    def __eq__(self, other: object) -> bool:
        return self.wire == other.wire if isinstance(other, Condition) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.wire)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition is neither true nor false here: write (a) & (b) instead of 'and', (a) | (b) instead of 'or', ~(a) "
            "instead of 'not', (1 < a) & (a < 5) instead of 1 < a < 5, and field.in_([...]) instead of 'in'"
        )

    def __repr__(self) -> str:
        return f"Condition({self.wire})"


def comparison(path: str, value: Any, operator: str = "") -> Condition:
    """Make the condition on one property, of a value in its wire form."""
    return Condition({path: {operator: value} if operator else value})


def _combined(operator: str, *conditions: Condition) -> Condition:
    """Join conditions; what is already a list of this operator is taken into the new one."""
    parts: list[Any] = []
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise TypeError(f"only conditions can be combined, not {type(condition).__name__}; write (a == 1) & (b == 2)")
        document = condition._document
        listed = document[operator] if document.keys() == {operator} else None
        parts.extend(listed if isinstance(listed, list) else [document])
    return Condition({operator: parts})


def where_text(where: Condition | Mapping[str, Any] | None) -> str | None:
    """Return the wire form of a condition or of a plain dict, whose dates and amounts are written as the API reads them."""
    if where is None:
        return None
    if isinstance(where, Condition):
        return where.wire
    if isinstance(where, Mapping):
        return canonical_json(to_wire(where))
    raise TypeError(
        f"where= takes a condition such as where.state == 'invoice', or a dict, not {type(where).__name__}; "
        "to find a case by its id write amili.case(id)"
    )
