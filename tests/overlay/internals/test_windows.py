"""Windows: which one holds a given row, and what a response shows of it.

Inside: that a window reaches as far as possible costs requests, not cases, so no walk fails without it.
"""

import logging
from types import SimpleNamespace

import pytest
from amili._core.reading.windows import View, Window, overlapping_window
from hypothesis import given
from hypothesis import strategies as st


def rows(window: Window) -> range:
    return range((window.page - 1) * window.size, window.page * window.size)


@given(st.integers(1, 3000), st.integers(1, 100))
def test_a_window_holds_the_last_row_passed_and_reaches_as_far_beyond_it_as_any(end: int, size: int) -> None:
    every = [Window(page, wide) for wide in range(1, size + 1) for page in [(end - 1) // wide + 1]]
    furthest = max(rows(window).stop - end for window in every)
    window = overlapping_window(end, size)
    if window is None:
        assert furthest == 0
        return
    assert end - 1 in rows(window)
    assert window.size <= size
    assert rows(window).stop - end == furthest > 0


@given(st.integers(1, 3000), st.integers(2, 100), st.integers(1, 100))
def test_if_few_more_are_needed_the_window_is_no_larger_than_it_must(end: int, size: int, need: int) -> None:
    window, furthest = overlapping_window(end, size, need), overlapping_window(end, size)
    if window is None or furthest is None:
        assert window is furthest is None
        return
    assert end - 1 in rows(window)
    gain, most = (rows(each).stop - end for each in (window, furthest))
    assert gain >= min(need, most)
    assert window.size <= furthest.size or gain > most or need > most


@pytest.mark.parametrize(("need", "size"), [(1, 51), (2, 51), (3, 52), (50, 75), (98, 99), (99, 99), (1000, 99), (None, 99)])
def test_what_is_needed_decides_on_the_size(need: int | None, size: int) -> None:
    window = overlapping_window(100, 100, need)
    assert window is not None
    assert window.size == size


def view(count: int, *, page: int = 1, asked: int = 10, applied: int = 10, total: int | None = 0) -> View:
    items = [SimpleNamespace(id=f"{number:024x}") for number in range(count)]
    meta = SimpleNamespace(page=page, max_results=applied, total=total)
    return View.of(Window(page, asked), SimpleNamespace(items=items, meta=meta))


def test_a_view_is_judged_by_what_the_server_applied(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "amili")
    shown = view(7, page=3, asked=10, applied=7, total=30)
    assert (shown.start, shown.stop, shown.was_capped) == (14, 21, True)
    assert caplog.messages == ["list_cases: the API returns 7 cases per page instead of 10"]
    shown = view(10, page=2, asked=10, applied=25, total=30)
    assert (shown.start, shown.stop, shown.was_capped) == (25, 35, False)
    assert len(caplog.messages) == 1


def test_a_size_that_makes_no_sense_is_taken_as_the_one_asked_for() -> None:
    assert view(0, applied=0).page_size == 10
    assert view(0, applied=-1).page_size == 10


@pytest.mark.parametrize(
    ("count", "total", "new", "ends"),
    [
        (10, 10, 10, False),  # a case that came between counting and reading may have pushed one out of the page
        (10, 0, 0, False),
        (9, 9, 9, True),
        (9, 8, 9, True),
        (9, 12, 9, False),  # there are said to be more
        (9, 12, 0, True),  # as was said before, and nothing came
        (0, 12, 0, True),
        (0, 0, 0, True),
        (9, None, 9, False),  # nothing is said of more
        (9, None, 0, True),
        (10, None, 10, False),
        (0, None, 0, True),
    ],
)
def test_only_a_short_window_is_the_last(count: int, total: int | None, new: int, ends: bool) -> None:
    shown = view(count, total=total)
    assert shown.ends(shown.rows[:new]) is ends
