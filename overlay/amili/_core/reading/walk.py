"""Decides which windows of a list are requested and which cases are returned. `windows` explains why none is skipped.

A walk is a value: `window` is the window to request next; `advance` returns the new cases of its response, in order, and the next
walk, or None at the end.
"""

from dataclasses import dataclass, replace
from typing import Any, Union

from amili._core.operations import check_identifiers
from amili._core.reading.seen import SeenById, SeenBySort, check_order
from amili._core.reading.windows import View, Window, overlapping_window
from amili._errors import DecodeError

Walk = Union["KeysetWalk", "OffsetWalk"]
Step = tuple[list[Any], Walk | None]

_MAX_EMPTY_PAGES = 50  # consecutive responses without a new case, besides those needed to return from row 0


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """The window to request next, and how many cases are still wanted."""

    window: Window
    limit: int | None = None

    def _view(self, page: Any) -> View:
        view = View.of(self.window, page)
        check_identifiers(view.rows)
        return view

    def _remaining(self, new: list[Any]) -> int | None:
        return None if self.limit is None else self.limit - len(new)


@dataclass(frozen=True, kw_only=True)
class KeysetWalk(_Walk):
    """In the order of identifiers: each window begins after the last identifier returned, so its row 0 is the next case."""

    size: int
    last: str = ""

    def advance(self, page: Any) -> Step:
        """Return the new cases of the response for the window, and the next walk."""
        view = self._view(page)
        check_order(view.rows)
        if view.rows and view.rows[0].id <= self.last:
            message = "the response to list_cases ignores the requested condition on _id"
            raise DecodeError(message, operation="list_cases", path="/_items")
        new = view.rows[: self.limit]
        limit = self._remaining(new)
        if limit == 0 or not new or view.ends(new):
            return new, None
        size, last = view.page_size if view.was_capped else self.size, new[-1].id
        window = Window(1, size if limit is None else min(size, limit), after_id=last)
        return new, replace(self, window=window, limit=limit, size=size, last=last)


@dataclass(frozen=True, kw_only=True)
class OffsetWalk(_Walk):
    """In any other order: windows are requested by row numbers and begin before row `end`, where the seen rows end."""

    size: int
    seen: SeenById | SeenBySort
    end: int = 0
    total: int | None = None
    given: int = 0
    spare_id: str = ""  # identifier of a seen row that is not the last
    misses: int = 0  # consecutive windows without a seen row
    empty_pages: int = 0  # consecutive responses without a new case

    def advance(self, page: Any) -> Step:
        """Return the new cases of the response for the window, and the next walk."""
        view = self._view(page)
        overlaps, new = self.seen.split_new(view.rows)
        size = view.page_size if view.was_capped else self.size
        walk = replace(self, size=size, total=view.total, empty_pages=self.empty_pages + 1)
        if not overlaps and self.window.page > 1:
            return [], replace(walk, end=self._earlier_end(view), misses=self.misses + 1)._next()
        new = new[: self.limit]
        limit = self._remaining(new)
        if limit == 0 or view.ends(new):
            return new, None
        seen, end = self.seen.add(view.rows, new), view.stop + (self.window.excluding_id is not None)
        walk = replace(walk, seen=seen, end=end, limit=limit, given=self.given + len(new), spare_id=view.rows[0].id, misses=0)
        return new, (replace(walk, empty_pages=0) if new else walk)._next()

    def _earlier_end(self, view: View) -> int:
        """Return an earlier row where the seen rows may end: the lower bound of the drop in the total and of doubling steps."""
        gone = 0 if self.total is None or view.total is None else max(0, self.total - view.total)
        return max(0, min(self.end - gone, view.start - self.size * ((1 << self.misses) - 1)))

    def _next(self) -> "OffsetWalk":
        """Return the walk with its next window, which begins before `end`."""
        if self.empty_pages > _MAX_EMPTY_PAGES + 4 * self.given // self.size:
            message = f"{self.empty_pages} consecutive responses to list_cases had no new case: they contradict each other, "
            message += "or the list changes faster than it can be read; remove sort="
            raise DecodeError(message, operation="list_cases", path="/_items")
        need = None if self.empty_pages else self.limit  # no limit while rows are repeated
        return replace(self, window=self._window(need))

    def _window(self, need: int | None) -> Window:
        """Return the window that begins before `end`; if every size ends there, exclude a seen case, which shifts the rows."""
        if self.end == 0:
            return Window(1, self.size)
        window = overlapping_window(self.end, self.size, need)
        if window is None and (moved := overlapping_window(self.end - 1, self.size, need)):
            window = replace(moved, excluding_id=self.spare_id)
        if window is None:
            message = "with one case per page, skipped cases can't be detected; remove sort="
            raise DecodeError(message, operation="list_cases", path="/_meta/max_results")
        return window
