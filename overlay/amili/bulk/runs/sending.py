"""Sends one row exactly once and records its end; decides which errors are the row's own and which stop the run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from amili._core.engine import Context, Flow
from amili._core.postgresql import LostConnectionError
from amili._core.writing import Crediting, cancel, credit, evidence_of, is_refused_as_repetition, register
from amili._errors import (
    ActionFailedError,
    AlreadyRegisteredError,
    AmiliError,
    ApiError,
    BadRequestError,
    ConflictError,
    DecodeError,
    InvalidInputError,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    ValidationError,
    WrittenTwiceError,
)
from amili.bulk.ledger import Ending, Hold, Ledger, LedgerRow
from amili.bulk.rows import CreditingItem, Operation
from amili.bulk.runs.entry import NotBegunError, RowEntry, within_lease
from amili.bulk.runs.lot import CONTRADICTED, OPERATIONS, ToSend, because_of, ending_of

# Of the row alone: the next row may well be accepted. After all of these, nothing was written.
_OF_THE_ROW = (
    ActionFailedError, BadRequestError, ConflictError, DecodeError, InvalidInputError, MultipleCasesFound, NoCaseFound,
    PermissionDeniedError, ValidationError,
)  # fmt: skip
_CONFLICT_PAUSE, _FAILURE_PAUSE = 1.0, 5.0  # seconds
_MOST_ATTEMPTS = 3  # calls for one row that fail although others do not


@dataclass(frozen=True)
class Sent:
    """How one row ended, and when, or the `trouble` that kept it from being sent; neither if it was put off.

    `is_over` says that this worker may send nothing more of the lot.
    """

    row: LedgerRow
    ending: Ending | None = None
    trouble: AmiliError | None = None
    at: float = 0.0
    is_over: bool = False


@dataclass(frozen=True)
class Sender:
    """Sends rows for one worker; `run` runs a flow within the quota."""

    context: Context
    ledger: Ledger
    hold: Hold
    operation: Operation
    seconds: float  # of a lease
    run: Callable[[Flow[Any]], Any]

    def send(self, wanted: ToSend) -> Sent:
        """Send a row and record its end before this returns."""
        row = wanted.row
        try:
            receipt = self.run(self._flow(wanted))
        except NotBegunError as problem:
            return self._not_begun(row, problem)
        except LostConnectionError:  # of the ledger, for longer than it waits
            raise
        except AmiliError as problem:
            return self._failed(row, problem)
        if row.evidence is not None and receipt.outcome == "existing":
            receipt.outcome = "reconciled"  # there was none before it was first sent: it is this one, whatever the clocks say
        case = wanted.cases[0].id if self.operation != "register" else None
        return self._ended(row, ending_of(receipt, case, wanted.item))

    def _flow(self, wanted: ToSend) -> Flow[Any]:
        """Return the flow that writes a row; what the lookup of its lot found is the state before it."""
        entry, item = RowEntry(self.context, self.ledger, self.hold, wanted.row.number, self.seconds), wanted.item
        if self.operation == "register":
            invoice: Any = item
            return within_lease(register(self.context, invoice, entry, None, True, found=wanted.cases), entry)
        (case,) = wanted.cases
        entry.case_id, entry.read_at = case.id, wanted.read_at
        if isinstance(item, CreditingItem):
            details = Crediting(item.amount, reference=item.reference)
            return within_lease(credit(self.context, case.id, details, entry, read_before=lambda _: case), entry)
        return within_lease(cancel(self.context, case.id, entry, read_before=lambda _: case), entry)

    def _not_begun(self, row: LedgerRow, problem: NotBegunError) -> Sent:
        """Nothing was sent, or nothing more: leave the row to others, unless another row decides how it ends."""
        if problem.reason.earlier is None:
            return Sent(row, is_over=True)
        if problem.reason.why == "changed":  # it is looked up anew
            return self._put_off(row, 0.0)
        ending = because_of(problem.reason.earlier, row, self.hold.run)
        return self._put_off(row, _CONFLICT_PAUSE) if ending is None else self._ended(row, ending)

    def _failed(self, row: LedgerRow, problem: AmiliError) -> Sent:
        ending = self._ending_for(row, problem)
        if ending is not None:
            return self._ended(row, ending)
        again = pause_after(problem)
        if again and row.attempts + 1 >= _MOST_ATTEMPTS and not isinstance(problem, RateLimitedError):
            why = f"it failed {_MOST_ATTEMPTS} times, and nothing was written: {problem}"
            return self._ended(row, Ending("refused", problem=why))
        self.ledger.reset(self.hold, [row.number])
        return self._put_off(row, again or 0.0, problem)

    def _ending_for(self, row: LedgerRow, problem: AmiliError) -> Ending | None:
        """Return how a row ends with an error; None if it may be sent again."""
        text = _for_the_ledger(problem)
        if isinstance(problem, OutcomeUnknownError):
            return Ending("unknown", outcome=CONTRADICTED if problem.contradicted else None, problem=text)
        if isinstance(problem, WrittenTwiceError):
            return Ending("done", problem.cases[0], outcome="written twice", problem=text)
        if isinstance(problem, AlreadyRegisteredError):
            return Ending("exists", problem.cases[0], outcome="another", problem=text)
        if isinstance(problem, ApiError) and self._may_be_there(row, problem):
            why = f"it may have been sent before, and the API refuses its repetition with {problem.status}"
            return Ending("unknown", outcome=CONTRADICTED, problem=f"{why}; look at the case, or ask the vendor")
        return Ending("refused", problem=text) if isinstance(problem, _OF_THE_ROW) else None

    def _may_be_there(self, row: LedgerRow, problem: ApiError) -> bool:
        """Return whether a refusal may be due to a write of this row by a process that has ended, which no lookup has found."""
        if row.evidence is None:
            return False
        return is_refused_as_repetition(evidence_of(OPERATIONS[self.operation], row.evidence), problem)

    def _ended(self, row: LedgerRow, ending: Ending) -> Sent:
        """Record the end; a worker that no longer holds the row has no say."""
        at = self.context.now()
        ours = self.ledger.end(self.hold, [(row.number, ending)], at)
        return Sent(row, ending if ours else None, at=at)

    def _put_off(self, row: LedgerRow, seconds: float, problem: AmiliError | None = None) -> Sent:
        now = self.context.now()
        self.ledger.put_off(self.hold, [row.number], now, now + seconds)
        return Sent(row, trouble=problem)


def _for_the_ledger(problem: AmiliError) -> str:
    """Return the message of an error without what it advises a programmer, who has the error itself."""
    kept_out = "the API's own words are not kept, since they may quote personal data"
    text = str(problem).partition("; do not send it again before you know")[0]
    return re.sub(r"the full text is in \.\w+", kept_out, text)


def pause_after(problem: AmiliError) -> float | None:
    """Return after how many seconds it is worth trying again what failed without being written; None if it is not."""
    if isinstance(problem, RateLimitedError):
        return problem.retry_after or _CONFLICT_PAUSE
    temporary = isinstance(problem, ServerError) or (isinstance(problem, NoResponseError) and problem.temporary)
    return _FAILURE_PAUSE if temporary else None
