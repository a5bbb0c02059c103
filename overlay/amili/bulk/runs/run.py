"""A run of one operation over all rows of an input, with a ledger that survives any end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, Self

from amili._core.engine import is_database_address, is_duration, now
from amili._core.reading import LOT, Lookup
from amili._core.writing import check_concurrency, lease_duration
from amili._core.writing.journal import new_identity
from amili._errors import ConfigurationError, InvalidInputError
from amili.bulk.ledger import Hold, Ledger, NewRow, NewRun, PostgresqlLedger, RunRecord, SqliteLedger
from amili.bulk.rows import Item, Operation, RowResult, Source
from amili.bulk.runs.items import InMemory, Items, digest_of, key_of, lookup_of
from amili.bulk.runs.results import Progress, progress_of_run, recorded
from amili.bulk.runs.sending import Sender
from amili.bulk.runs.settling import FromLedger
from amili.bulk.runs.stored_items import StoredItems, text_of
from amili.bulk.runs.worker import Worker

if TYPE_CHECKING:
    from amili import Amili

_OPERATIONS = ("register", "credit", "cancel", "lookup")


def open_ledger(place: str | os.PathLike[str], *, read_only: bool = False) -> Ledger:
    """Open a ledger: in a SQLite file, for the processes of one machine, or in PostgreSQL, for workers on several.

    A file is created, readable by its owner only, if it does not exist. The tables in the database of a `postgresql://` address
    are made by `amili bulk init`; PostgreSQL needs the extra `workers`. With `read_only` the ledger must be there, and is not
    changed, also where others write it meanwhile. Raises ConfigurationError if it is not a ledger, or one of a newer version.
    """
    if is_database_address(place):
        return PostgresqlLedger(str(place), read_only=read_only)
    return SqliteLedger(place, read_only=read_only)


class Run:
    """One operation over all rows of an input, each exactly once, however often it is interrupted.

    Start one, or open one that was started before, and iterate over `work()`, in one process or in several at once. Each row is
    in the ledger before its request is sent. After any end, also a power failure, open the run and work on: what may have been
    sent is looked up before it is sent again. For the blocking client only.
    """

    __module__ = "amili.bulk"

    def __init__(self, ledger: Ledger, record: RunRecord, source: Source | None) -> None:
        self.ledger: Ledger = ledger
        self.record: RunRecord = record
        self.source: Source | None = source

    @property
    def id(self) -> int:
        """The number of the run in its ledger."""
        return self.record.id

    @property
    def operation(self) -> Operation:
        """What the run does with each row."""
        operation: Operation = self.record.operation  # type: ignore[assignment]
        return operation

    @classmethod
    def start(
        cls,
        ledger: Ledger,
        source: Source | Iterable[Item],
        operation: Operation,
        *,
        skip_invalid: bool = False,
        again: bool = False,
        details: Mapping[str, str] | None = None,
    ) -> Self:
        """Add a run with all rows of a source to a ledger; nothing is sent yet.

        `source` may also be an iterable of items in memory. `operation` is "register" (the items are invoices as dicts), "credit"
        (CreditingItems), "cancel" or "lookup" (CaseKeys). Rows with problems are refused with InvalidInputError, or with
        `skip_invalid` left out; so are creditings that an earlier run has made (the same case, amount and reference), unless they
        are to be made `again`. A ledger is for one server: what it has registered is not sent again. `details` are kept with the
        run, such as the names of files, without personal data.
        """
        if operation not in _OPERATIONS:
            raise InvalidInputError(f"operation must be one of {', '.join(_OPERATIONS)}")
        given = source if hasattr(source, "rows") else InMemory(source)
        found: Source = given  # type: ignore[assignment]
        run = NewRun(operation, found.name, found.checksum, dict(details or {}), again)
        number = ledger.add(run, _new_rows(found, operation, skip_invalid, ledger.keeps_bodies), now())
        return cls(ledger, ledger.run(number), found)

    @classmethod
    def open(cls, ledger: Ledger, run: int | None = None, source: Source | Iterable[Item] | None = None) -> Self:
        """Open a run, by default the last of a ledger; to work on it, give the same source as it was started with.

        A ledger in PostgreSQL keeps what each row asks for until it ends: only to retry refused rows the source is needed.
        Raises InvalidInputError if there is no such run.
        """
        given = source if source is None or hasattr(source, "rows") else InMemory(source)
        return cls(ledger, ledger.run(run), given)  # type: ignore[arg-type]

    def work(
        self,
        client: Amili,
        *,
        concurrency: int = 8,
        pace: Literal["even", "burst"] = "even",
        reserve: int = 0,
        wait: bool = True,
        lease: float | None = None,
    ) -> Iterator[RowResult]:
        """Do what is left to do, and yield the result of each row once it is in the ledger, in the order of completion.

        Rows are taken in lots of 99, whose cases are read with one request before the first of them is sent: a registration whose
        number is there is not sent, and its state is `exists`. `pace` and `reserve` (requests a minute) are as in `Quota`, and
        apply in addition to the limits of the client's quota. With `wait`, a worker stays until the run has ended, in case other
        processes that work on it die. `lease` is after how many seconds the rows of a frozen process are given to others.

        An error of one row is its result. Raises the error of the API if nothing can be sent, InvalidInputError if the source has
        changed, ConfigurationError if the ledger can't be used. On Ctrl-C, or when you stop iterating, what is under way is
        finished; a second Ctrl-C does not wait. In all cases the run can be worked on later.
        """
        sender = self._sender(client, pace, reserve, lease)
        return Worker(sender, self._items(), check_concurrency(concurrency), wait).results()

    def settle(self, client: Amili, *, lease: float | None = None) -> Iterator[RowResult]:
        """End a run whose source has changed or is lost: look up what may have been sent, and send nothing.

        What is not found was not written; it ends as `refused`, like the rows that were not sent yet. With the source they can be
        sent after `retry_refused`, and else by another run. Raises the same errors as `work`.
        """
        return Worker(self._sender(client, "even", 0, lease), FromLedger(self.operation), 1, wait=True).results()

    def work_on_lot(
        self, client: Amili, lot: int, *, concurrency: int, reserve: int = 0, lease: float | None = None
    ) -> Iterator[RowResult]:
        """Do what can be done now of one lot, as `work` does: this is a job of a worker on any machine."""
        sender = self._sender(client, "even", reserve, lease, lot)
        return Worker(sender, self._items(), check_concurrency(concurrency), wait=False).results()

    def _items(self) -> Items | StoredItems:
        if self.source is not None:
            return Items(self.source, self.record.checksum)
        if isinstance(self.ledger, PostgresqlLedger):
            return StoredItems(self.ledger, self.id, self.operation)
        raise InvalidInputError("to work on a run, open it with the source that it was started with")

    def _sender(
        self, client: Amili, pace: Literal["even", "burst"], reserve: int, lease: float | None, lot: int | None = None
    ) -> Sender:
        context, quota = client._context, client._quota
        least = 2 * (context.timeout + context.retry.settle)
        if lease is not None and (not is_duration(lease) or lease < least):
            raise InvalidInputError(f"lease must be at least {least:g} seconds: twice the client's timeout and settling time")
        if quota is None and reserve:
            raise ConfigurationError("reserve needs a quota, but the client has quota='off'")
        paced = None if quota is None else quota.paced(pace, reserve=reserve)
        seconds = lease_duration(context, context.retry.total) if lease is None else lease
        run, hold = partial(client._run, call="bulk", quota=paced), Hold(self.id, new_identity(), lot)
        return Sender(context, self.ledger, hold, self.operation, seconds, run)

    def resume(self) -> None:
        """Let a stopped run go on with the next `work()`, and let it look up again what is unknown."""
        self.ledger.resume(self.id)

    def stop(self) -> None:
        """Stop all processes that work on the run, after the requests in hand; `resume` and `work` go on."""
        self.ledger.stop(self.id)

    def retry_refused(self) -> int:
        """Let the next `work()` send the refused rows again; returns how many they are.

        In PostgreSQL the ledger has forgotten what they ask for: open the run with its source, or InvalidInputError is raised.
        """
        if isinstance(self.ledger, PostgresqlLedger):
            if self.source is None:
                raise InvalidInputError("to retry refused rows, open the run with the source that it was started with")
            items = Items(self.source, self.record.checksum)
            refused = [row for row in self.ledger.rows(self.id) if row.state == "refused"]
            stored = [(number, text_of(item)) for number, item in items.of(refused).items()] if refused else []
            self.ledger.keep_bodies(self.id, stored)
        return self.ledger.retry_refused(self.id)

    def results(self) -> Iterator[RowResult]:
        """Yield what the ledger has of each row, in the order of the input."""
        return map(recorded, self.ledger.rows(self.id))

    def progress(self, client: Amili | None = None) -> Progress:
        """Return how far the run is; with the client, also what its quota has left, and an end time that knows the quota."""
        quota = None if client is None else client._quota
        known = None if quota is None else (quota.per_minute, quota.left())
        return progress_of_run(self.ledger, self.ledger.run(self.id), known)


def _new_rows(source: Source, operation: Operation, skip_invalid: bool, keeps_bodies: bool) -> Iterator[NewRow]:
    """Yield the rows to be added, in lots of one kind and creditor; raises InvalidInputError for a row that can't be sent."""
    lots, sizes, last = dict[Lookup, int](), dict[int, int](), 0
    for row in source.rows():
        if row.item is None and not skip_invalid:
            raise InvalidInputError(f"{row.place} has problems; correct them, or skip rows with problems; nothing was sent")
        kind = lookup_of(operation, row.item)
        lot = lots.get(kind, 0)
        if not lot or sizes[lot] == LOT:
            last += 1
            lot = lots[kind] = last
            sizes[lot] = 0
        sizes[lot] += 1
        key, creditor = key_of(operation, row.item)
        state: Literal["new", "skipped"] = "skipped" if row.item is None else "new"
        body = text_of(row.item) if keeps_bodies else None
        yield NewRow(row.number, row.place, key, creditor, digest_of(row.item), lot, state, body)
