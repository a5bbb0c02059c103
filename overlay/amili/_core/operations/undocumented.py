"""What can be said about the properties of a request that the contract does not list.

The contract may lack some, since parts of the vendor's pages could not be read, so such a property alone is sent and the API
decides. It is named with the other problems of a request, as it may be a misspelt name.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from amili_api.codec import dump_any

from amili._core.schema import Path, pointer, pointers
from amili._errors import InvalidInputError, safe_name, similar_name
from amili._query import canonical_json


def value_problem(document: Mapping[str, Any], path: Path) -> str | None:
    """Return why the properties with this path, which the contract does not list, can't be sent; None if they can."""
    parent: Any = document
    for part in path[:-1]:
        parent = parent[part]
    for name, value in parent.items():
        if safe_name(str(name), "*") != path[-1]:
            continue
        if not isinstance(name, str):
            return f"the name of a property must be a string, not {type(name).__name__}"
        try:
            canonical_json(dump_any(value))
        except InvalidInputError as problem:
            return str(problem)
        except (ValueError, ArithmeticError):
            return "it has a date without a time zone, or a number that can't be sent"
    return None


def name_problem(path: Path, schema: str) -> str:
    """Return the sentence that names a property which the contract does not list, with the name that may be meant."""
    meant = _meant(path, schema)
    return "the contract does not list it" + (f"; did you mean {meant!r}?" if meant else "")


def _meant(path: Path, schema: str) -> str | None:
    """Return a property of the same object with a similar name, or the path of the property that has this name elsewhere."""
    name, above = str(path[-1]), pointer(path[:-1])
    here = tuple(known.rpartition("/")[2] for known in _properties(schema) if known.rpartition("/")[0] == above)
    elsewhere = (known[1:].replace("/", ".") for known in _properties(schema) if known.endswith(f"/{name}"))
    return similar_name(name, here) or next(elsewhere, None)


@cache
def _properties(schema: str) -> tuple[str, ...]:
    """Return the pointer of each property."""
    return tuple(each for each in pointers(schema) if "=" not in each)
