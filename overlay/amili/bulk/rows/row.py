"""The rows of an input, as the operations take them, and the source that they are read from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias

Operation = Literal["register", "credit", "cancel", "lookup"]


@dataclass(frozen=True)
class CaseKey:
    """Which case is meant: its identifier, or the invoice number of a creditor."""

    __module__ = "amili.bulk"

    id: str | None = None
    invoice_number: str | None = None
    creditor: str | None = None


@dataclass(frozen=True)
class CreditingItem:
    """A crediting of a case by an amount in SEK, with the creditor's own reference."""

    __module__ = "amili.bulk"

    case: CaseKey
    amount: Decimal
    reference: str | None = None


# register: the invoice as a dict; credit: a CreditingItem; cancel and lookup: a CaseKey.
Item: TypeAlias = Mapping[str, Any] | CreditingItem | CaseKey


@dataclass(frozen=True)
class Row:
    """One row of an input: `number` counts rows from 1 and is the same whenever the input is read; `place` is for people.

    A place is such as `invoices.xlsx, sheet Fakturor, row 17`. `item` is None if the row has problems and can't be sent.
    """

    __module__ = "amili.bulk"

    number: int
    place: str
    item: Item | None


class Source(Protocol):
    """An input that can be read again: a file with its map, or any rows in memory."""

    __module__: str = "amili.bulk"

    @property
    def name(self) -> str:
        """What people call it, such as the name of the file."""

    @property
    def checksum(self) -> str:
        """A SHA-256, in hex digits, of everything the rows are made of."""

    def rows(self) -> Iterator[Row]:
        """Yield all rows in their order."""
