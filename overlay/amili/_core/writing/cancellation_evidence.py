"""What a cancellation leaves on its case, and what the case proves of it when it is read later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from amili_api.models.case import Case

from amili._core.reading import Lookup, Records
from amili._core.writing.status import reports_error
from amili._core.writing.verdict import TOLERANCE, Absent, Confirmed, Inconclusive, Verdict
from amili._errors import ApiError

if TYPE_CHECKING:
    from amili_api.models.stored_cancellation import StoredCancellation


@dataclass(frozen=True)
class CancellationEvidence:
    """A cancellation is stored, and closes the case; if another party closed it, there is nothing left to cancel."""

    case: str
    was_closed: bool = False

    operation = "cancel_case"
    is_proven_by_case = False
    is_proven_by_list = True

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return f"case {self.case}"

    def lookup(self) -> tuple[Lookup, str]:
        """Return how the case is looked up, and by which value."""
        return Lookup(by_number=False), self.case

    def records(self) -> tuple[Records, str]:
        """Return in which list it is looked up, and by which value."""
        return Records("list_cancellations"), self.case

    def judge_records(self, rows: Sequence[StoredCancellation], since: datetime | None) -> Verdict | None:
        """Judge by the cancellations of the case; None if they do not prove that it happened.

        Two of one case can't be distinguished, and what another party cancelled at the same time is cancelled.
        """
        recent = [row for row in rows if since is not None and row.created >= since - TOLERANCE]
        return Confirmed(recent[0]) if len(recent) == 1 and reports_error(recent[0]) is False else None

    def weigh(
        self, verdict: Verdict, cases: Sequence[Case], rows: Sequence[StoredCancellation], *_: object, dependable: bool
    ) -> Verdict:
        """Weigh what the case shows with the cancellations of it; `dependable` if the list has what exists.

        A closed case without a cancellation was closed by another party.
        """
        return Absent(by_others=True) if isinstance(verdict, Confirmed) and not rows and dependable else verdict

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
