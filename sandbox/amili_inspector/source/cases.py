"""Cases, as the pages show them. All times are UTC and aware, all amounts are Decimal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from amili_inspector.source.rows import Rows


@dataclass(frozen=True)
class Debtor:
    """Who owes. The pages show the initials and the customer number, never the name or the id number."""

    name: str = field(repr=False)
    customer_number: str | None = None

    @property
    def masked(self) -> str:
        """The initial of each word of the name."""
        return " ".join(f"{word[0]}…" for word in self.name.split()) or "…"


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    id: str
    invoice_number: str
    state: str
    is_closed: bool
    debtor: Debtor
    remaining: Decimal  # of the whole debt
    capital: Decimal  # at the start
    currency: str
    due: datetime
    created: datetime


@dataclass(frozen=True)
class Transaction:
    """An entry of a case's list of transactions, signed as the API shows it."""

    at: datetime
    amount: Decimal
    type: str
    description: str
    origin: str


@dataclass(frozen=True)
class Balance:
    """What remains of the debt from a moment on."""

    at: datetime
    remaining: Decimal


@dataclass(frozen=True)
class Step:
    """A state, and when the case entered or will enter it."""

    state: str
    at: datetime


@dataclass(frozen=True)
class CaseDetail:
    """Everything the page of one case shows."""

    row: CaseRow
    status: str
    parts: Mapping[str, Decimal]  # what remains of capital, costs and interest
    creditor_name: str
    reference_number: str
    ocr: str | None
    updated: datetime
    closed_at: datetime | None
    closed_reason: str | None
    transactions: Sequence[Transaction]
    balances: Sequence[Balance]  # in order of time, the last one is today's
    past: Sequence[Step]
    coming: Sequence[Step]


@dataclass(frozen=True)
class CaseFilter:
    """What to look for: the beginning of an invoice number, or a whole case id, OCR number or reference number."""

    text: str = ""
    state: str = ""
    closed: bool | None = None


class Cases(Protocol):
    """The cases of a data source."""

    def find(self, wanted: CaseFilter, skip: int, limit: int) -> Rows[CaseRow]:
        """Return cases, the newest first; if only closed ones are wanted, the last closed first."""

    def case(self, case_id: str) -> CaseDetail | None:
        """Return a case, or None."""

    def counts(self) -> Mapping[str, int]:
        """Return how many cases are in each state."""

    def closed_count(self) -> int:
        """Return how many cases are closed, in whatever state."""
