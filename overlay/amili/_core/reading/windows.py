"""Windows on a sorted list that others change while it is read, and what a window shows.

The API gives a list in windows: page `p` of size `s` is its rows from (p - 1) * s on. Rows that leave the list move up those
behind them, so a window that begins where the last one ended may begin too late, and no total tells: one that came may hide one
that left. So each window begins with a row that was *passed* already, and it counts only if it shows one. Why that is enough:

- Call the place of the furthest row read F. Claim: each row that has been in the list all along, at one place in the order, and
  lies at F or before it, was read.
- A window of row 0 on holds all rows up to its end. A window that shows a passed row w, one that was read and has not moved, so
  that it lies at F or before: rows before w were read by the claim, rows from w on are in the window. So the claim holds for the
  end of that window too, however many came and went, and also if a later window was answered before an earlier one.
- A window that shows none may have begun too late. It is given up, and one asked for that begins earlier, at row 0 at last.

What enters the list, or changes its place, while it is walked, may be read or not; nothing is given twice.
"""

from dataclasses import dataclass, field
from typing import Any

from amili._core.engine import logger


@dataclass(frozen=True)
class Window:
    """Rows (page - 1) * size up to page * size of the cases `beyond` an identifier, leaving out the one `without` names.

    `gain` is how many of them were not passed before, if all goes as expected.
    """

    page: int
    size: int
    beyond: str | None = None
    without: str | None = None
    gain: int = field(default=0, compare=False)


@dataclass(frozen=True)
class View:
    """What came for a window: judged by the size that the server applied, which may be less than was asked for."""

    window: Window
    rows: list[Any]
    applied: int
    total: int

    @classmethod
    def of(cls, window: Window, page: Any) -> "View":
        """Return what a page shows; a lowered size is noted in the log."""
        view = cls(window, page.items, page.meta.max_results if page.meta.max_results > 0 else window.size, page.meta.total)
        if view.lowered:
            logger.info("list_cases: the API gives %d cases a page, not %d", view.applied, window.size)
        return view

    @property
    def lowered(self) -> bool:
        """Whether the server gives less in a window than was asked for."""
        return self.applied < self.window.size

    @property
    def named(self) -> bool:
        """Whether each row has an identifier."""
        return all(row.id is not None for row in self.rows)

    @property
    def start(self) -> int:
        """The number of the first row."""
        return (self.window.page - 1) * self.applied

    @property
    def stop(self) -> int:
        """The number of the row after the last."""
        return self.start + len(self.rows)

    @property
    def left(self) -> int:
        """How many rows follow, by the total; a hint, as the server counts and reads one after the other."""
        return max(0, self.total - self.stop)

    @property
    def whole(self) -> bool:
        """Whether it came as large as it was to be; one that is short shows the end of the list."""
        return len(self.rows) >= self.applied

    def ends(self, new: list[Any]) -> bool:
        """Whether this is the end of the list. A total that wants more than a short window gives is believed once."""
        return not self.whole and (not self.left or not new)


def crossing(end: int, size: int, need: int | None = None) -> Window | None:
    """Return the window of at most `size` rows that begins before row `end` and reaches furthest beyond it.

    If only `need` more rows are wanted, it is the smallest that brings them. None if there is none: every size divides `end`.
    """
    best: tuple[int, int, int] | None = None
    for rows in range(size, max(1, size // 2), -1):  # what divides by a smaller size divides by one of these
        gain = rows - end % rows
        worth = gain if need is None else min(gain, need)
        if gain < rows and (best is None or worth >= best[0]):
            best = worth, rows, gain
    if best is None:
        return None
    _, rows, gain = best
    return Window(end // rows + 1, rows, gain=gain)
