"""Finds rows that ask for the same thing twice, with a digest of each row in memory."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from amili.bulk.rows import CaseKey, CreditingItem, Item

_BYTES = 12


class Repeats:
    """What the rows so far asked for."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def problem(self, item: Item, number: int, row: str) -> tuple[str, str] | None:
        """Return the path and the text if a row above asked for the same as the row with this number."""
        path, key, text = _asked(item)
        if key is None:
            return None
        digest = blake2b(repr(key).encode(errors="backslashreplace"), digest_size=_BYTES).digest()
        first = self._seen.setdefault(digest, number)
        return None if first == number else (path, text.format(f"{row} {first}"))


def _asked(item: Item) -> tuple[str, Any, str]:
    if isinstance(item, Mapping):
        named = item.get("invoice_number")
        key = None if named is None else (item.get("creditor"), named)
        return "invoice_number", key, 'it is the same as in {}; if these are lines of one invoice: lines = "rows", sorted by it'
    case = item.case if isinstance(item, CreditingItem) else item
    path = "invoice_number" if case.id is None else "case"
    if isinstance(item, CaseKey):
        return path, case, "the same case is in {}"
    hint = "the same case, amount and reference are in {}: give each crediting a reference of its own"
    return path, (case, item.amount.normalize(), item.reference), hint
