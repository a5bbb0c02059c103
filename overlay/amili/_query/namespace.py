"""`where`: the fields of a case by name, generated from the contract, and any other field by its dotted path."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from amili._query.case_fields import CaseFields
from amili._query.fields import AnyField, Field, FieldGroup


class Where(CaseFields):
    """The fields of a case; `where.state == "invoice"` is a condition. `where.field("a.b")` is for fields that are not listed."""

    def field(self, path: str) -> Field[Any]:
        """Return a field by its dotted path; if the contract lists the property, values are checked by its type."""
        field = AnyField(path)
        kind = _kinds().get(without_positions(path))
        return field if kind is None else kind(path)


def without_positions(path: str) -> str:
    """Return a path without positions in lists, which the contract describes by their items."""
    return re.sub(r"\.\d+(?=\.|$)", "", path)


@cache
def _kinds() -> dict[str, type[Field[Any]]]:
    """Return the class of each field of the contract by its path."""
    return {field._path: type(field) for _, field in listed_fields() if isinstance(field, Field)}


def listed_fields(group: type[FieldGroup] = CaseFields, above: str = "") -> Iterator[tuple[str, FieldGroup]]:
    """Yield each field and group of fields of the contract, with its dotted name in Python."""
    for name, field in vars(group).items():
        if isinstance(field, FieldGroup):
            yield f"{above}{name}", field
            yield from listed_fields(type(field), f"{above}{name}.")


where: Where = Where()
