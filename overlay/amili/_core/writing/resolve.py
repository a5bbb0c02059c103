"""Looks up writes whose outcome is unknown."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from amili._core.engine import Context, Flow, RunBlocking
from amili._core.reading import LOT
from amili._core.writing.exactly_once import lease_duration
from amili._core.writing.journal import Journal, Pending, Unreadable
from amili._core.writing.outcome import find_outcomes, outcomes_of, unknown_outcome_of
from amili._errors import OutcomeUnknownError


def resolve(
    context: Context, write: OutcomeUnknownError | Pending, journal: Journal | None = None, deadline: float | None = None
) -> Flow[Any]:
    """Look up whether a write happened; return its receipt, or None if it certainly did not; else raises OutcomeUnknownError.

    Raises ActionFailedError if the API stored it as failed. Closes its entry in the journal. If another process holds the entry,
    raises OutcomeUnknownError; a closed entry is looked up without changing it.
    """
    budget = context.budget(deadline)
    if journal is None or write.entry is None:
        return _raised((yield from find_outcomes(context, [write], budget))[0])
    with journal.lease(context.now, lambda: budget.lock_timeout) as lease:
        seconds = lease_duration(context, budget.total)
        wanted = partial(_is_entry, write.entry)
        held = yield RunBlocking(partial(journal.claim, lease, context.now(), seconds, wanted))
        if not held and (yield RunBlocking(partial(journal.is_open, write.entry))):
            raise unknown_outcome_of(write, "another process or task is looking it up")
        (found,) = yield from find_outcomes(context, [write], budget)
        yield RunBlocking(partial(journal.end, lease, outcomes_of((entry, found) for entry in held), context.now()))
        return _raised(found)


def resolve_pending(context: Context, journal: Journal, deadline: float | None = None) -> Flow[list[tuple[Pending, Any]]]:
    """Look up every pending write that no other process holds; what stays unknown stays pending.

    Outcomes are recorded only at the end, so that an interrupted run leaves them to the next.
    """
    whole = context.budget(deadline)
    with journal.lease(context.now, lambda: whole.lock_timeout) as lease:
        seconds = lease_duration(context, whole.total)
        claimed: list[Pending] = yield RunBlocking(partial(journal.claim, lease, context.now(), seconds))
        outcomes = dict[int, Any]()
        for lot in _lots(claimed):
            budget = whole if whole.has_deadline else context.budget()
            found = yield from find_outcomes(context, lot, budget)
            outcomes |= zip((write.entry for write in lot), found, strict=True)
        results = [(write, outcomes[write.entry]) for write in claimed]
        yield RunBlocking(partial(journal.end, lease, outcomes_of(results), context.now()))
        return results


def _lots(writes: Iterable[Pending]) -> Iterator[list[Pending]]:
    """Yield the writes in lots that can be looked up with one request: of one kind and creditor, and at most 99."""
    kinds = dict[object, list[Pending]]()
    for write in writes:
        wanted = None if isinstance(write.evidence, Unreadable) else write.evidence.lookup()
        kinds.setdefault(wanted and wanted[0], []).append(write)
    for kind in kinds.values():
        yield from (kind[start : start + LOT] for start in range(0, len(kind), LOT))


def _is_entry(entry: int, pending: Pending) -> bool:
    return pending.entry == entry


def _raised(found: Any) -> Any:
    if isinstance(found, Exception):
        raise found
    return found
