"""One worker: a process that takes lots from the queue of its API key until it is stopped."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amili._core.engine import logger, monotonic, now
from amili._errors import AmiliError, ConfigurationError
from amili.bulk.ledger import PostgresqlLedger
from amili.bulk.rows import RowResult
from amili.bulk.runs import Run, pause_after
from amili.bulk.workers.tables import check_engine

if TYPE_CHECKING:
    from amili import Amili
    from amili.bulk.workers.queue import Queue

_LOOK = 5.0  # seconds between looks for lots that no worker has
_PAUSE = 1.0  # seconds between attempts to reach the database
_PATIENCE = 90.0  # seconds to wait for a database that restarts


def work(
    address: str,
    client: Amili,
    *,
    key: str = "default",
    concurrency: int = 8,
    reserve: int = 0,
    lease: float | None = None,
    until_ended: bool = False,
    on_result: Callable[[Run, RowResult], object] = lambda *_: None,
) -> None:
    """Work on the runs of a ledger in PostgreSQL that were started for this server and this API key, until a signal ends it.

    Any number of processes may do so, on any machines; `key` is the name of the API key that the client uses, never the key
    itself. With `until_ended` it returns once there is no such run under way. After SIGINT or SIGTERM the requests in hand are
    finished. `on_result` is called with each row that ends, one at a time. Raises ConfigurationError if the ledger can't be used,
    and the error of the API if nothing can be sent with this client.
    """
    from amili.bulk.workers.queue import open_queue  # noqa: PLC0415 - imports the engine, which is an extra

    check_engine(address)
    ledger = PostgresqlLedger(address)
    options = {"concurrency": concurrency, "reserve": reserve, "lease": lease}
    worker = _Worker(ledger, client, key, options, until_ended, on_result)
    try:
        asyncio.run(worker.run(lambda on_lot: open_queue(address, f"{client._context.base_url} {key}", on_lot)))
    finally:
        ledger.close()
    if worker.failure is not None:
        raise worker.failure


@dataclass
class _Worker:
    ledger: PostgresqlLedger
    client: Amili
    key: str
    options: dict[str, Any]
    until_ended: bool
    on_result: Callable[[Run, RowResult], object]
    failure: Exception | None = None
    is_ending: bool = False
    _reached: float = 0.0  # when the queue was last used, by the monotonic clock
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _call: Callable[..., object] = print  # a function from any thread
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, open_queue: Callable[[Callable[[int, int], None]], Queue]) -> None:
        """Take lots until the end, over any number of lost connections."""
        loop = asyncio.get_running_loop()
        self._call = loop.call_soon_threadsafe
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(ValueError, RuntimeError):  # in another thread than the main one, signals are for others
                loop.add_signal_handler(number, self._end)
        self._reached = monotonic()
        while not self.is_ending:
            queue = open_queue(self._work_on)
            try:
                async with queue.connected():
                    await self._until_lost(queue)
            except queue.failures as problem:
                if monotonic() > self._reached + _PATIENCE:
                    raise ConfigurationError(f"the queue in PostgreSQL can't be used ({type(problem).__name__})") from None
                logger.warning("the queue in PostgreSQL was lost (%s); going on once it is back", type(problem).__name__)
            await self._pause(self._ended, _PAUSE)

    async def _until_lost(self, queue: Queue) -> None:
        """Take lots until the end, or until the connection is lost."""
        takers = (queue.take(of_silent=of_silent) for of_silent in (False, True))
        tasks = [asyncio.ensure_future(each) for each in (*takers, self._look(queue), self._ended.wait())]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()  # the first two end when the lots in hand do
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _look(self, queue: Queue) -> None:
        """Put lots that no worker has into the queue: new ones, those put off, and those of workers that are silent."""
        while True:  # until it is cancelled
            self._wanted.clear()  # before the look, which may come too early for what happens during it
            runs = await asyncio.to_thread(self._runs)
            for job, run, lot in await queue.abandoned():
                if await queue.forget(job):  # only one of the others: the next one may have the lot in work by then
                    logger.warning("a worker is silent: others go on with lot %d of run %d", lot, run)
                    await asyncio.to_thread(self.ledger.take_away, run, lot, now())
                    await queue.put(run, lot, of_silent=True)
            waiting = await queue.waiting()
            for run in runs:
                free = await asyncio.to_thread(self.ledger.free_lots, run)
                for lot in [lot for lot in free if (run, lot) not in waiting]:
                    await queue.put(run, lot, of_silent=False)
            self._reached = monotonic()
            if self.until_ended and not await asyncio.to_thread(self._runs):
                self._end()
                return
            await self._pause(self._wanted, _LOOK)

    def _runs(self) -> list[int]:
        server = self.client._context.base_url
        return [
            run
            for run, details in self.ledger.running().items()
            if (details.get("server", server), details.get("key", "default")) == (server, self.key)
        ]

    def _work_on(self, number: int, lot: int) -> None:
        """Do what can be done now of one lot; this is a job, in a thread of its own."""
        try:
            run = Run.open(self.ledger, number)
            for result in run.work_on_lot(self.client, lot, **self.options):
                with self._one_at_a_time:
                    self.on_result(run, result)
                if self.is_ending:
                    return
        except Exception as problem:
            if not isinstance(problem, AmiliError) or pause_after(problem) is None:  # it would be the same with the next lot
                self.failure = problem
                self._call(self._end)
            raise
        finally:
            self._call(self._wanted.set)

    def _end(self) -> None:
        self.is_ending = True
        self._ended.set()

    @staticmethod
    async def _pause(event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for() of Python 3.11 may lose that the task was cancelled
                await event.wait()
