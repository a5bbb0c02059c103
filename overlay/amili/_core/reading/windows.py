"""Windows on a sorted list that others change while it is read, and what a window shows.

The API gives a list in windows: page `p` of size `s` is its rows from (p - 1) * s on. Rows that leave the list move up those
behind them, so a window that begins where the last one ended may begin too late. The total does not reveal it: an arrival can
mask a departure. So each window begins with a row that was *seen* already, and it counts only if it shows one. Why that is
enough:

- Call the place of the furthest row read F. Claim: each row that has been in the list all along, at one place in the order, and
  lies at F or before it, was read.
- A window of row 0 on holds all rows up to its end. A window that shows a seen row w, one that was read and has not moved, so
  that it lies at F or before: rows before w were read by the claim, rows from w on are in the window. So the claim holds for the
  end of that window too, however many rows came and went.
- A window that shows none may have begun too late. It is discarded, and one is requested that begins earlier, at row 0 at last.

What enters the list, or changes its place, while it is read, may be returned or not; nothing is returned twice.
"""

from dataclasses import dataclass
from typing import Any

from amili._core.engine import logger


@dataclass(frozen=True)
class Window:
    """Rows (page - 1) * size up to page * size of the cases after an identifier, leaving out the one that is excluded."""

    page: int
    size: int
    after_id: str | None = None
    excluding_id: str | None = None


@dataclass(frozen=True)
class View:
    """The reply for a window, judged by the page size that the server applied, which may be less than was asked for."""

    window: Window
    rows: list[Any]
    page_size: int
    total: int

    @classmethod
    def of(cls, window: Window, page: Any) -> "View":
        """Return what a page shows; a lowered page size is noted in the log."""
        view = cls(window, page.items, page.meta.max_results if page.meta.max_results > 0 else window.size, page.meta.total)
        if view.was_capped:
            logger.info("list_cases: the API gives %d cases a page, not %d", view.page_size, window.size)
        return view

    @property
    def was_capped(self) -> bool:
        """Whether the server gives less in a window than was asked for."""
        return self.page_size < self.window.size

    @property
    def start(self) -> int:
        """The number of the first row."""
        return (self.window.page - 1) * self.page_size

    @property
    def stop(self) -> int:
        """The number of the row after the last."""
        return self.start + len(self.rows)

    def ends(self, new: list[Any]) -> bool:
        """Whether this is the end of the list. If the total exceeds a short page, one more page is requested."""
        is_full = len(self.rows) >= self.page_size
        return not is_full and (self.total <= self.stop or not new)


def overlapping_window(end: int, size: int, need: int | None = None) -> Window | None:
    """Return the window of at most `size` rows that begins before row `end` and reaches furthest beyond it.

    If only `need` more rows are wanted, it is the smallest that brings them. None if there is none: every size divides `end`.
    """
    best: tuple[int, int] | None = None
    for rows in range(size, max(1, size // 2), -1):  # what divides by a smaller size divides by one of these
        gain = rows - end % rows
        worth = gain if need is None else min(gain, need)
        if gain < rows and (best is None or worth >= best[0]):
            best = worth, rows
    if best is None:
        return None
    _, rows = best
    return Window(end // rows + 1, rows)
