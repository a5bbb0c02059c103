"""Walking a list to its end: which windows are asked for, and which cases are given. Why none is passed over: see `_windows`.

A walk is a value. `wanted` are the windows to ask for, of which the first is to be taken next; `take` returns the cases that its
reply brings, in order, and the walk from there on, or None at the end.
"""

from dataclasses import dataclass, replace
from typing import Any, Union

from amili._core.reading.seen import PassedByIdentifier, PassedBySort, in_order
from amili._core.reading.windows import View, Window, crossing
from amili._errors import DecodeError

Walk = Union["ByIdentifier", "ByNumber", "Unnamed"]
Step = tuple[list[Any], Walk | None]

_FRUITLESS = 50  # replies in a row that may bring nothing, besides those that it takes to come back from row 0


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """The window that is taken next, the one after it if that is asked for already, and how many cases are still wanted."""

    window: Window
    after: Window | None = None
    limit: int | None = None

    @property
    def wanted(self) -> list[Window]:
        """The windows to ask for now."""
        return [self.window] if self.after is None else [self.window, self.after]

    def _left(self, new: list[Any]) -> int | None:
        return None if self.limit is None else self.limit - len(new)


@dataclass(frozen=True, kw_only=True)
class ByIdentifier(_Asking):
    """In the order of identifiers a window is asked for by the last one given, so that its row 0 follows what was passed.

    `ahead` is to ask for the one after it at once: as the second window beyond a case given shortly before, chosen such that it
    begins with the last row that the first is expected to bring. If it shows no passed row in the end, it is asked for anew.
    """

    size: int
    ahead: bool = False
    recent: tuple[str, ...] = ()  # the last identifiers given

    def take(self, page: Any) -> Step:
        """Return the new cases of the reply for the first window, and the walk from there on."""
        view, last = View.of(self.window, page), self.recent[-1] if self.recent else ""
        if not view.named:
            return Unnamed(window=self.window, limit=self.limit).give(view)
        in_order(view.rows)
        first = view.rows[0].id if view.rows else None
        if first and self.window.beyond and first <= self.window.beyond:
            message = "the reply to list_cases does not keep to the condition on _id that was asked for"
            raise DecodeError(message, operation="list_cases", path="/_items")
        shown = self.window.page == 1 or bool(first and first <= last)
        new = [row for row in view.rows if row.id > last][: self.limit] if shown else []
        limit = self._left(new)
        if limit == 0 or (shown and view.ends(new)):
            return new, None
        recent = (*self.recent, *(row.id for row in new))[-3:]
        walk = replace(self, size=view.applied if view.lowered else self.size, limit=limit, recent=recent)
        as_expected = new and view.whole and not view.lowered
        return new, walk._then(self.after if as_expected else None, view.left)

    def _then(self, window: Window | None, left: int) -> "ByIdentifier":
        """Go on with the window that was asked for already, or else beyond the last case given."""
        if window is None:
            size = self.size if self.limit is None else min(self.size, self.limit)
            window = Window(1, size, beyond=self.recent[-1] if self.recent else None, gain=size)
        return replace(self, window=window, after=self._after(window) if self.ahead and left > window.gain else None)

    def _after(self, window: Window) -> Window | None:
        """Return the window that begins with the last row of one that is yet to come."""
        need = self.size if self.limit is None else self.limit - window.gain
        size = min(self.size, max(need + 1, window.gain - 1))
        back = 2 + size - window.gain  # the place, from the last case given backwards, of the case that it is beyond
        if need <= 0 or size < 2 or back > len(self.recent):
            return None
        return Window(2, size, beyond=self.recent[-back], gain=size - 1)


@dataclass(frozen=True, kw_only=True)
class ByNumber(_Asking):
    """In any other order a window is asked for by numbers of rows: it begins before row `end`, where those passed end."""

    size: int
    passed: PassedByIdentifier | PassedBySort
    ahead: bool = False
    end: int = 0
    total: int = 0
    given: int = 0
    spare: str = ""  # a row passed that is not the last
    unshown: int = 0  # windows in a row that showed no passed row
    fruitless: int = 0  # replies in a row that brought nothing new

    def take(self, page: Any) -> Step:
        """Return the new cases of the reply for the first window, and the walk from there on."""
        view = View.of(self.window, page)
        if not view.named:
            return Unnamed(window=self.window, limit=self.limit).give(view)
        shown, new = self.passed.sift(view.rows)
        walk = replace(self, size=view.applied if view.lowered else self.size, total=view.total, fruitless=self.fruitless + 1)
        if not shown and self.window.page > 1:
            return [], replace(walk, end=self._before(view), unshown=self.unshown + 1)._then()
        new = new[: self.limit]
        limit = self._left(new)
        if limit == 0 or view.ends(new):
            return new, None
        passed, end = self.passed.note(view.rows, new), view.stop + (self.window.without is not None)
        spare, given = view.rows[0].id, self.given + len(new)
        walk = replace(walk, passed=passed, end=end, limit=limit, given=given, spare=spare, unshown=0)
        return new, (replace(walk, fruitless=0) if new else walk)._then()

    def _before(self, view: View) -> int:
        """Return where those passed may end if not before this window: by the total if it tells, else by ever longer steps."""
        gone = max(0, self.total - view.total)
        return max(0, min(self.end - gone, view.start - self.size * ((1 << self.unshown) - 1)))

    def _then(self) -> "ByNumber":
        """Choose the window that begins before `end`, and the one that follows it if all is as expected."""
        if self.fruitless > _FRUITLESS + 4 * self.given // self.size:
            message = f"{self.fruitless} replies to list_cases in a row brought no case that was not given yet: "
            message += "they contradict each other, or the list changes faster than it can be read; leave out sort="
            raise DecodeError(message, operation="list_cases", path="/_items")
        window = self._crossing(None if self.fruitless else self.limit)  # what comes again first does not count
        stop, need = self.end + window.gain, None if self.limit is None else self.limit - window.gain
        further = self.ahead and self.total > stop and (need is None or need > 0)
        return replace(self, window=window, after=crossing(stop, self.size, need) if further else None)

    def _crossing(self, need: int | None) -> Window:
        """Return the window that begins before `end`. If all sizes end there, one passed case is left out, which moves it."""
        if self.end == 0:
            return Window(1, self.size, gain=self.size)
        window = crossing(self.end, self.size, need)
        if window is None and (moved := crossing(self.end - 1, self.size, need)):
            window = replace(moved, without=self.spare)
        if window is None:
            message = "the API gives one case a page, which can't show whether one was passed over; leave out sort="
            raise DecodeError(message, operation="list_cases", path="/_meta/max_results")
        return window


@dataclass(frozen=True, kw_only=True)
class Unnamed(_Asking):
    """Rows without identifiers are given as they come, page after page: whether one was passed over can't be seen."""

    def take(self, page: Any) -> Step:
        """Return the rows of the reply, and the walk from there on."""
        return self.give(View.of(self.window, page))

    def give(self, view: View) -> Step:
        """Return the rows of a view, and the walk from there on."""
        rows = view.rows[: self.limit]
        limit = self._left(rows)
        if limit == 0 or not view.whole or not view.left:
            return rows, None
        window = replace(self.window, page=self.window.page + 1, size=view.applied)
        return rows, Unnamed(window=window, limit=limit)
