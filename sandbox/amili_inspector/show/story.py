"""What happened to a row of a ledger, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from amili_inspector.source import RowStory


@dataclass(frozen=True)
class Event:
    """Something that happened, or that is expected; `at` is None if its time is not known."""

    title: str
    text: str
    at: datetime | None = None
    is_coming: bool = False


def events_of(story: RowStory, meaning: str) -> Iterator[Event]:
    """Yield what happened to a row, and what comes; `meaning` is that of its result."""
    row = story.row
    yield Event("In the ledger", "It was added with its run. Nothing was sent.", story.added)
    if story.attempts:
        times = "" if story.attempts == 1 else f" It had been begun before: this was attempt {story.attempts}."
        yield Event("Begun", f"The ledger recorded it, right before its request.{times}", story.sent)
    if story.lost is not None:
        yield Event("Worker lost", "The worker that sent it gave no sign of life. It was not sent later than this.", story.lost)
    if story.looks:
        yield Event("Looked up", f"{_times(story.looks)} since, without a sign that it was written.")
    if row.ended is not None:
        yield Event(f"Ended: {row.state}", _sentence(row.problem or meaning), row.ended)
    elif row.state in ("new", "sending"):
        if row.state == "new" and story.attempts:
            yield Event("Not written", "That is certain, so it is sent again.")
        yield _coming(story)
    else:
        yield Event(row.state, _sentence(row.problem or meaning))


def _coming(story: RowStory) -> Event:
    if story.holder:
        until = "Until then no other worker takes it, unless this one is known to have ended."
        return Event(f"With {story.holder}", until, story.held_until, is_coming=True)
    if story.held_until is not None:
        return Event("Put off", "From then on any worker may take it up.", story.held_until, is_coming=True)
    return Event("No worker has it", "The next free worker of the run takes it up.", is_coming=True)


def _times(count: int) -> str:
    return "Once" if count == 1 else f"{count} times"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""
