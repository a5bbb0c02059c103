"""Windows of a sorted list that changes while it is read.

The API returns a list in windows: page `p` of size `s` has its rows from (p - 1) * s. When a row leaves the list, all later rows
move up, so a window that begins where the last one ended may begin too late. The total does not reveal it: an arrival can mask a
departure. So each window begins with a row that was already *seen*, and it counts only if it contains one. Why that is enough:

- Whether a row has moved must be visible: `seen` says by which properties, and they are part of every projection.
- Call the position of the furthest row read F. Claim: each row that has been in the list throughout, at the same position in the
  order, and lies at F or before it, has been read.
- A window from row 0 contains all rows up to its end. Take a window that contains a seen row w, one that was read and has not
  moved, so that it lies at F or before: rows before w have been read by the claim, rows from w on are in the window. So the claim
  holds for the end of that window too, however many rows were added and removed.
- A window without a seen row may have begun too late. It is discarded, and a window that begins earlier is requested, finally at
  row 0.
- The list ends with a window that is not full, if the total says so too. A server may leave the total out (an option of the
  framework); then one more window is requested, and only one without a new row is the end. So no end rests on a number that
  the server did not state, at the cost of one request for each list.

A row that enters the list, or moves, while it is read may or may not be returned; nothing is returned twice.
"""

from dataclasses import dataclass
from typing import Any

from amili._core.engine import logger


@dataclass(frozen=True)
class Window:
    """Rows (page - 1) * size up to page * size of the cases after an identifier, without the excluded case."""

    page: int
    size: int
    after_id: str | None = None
    excluding_id: str | None = None


@dataclass(frozen=True)
class View:
    """The response for a window, with the page size that the server applied, which may be less than requested."""

    window: Window
    rows: list[Any]
    page_size: int
    total: int | None

    @classmethod
    def of(cls, window: Window, page: Any) -> "View":
        """Return the view of a page; a lowered page size is logged."""
        view = cls(window, page.items, page.meta.max_results if page.meta.max_results > 0 else window.size, total_of(page))
        if view.was_capped:
            logger.info("list_cases: the API returns %d cases per page instead of %d", view.page_size, window.size)
        return view

    @property
    def was_capped(self) -> bool:
        """Whether the server applied a smaller page size than requested."""
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
        """Whether this is the end of the list. If the total exceeds a short page, or is unknown, one more page is requested."""
        is_full = len(self.rows) >= self.page_size
        return not is_full and (not new or (self.total is not None and self.total <= self.stop))


def total_of(page: Any) -> int | None:
    """Return how many cases match in all, or None if the page does not say."""
    total = getattr(getattr(page, "meta", None), "total", None)
    return total if isinstance(total, int) and total >= 0 else None


def overlapping_window(end: int, size: int, need: int | None = None) -> Window | None:
    """Return the window of at most `size` rows that begins before row `end` and reaches furthest beyond it.

    If only `need` more rows are wanted, it is the smallest window that has them. None if every size divides `end`.
    """
    best: tuple[int, int] | None = None
    for rows in range(size, max(1, size // 2), -1):  # a number divisible by a smaller size is divisible by one of these
        expected_new = rows - end % rows
        worth = expected_new if need is None else min(expected_new, need)
        if expected_new < rows and (best is None or worth >= best[0]):
            best = worth, rows
    if best is None:
        return None
    _, rows = best
    return Window(end // rows + 1, rows)
