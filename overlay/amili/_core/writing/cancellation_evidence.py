"""What a cancellation leaves on its case, and what the case proves of it when it is read later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amili_api.models.case import Case

from amili._core.reading import Lookup
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive, Verdict
from amili._errors import ApiError


@dataclass(frozen=True)
class CancellationEvidence:
    """A cancellation closes the case; if another party closed it, there is nothing left to cancel."""

    case: str
    was_closed: bool = False

    operation = "cancel_case"

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return f"case {self.case}"

    def lookup(self) -> tuple[Lookup, str]:
        """Return how the case is looked up, and by which value."""
        return Lookup(by_number=False), self.case

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by whether the case is closed now and was not before; only a closed case has the property `closed`."""
        if len(cases) != 1:
            return Inconclusive("the case can't be found")
        return Confirmed(cases[0]) if cases[0].closed is not None and not self.was_closed else Absent()

    def doubled(self, cases: Sequence[Case], since: datetime | None) -> tuple[str, ...]:
        """Return nothing: a case that is cancelled twice is cancelled."""
        return ()

    def is_repetition_of(self, earlier: object) -> bool:
        """Whether an earlier cancellation of the same case is the same: it always is."""
        return True

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API may refuse this cancellation because it has happened: the case is closed."""
        return not self.was_closed and (not error.issues or bool(error.issues.keys() & {"case", "invoice_number"}))
