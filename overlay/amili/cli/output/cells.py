"""What is printed of a document: its cells as text, and what identifies a person, masked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

Cell: TypeAlias = Any  # a string, bool, int, Decimal, aware datetime or None; other values are printed as JSON
MASK = "***"
# Names of properties that identify a person, wherever in a document they are. The creditor's own name is no person's.
_PERSONAL = re.compile(r"(^|_)(id_number|name|address\w*|zip_code|city|care_of|e?mails?|phone\w*|mobile\w*)$")
_NOT_PERSONAL = {"creditor_name", "customer_number"}


@dataclass(frozen=True)
class Row:
    """A document as the API wrote it, and the cells that a table or CSV has of it, by the paths of their properties."""

    document: dict[str, Any]
    cells: dict[str, Cell] = field(default_factory=dict)


def is_personal(path: str) -> bool:
    """Return whether a property identifies a person."""
    name = path.rpartition(".")[2]
    return name not in _NOT_PERSONAL and _PERSONAL.search(name) is not None


def masked_document(value: Any, name: str = "") -> Any:
    """Return a document in which what identifies a person is masked."""
    if is_personal(name) and value is not None:
        return MASK
    if isinstance(value, dict):
        return {key: masked_document(inner, key) for key, inner in value.items()}
    return [masked_document(inner) for inner in value] if isinstance(value, list) else value


def cell_text(value: Cell) -> str:
    """Return a cell as text: amounts with two decimals or more, times in UTC as ISO 8601, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:.2f}" if value == round(value, 2) else f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False, default=str)


def printable(text: str) -> str:
    """Return text for a terminal, which could be controlled by the escape sequences of a foreign string."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
