"""What a ledger can do. Every method is one transaction, which is on disk when it returns; all times are given to it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from amili.bulk.ledger.records import (
    Ending,
    Hold,
    Intent,
    LedgerRow,
    NewRow,
    NewRun,
    NotBegun,
    RowInRun,
    RowStory,
    RunRecord,
    Selection,
)


class Ledger(Protocol):
    """The runs and their rows; several processes may use it. Its errors are ConfigurationError: nothing is sent after one.

    Times that methods take are by the caller's clock, which shows `now`, and so are those of the rows that `claim` returns. A
    ledger for several machines, whose clocks differ, keeps all times by the clock of its database: it converts them.
    """

    keeps_bodies: bool

    __module__: str = "amili.bulk"

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""

    def run(self, number: int | None = None) -> RunRecord:
        """Return one run, by default the last; raises InvalidInputError if there is none."""

    def rows(self, run: int) -> Iterator[LedgerRow]:
        """Yield the rows of a run in the order of the input."""

    def select(self, run: int, wanted: Selection, skip: int, limit: int) -> tuple[list[LedgerRow], int]:
        """Return some rows of a run, those that need a person first, and how many are wanted in all."""

    def find(self, text: str, most: int) -> list[RowInRun]:
        """Return rows of all runs, of the newest first, with a key that begins with a text, or with a case or OCR number."""

    def noted(self) -> dict[int, tuple[int, int]]:
        """Return for each run that has some how many rows were done but not as asked, and how many were written twice."""

    def story(self, run: int, number: int) -> RowStory | None:
        """Return all that the ledger has of a row; None if there is no such row."""

    def signature(self) -> str:
        """Return a text that is another one after each change of the ledger; it may change without one as well."""

    def add(self, run: NewRun, rows: Iterable[NewRow], now: float) -> int:
        """Add a run with its rows, all or nothing, and return its number; raises InvalidInputError if it would credit again."""

    def claim(self, hold: Hold, now: float, seconds: float) -> list[LedgerRow]:
        """Hold the open rows of one lot, for so many seconds, that no other worker holds; none if there are none now.

        A run without open rows has ended.
        """

    def begin(self, hold: Hold, number: int, intent: Intent, now: float, until: float) -> NotBegun | None:
        """Record that a row is about to be sent, and hold its lot until then; returns why that must not be."""

    def end(self, hold: Hold, endings: Sequence[tuple[int, Ending]], now: float) -> set[int]:
        """Record how rows end; returns those that this worker still held."""

    def reset(self, hold: Hold, numbers: Iterable[int]) -> None:
        """Record that rows were certainly not written and may be sent."""

    def put_off(self, hold: Hold, numbers: Iterable[int], now: float, until: float, *, looked: bool = True) -> None:
        """Give rows away for any worker to take up after a time; with `looked`, those that were begun count one more look."""

    def release(self, hold: Hold, now: float) -> None:
        """Give all rows away for any worker to take up now."""

    def workers(self, run: int, now: float) -> list[str]:
        """Return the owners that hold rows of a run, but those that have certainly ended."""

    def ended_since(self, run: int, now: float, seconds: float) -> tuple[int, float | None]:
        """Return how many rows ended in the last seconds, and how many seconds ago the first of them did."""

    def stop(self, run: int) -> None:
        """Let no worker begin another row."""

    def resume(self, run: int) -> None:
        """Let workers go on, and look up again what is unknown."""

    def retry_refused(self, run: int) -> int:
        """Make refused rows new again and let workers go on; returns how many rows."""

    def close(self) -> None:
        """Close the connection of this process; the next use opens another."""
