"""What the lookup of a write proves: it happened, it did not, or neither."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amili_api.models.case import Case
    from amili_api.models.stored_cancellation import StoredCancellation
    from amili_api.models.stored_crediting import StoredCrediting
    from amili_api.models.stored_registration import StoredRegistration

TOLERANCE = timedelta(seconds=2)  # dates of the API are whole seconds


@dataclass(frozen=True)
class Confirmed:
    """It happened; `found` is what shows it, `settled` the amount in SEK that a crediting settled."""

    found: "Case | StoredRegistration | StoredCrediting | StoredCancellation"
    settled: Decimal | None = None


@dataclass(frozen=True)
class Absent:
    """There is no sign of it. `by_others` says that its case has changed, but by others."""

    by_others: bool = False


@dataclass(frozen=True)
class Inconclusive:
    """It can't be determined; `why` is for a person and holds no personal data."""

    why: str


Verdict = Confirmed | Absent | Inconclusive
