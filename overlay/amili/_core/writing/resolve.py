"""Looks up writes whose outcome is unknown."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from amili._core.engine import Context, Flow, RunBlocking
from amili._core.reading import LOT
from amili._core.writing.exactly_once import NOTHING_WRITTEN, lease_duration
from amili._core.writing.journal import Journal, Pending, Unreadable
from amili._core.writing.outcome import find_outcome, find_outcomes, unknown_outcome_of
from amili._errors import OutcomeUnknownError


def resolve(
    context: Context, write: OutcomeUnknownError | Pending, journal: Journal | None = None, deadline: float | None = None
) -> Flow[Any]:
    """Look up whether a write happened; return its receipt, or None if it certainly did not; else raises OutcomeUnknownError.

    Closes its entry in the journal. If another process holds the entry, raises OutcomeUnknownError; a closed entry is looked up
    without changing it.
    """
    budget = context.budget(deadline)
    if journal is None or write.entry is None:
        return (yield from find_outcome(context, write, budget))
    with journal.lease(context.now, lambda: budget.lock_timeout) as lease:
        seconds = lease_duration(context, budget.total)
        wanted = partial(_is_entry, write.entry)
        held = yield RunBlocking(partial(journal.claim, lease, context.now(), seconds, wanted))
        if not held and (yield RunBlocking(partial(journal.is_open, write.entry))):
            raise unknown_outcome_of(write, "another process or task is looking it up")
        receipt = yield from find_outcome(context, write, budget)
        yield RunBlocking(partial(journal.end, lease, _outcomes((entry, receipt) for entry in held), context.now()))
        return receipt


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
        yield RunBlocking(partial(journal.end, lease, _outcomes(results), context.now()))
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


def _outcomes(results: Iterable[tuple[Pending, Any]]) -> dict[int, str]:
    """Return the outcome to record for each write whose outcome is known."""
    known = ((write.entry, found) for write, found in results if not isinstance(found, Exception))
    return {entry: NOTHING_WRITTEN if receipt is None else receipt.outcome for entry, receipt in known}
