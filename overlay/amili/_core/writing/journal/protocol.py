"""What a write needs of a journal: the journal in a file has it, and so has a row of a bulk run."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from amili._core.writing.journal.journal import Lease
from amili._core.writing.journal.pending import Pending


class WriteJournal(Protocol):
    """Where a write is on disk before its request is sent."""

    def lease(self, now: Callable[[], float], left: Callable[[], float] = ...) -> AbstractContextManager[Lease]:
        """Lease entries for the block."""

    def claim_before(
        self, lease: Lease, now: float, seconds: float, wanted: Callable[[Pending], bool]
    ) -> tuple[list[Pending], bool]:
        """Lease the pending writes that are wanted before another is sent; also returns whether another holder works on one."""

    def begin(self, lease: Lease, evidence: Any, now: float, expires_at: float) -> int:
        """Record a write before its request is sent, and return its entry."""

    def end(self, lease: Lease, outcomes: Mapping[int, str], now: float) -> None:
        """Record the outcomes of leased entries."""
