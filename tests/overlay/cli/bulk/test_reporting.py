"""How far a run is: a bar on a terminal, lines elsewhere."""

import sys
from datetime import UTC, datetime
from threading import Event

import pytest
from amili.bulk import Progress
from amili.cli.bulk import Reporter, details_within, line_of

from tests.overlay.cli.running import Terminal

ENDS = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


def progress(**changes: object) -> Progress:
    facts: dict[str, object] = {
        "state": "running", "counts": {"done": 1200, "new": 800}, "total": 2000, "finished": 1200, "per_minute": 94.4,
        "quota_left": 12, "seconds_left": 510.0, "ends_at": ENDS,
    }  # fmt: skip
    return Progress(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_line_says_rate_quota_and_end() -> None:
    local = f"{ENDS.astimezone():%H:%M}"
    assert line_of(progress()) == f"1,200 of 2,000 rows, ends about {local} (8 min), 94 a minute, 12 requests left this minute"
    long = line_of(progress(seconds_left=4 * 3600.0, counts={"refused": 2, "unknown": 1, "done": 0}))
    assert "rows, 1 unknown, 2 refused, ends about " in long
    assert "(4 h 0 min), 94 a minute" in long


def test_a_line_leaves_out_what_is_not_known() -> None:
    assert line_of(progress(per_minute=None, quota_left=None, seconds_left=None, ends_at=None)) == "1,200 of 2,000 rows"


def test_a_narrow_terminal_has_what_matters_most() -> None:
    unwell = progress(counts={"unknown": 1, "done": 3})
    assert details_within(unwell, 200) == line_of(unwell).partition("rows, ")[2]
    assert details_within(unwell, 50).endswith("(8 min), 94 a minute")
    assert details_within(unwell, 12) == "1 unknown"


def looked(reporter_on: Event) -> Progress:
    reporter_on.set()
    return progress()


def test_lines_are_printed_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    twice = Event()
    seen: list[int] = []

    def look() -> Progress:
        seen.append(1)
        if len(seen) > 1:
            twice.set()
        return progress()

    with Reporter(look, interval=0.0):
        assert twice.wait(10)
    assert capsys.readouterr().err.startswith("amili: 1,200 of 2,000 rows, ends about")


@pytest.mark.parametrize(("dumb", "columns"), [(False, 100), (False, 80), (False, 40), (True, 100)])
def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch, dumb: bool, columns: int) -> None:
    terminal, on = Terminal(), Event()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "dumb" if dumb else "xterm")
    with Reporter(lambda: looked(on), interval=0.0):
        assert on.wait(10)
    shown = terminal.getvalue()
    assert ("━" in shown, "amili: 1,200 of" in shown) == (not dumb and columns > 40, dumb)
    assert dumb or ("1,200/2,000" in shown and "…" not in shown)


def test_without_rich_a_terminal_has_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, on = Terminal(), Event()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with Reporter(lambda: looked(on), interval=0.0):
        assert on.wait(10)
    assert "amili: 1,200 of 2,000 rows" in terminal.getvalue()


def test_a_progress_that_can_not_be_read_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Event()

    def look() -> Progress:
        ended.set()
        raise OSError("disk")

    with Reporter(look, interval=0.0):
        assert ended.wait(10)
    assert capsys.readouterr().err == "amili: the progress can't be shown: OSError\n"
