"""What the lookup of a write proves: it happened, it did not, or neither."""

from dataclasses import dataclass
from decimal import Decimal

from amili_api.models.case import Case


@dataclass(frozen=True)
class Confirmed:
    """It happened; `found` is what shows it, `settled` the amount in SEK that a crediting settled."""

    found: Case
    settled: Decimal | None = None


@dataclass(frozen=True)
class Absent:
    """There is no sign of it."""


@dataclass(frozen=True)
class Inconclusive:
    """It can't be determined; `why` is for a person and holds no personal data."""

    why: str


Verdict = Confirmed | Absent | Inconclusive
