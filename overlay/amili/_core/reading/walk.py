"""Reading a list to its end: which windows are requested, and which cases are returned. Why none is missed: see `windows`.

A walk is a value. `window` is to be requested next; `advance` returns the cases that its reply brings, in order, and the
walk from there on, or None at the end.
"""

from dataclasses import dataclass, replace
from typing import Any, Union

from amili._core.reading.seen import SeenById, SeenBySort, check_order
from amili._core.reading.windows import View, Window, overlapping_window
from amili._errors import DecodeError

Walk = Union["KeysetWalk", "OffsetWalk"]
Step = tuple[list[Any], Walk | None]

_MAX_EMPTY_PAGES = 50  # replies in a row that may bring nothing new, besides those that it takes to come back from row 0


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """The window that is requested next, and how many cases are still wanted."""

    window: Window
    limit: int | None = None

    def _view(self, page: Any) -> View:
        view = View.of(self.window, page)
        for position, row in enumerate(view.rows):
            if not isinstance(row.id, str):
                message = "a case in the reply to list_cases has no identifier, which a list can't be read without"
                raise DecodeError(message, operation="list_cases", path=f"/_items/{position}/_id")
        return view

    def _remaining(self, new: list[Any]) -> int | None:
        return None if self.limit is None else self.limit - len(new)


@dataclass(frozen=True, kw_only=True)
class KeysetWalk(_Walk):
    """In the order of identifiers a window is requested after the last one returned, so that its row 0 is the next one."""

    size: int
    last: str = ""

    def advance(self, page: Any) -> Step:
        """Return the new cases of the reply for the window, and the walk from there on."""
        view = self._view(page)
        check_order(view.rows)
        if view.rows and view.rows[0].id <= self.last:
            message = "the reply to list_cases does not keep to the condition on _id that was asked for"
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
    """In any other order a window is requested by numbers of rows: it begins before row `end`, where those seen end."""

    size: int
    seen: SeenById | SeenBySort
    end: int = 0
    total: int = 0
    given: int = 0
    spare_id: str = ""  # of a seen row that is not the last
    misses: int = 0  # windows in a row that showed no seen row
    empty_pages: int = 0  # replies in a row that brought nothing new

    def advance(self, page: Any) -> Step:
        """Return the new cases of the reply for the window, and the walk from there on."""
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
        """Return where the seen rows may end if not before this window: by the total if it tells, else by ever longer steps."""
        gone = max(0, self.total - view.total)
        return max(0, min(self.end - gone, view.start - self.size * ((1 << self.misses) - 1)))

    def _next(self) -> "OffsetWalk":
        """Choose the window that begins before `end`."""
        if self.empty_pages > _MAX_EMPTY_PAGES + 4 * self.given // self.size:
            message = f"{self.empty_pages} replies to list_cases in a row brought no new case: they contradict each other, "
            message += "or the list changes faster than it can be read; leave out sort="
            raise DecodeError(message, operation="list_cases", path="/_items")
        need = None if self.empty_pages else self.limit  # what is repeated first does not count
        return replace(self, window=self._window(need))

    def _window(self, need: int | None) -> Window:
        """Return the window that begins before `end`. If all sizes end there, one seen case is left out, which moves it."""
        if self.end == 0:
            return Window(1, self.size)
        window = overlapping_window(self.end, self.size, need)
        if window is None and (moved := overlapping_window(self.end - 1, self.size, need)):
            window = replace(moved, excluding_id=self.spare_id)
        if window is None:
            message = "with one case per page, skipped cases can't be detected; remove sort="
            raise DecodeError(message, operation="list_cases", path="/_meta/max_results")
        return window
