"""Shows on standard error how far a run is: a bar on a terminal, else a line every 30 seconds."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from amili.cli.frame import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from amili.bulk import Progress

ON_TERMINAL, ELSEWHERE = 0.5, 30.0  # seconds from one look to the next
_BAR, _NARROW = 16, 60  # characters; a terminal that is narrower has no bar


class _Shown(Protocol):
    def show(self, progress: Progress) -> None:
        """Show how far it is."""


class _Lines:
    def show(self, progress: Progress) -> None:
        notice(f"amili: {line_of(progress)}")


@dataclass
class _Bar:
    bar: Any
    task: Any
    room: int

    def show(self, progress: Progress) -> None:
        count = f"{progress.finished:,}/{progress.total:,}"
        details = details_within(progress, self.room - len(count) - 2)
        self.bar.update(self.task, completed=progress.finished, total=progress.total, count=count, details=details)


@dataclass
class Reporter:
    """Looks every so often, in a thread of its own, how far a run is, and shows it until the block ends."""

    look: Callable[[], Progress]
    interval: float | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._display = _display()
        shown, usual = self._display.__enter__()
        every = usual if self.interval is None else self.interval
        self._thread = threading.Thread(target=self._run, args=(shown, every), name="amili-progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        self._display.__exit__(kind, error, trace)

    def _run(self, shown: _Shown, every: float) -> None:
        while not self._ended.wait(every):
            try:
                shown.show(self.look())
            except Exception as problem:  # the run itself reports what matters
                notice(f"amili: the progress can't be shown: {type(problem).__name__}")
                return


def _display() -> AbstractContextManager[tuple[_Shown, float]]:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return nullcontext((_Lines(), ELSEWHERE))
    try:
        return _RichDisplay()
    except ModuleNotFoundError:
        return nullcontext((_Lines(), ELSEWHERE))


class _RichDisplay:
    """A bar of rich; raises ModuleNotFoundError if it is not installed."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True, highlight=False)
        bar = _BAR if console.width >= _NARROW else 0
        texts = (TextColumn("{task.fields[count]}"), TextColumn("{task.fields[details]}"))
        self._room = console.width - bar - 1
        self._bar = Progress(*((BarColumn(bar_width=bar),) if bar else ()), *texts, console=console, transient=True)

    def __enter__(self) -> tuple[_Shown, float]:
        self._bar.start()
        return _Bar(self._bar, self._bar.add_task("", total=None, count="", details=""), self._room), ON_TERMINAL

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def line_of(progress: Progress) -> str:
    """Return how far a run is, in one line."""
    return ", ".join((rows_of(progress), *_details(progress)))


def rows_of(progress: Progress) -> str:
    """Return how many rows of a run are finished."""
    return f"{progress.finished:,} of {progress.total:,} rows"


def details_within(progress: Progress, room: float) -> str:
    """Return what matters most of how a run goes, in so many characters: what went wrong, when it ends, the rate, the quota."""
    text = ""
    for part in _details(progress):
        longer = f"{text}, {part}" if text else part
        if len(longer) <= room:
            text = longer
    return text


def _details(progress: Progress) -> Iterator[str]:
    for state in ("unknown", "refused"):
        if count := progress.counts.get(state):
            yield f"{count:,} {state}"
    if progress.seconds_left and progress.ends_at is not None:
        yield f"ends about {progress.ends_at.astimezone():%H:%M} ({_duration(progress.seconds_left)})"
    if progress.per_minute is not None:
        yield f"{progress.per_minute:,.0f} a minute"
    if progress.quota_left is not None:
        yield f"{progress.quota_left} requests left this minute"


def _duration(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
