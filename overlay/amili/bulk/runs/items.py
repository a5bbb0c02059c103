"""The items of an input: how their cases are looked up, a digest of each, and reading them again for a lot."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from amili._core.reading import Lookup, case_id
from amili._errors import InvalidInputError
from amili.bulk.ledger import LedgerRow
from amili.bulk.rows import CaseKey, CreditingItem, Item, Operation, Row, Source

_REMEMBERED = 10_000  # rows that were read on the way to others


class InMemory:
    """Rows in memory as a source: invoices as dicts to register, CreditingItems to credit, CaseKeys to cancel or look up.

    The items must not be changed while the run goes on.
    """

    def __init__(self, items: Iterable[Item], *, name: str = "rows in memory") -> None:
        self.name: str = name
        self._items, self._checksum = list(items), ""

    @property
    def checksum(self) -> str:
        """A SHA-256, in hex digits, of all items."""
        if not self._checksum:
            whole = hashlib.sha256()
            for item in self._items:
                whole.update(_text(item).encode() + b"\n")
            self._checksum = whole.hexdigest()
        return self._checksum

    def rows(self) -> Iterator[Row]:
        """Yield all rows in their order."""
        for number, item in enumerate(self._items, 1):
            yield Row(number, f"row {number}", item)


def digest_of(item: Item | None) -> str:
    """Return a digest of an item, which shows whether the item of a row is still the same; empty without an item."""
    return "" if item is None else hashlib.sha256(_text(item).encode()).hexdigest()[:32]


def _text(item: Any) -> str:
    return _encode(item if isinstance(item, dict) else _plain(item))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value.to_dict() if hasattr(value, "to_dict") else str(value)


_encode = json.JSONEncoder(sort_keys=True, default=_plain).encode


def key_of(operation: Operation, item: Item | None) -> tuple[str, str]:
    """Return the invoice number, or the identifier of the case, and the creditor, which may be empty."""
    if operation == "register":
        return _text_of(item, "invoice_number"), _text_of(item, "creditor")
    key = _case_key(item)
    return key.id or key.invoice_number or "", key.creditor or ""


def _text_of(invoice: Any, name: str) -> str:
    value = invoice.get(name) if isinstance(invoice, Mapping) else getattr(invoice, name, None)
    return value if isinstance(value, str) else ""


def _case_key(item: Any) -> CaseKey:
    key = item.case if isinstance(item, CreditingItem) else item
    return key if isinstance(key, CaseKey) else CaseKey()


def address_of(operation: Operation, item: Item | None) -> tuple[Lookup, str]:
    """Return how the cases of an item are looked up, and by which value; raises InvalidInputError if they can't be."""
    key, creditor = key_of(operation, item)
    if operation == "register":
        if not key or not creditor:
            raise InvalidInputError("an invoice needs an invoice_number and a creditor")
    else:
        named = _case_key(item)
        if (named.id is None) == (named.invoice_number is None):
            raise InvalidInputError("a case is named either by its identifier or by its invoice number")
        key = case_id(key) if named.id is not None else key
    lookup = lookup_of(operation, item)
    lookup.condition([key])  # raises if the API can't search for it
    return lookup, key


def lookup_of(operation: Operation, item: Item | None) -> Lookup:
    """Return how the cases of an item are looked up, if they can be."""
    by_number = operation == "register" or _case_key(item).id is None
    return Lookup(by_number=by_number, creditor=key_of(operation, item)[1] or None)


class Items:
    """Reads the items of lots; raises InvalidInputError if the source is not the one that the run was started with."""

    sendable = True

    def __init__(self, source: Source, checksum: str) -> None:
        if source.checksum != checksum:
            raise InvalidInputError(f"{source.name} has changed since the run was started; start another run for what is new")
        self._source, self._rows, self._position = source, source.rows(), 0
        self._read: OrderedDict[int, Item | None] = OrderedDict()

    def of(self, rows: Sequence[LedgerRow]) -> dict[int, Item]:
        """Return the items of rows, by number."""
        wanted = {row.number: self._read.get(row.number) for row in rows}
        missing = {number for number, item in wanted.items() if item is None}
        if any(number <= self._position for number in missing):
            self._rows, self._position = self._source.rows(), 0
        while missing and (read := next(self._rows, None)) is not None:
            self._position = read.number
            self._remember(read)
            if read.number in missing:
                missing.remove(read.number)
                wanted[read.number] = read.item
        return {row.number: self._checked(row, wanted[row.number]) for row in rows}

    def _remember(self, read: Row) -> None:
        """Remember a row for the lots that have it, but not all rows of a long input."""
        self._read[read.number] = read.item
        if len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)

    def _checked(self, row: LedgerRow, item: Item | None) -> Item:
        if item is None or digest_of(item) != row.digest:
            raise InvalidInputError(f"{self._source.name} has changed since the run was started: {row.place} is another one")
        return item
