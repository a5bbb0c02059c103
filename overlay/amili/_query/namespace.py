"""`where`: the fields of a case by name, generated from the contract, and any other field by its dotted path."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from amili._query.case_fields import CaseFields
from amili._query.fields import AnyField, Field, FieldGroup

_POSITION = re.compile(r"\.\d+(?=\.|$)")  # in a list, which the contract describes by its items


class Where(CaseFields):
    """The fields of a case; `where.state == "invoice"` is a condition. `where.field("a.b")` is for fields that are not listed."""

    def field(self, path: str) -> Field[Any]:
        """Return a field by its dotted path; if the contract lists the property, values are checked by its type."""
        field = AnyField(path)
        kind = _kinds().get(_POSITION.sub("", path))
        return field if kind is None else kind(path)


@cache
def _kinds() -> dict[str, type[Field[Any]]]:
    """Return the class of each field of the contract by its path."""

    def below(group: FieldGroup) -> Iterator[tuple[str, type[Field[Any]]]]:
        for field in vars(type(group)).values():
            if isinstance(field, Field):
                yield field._path, type(field)
            elif isinstance(field, FieldGroup):
                yield from below(field)

    return dict(below(CaseFields()))


where: Where = Where()
