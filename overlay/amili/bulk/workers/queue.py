"""The queue of one API key: its jobs are lots, and procrastinate gives each to one of the workers; its only import."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from amili._core.engine import database_settings
from amili._core.postgresql import connection_for_asyncio
from amili._errors import ConfigurationError

try:
    from procrastinate import App, PsycopgConnector
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
    from procrastinate.jobs import DeleteJobCondition, Job, Status
    from psycopg import Error
    from psycopg.conninfo import make_conninfo
    from psycopg.errors import RaiseException
except ImportError:
    raise ConfigurationError("workers on several machines need the extra 'workers', which installs procrastinate") from None

_HEARTBEAT, _SILENT = 5.0, 20.0  # seconds: how often a worker is seen, and after how long others take its lots
_POLL = 1.0  # seconds between looks for jobs while there is none
_WAIT = 30.0  # seconds to wait for a connection
_TASK = "amili lot"


def open_queue(address: str, name: str, on_lot: Callable[[int, int], None]) -> Queue:
    """Return the queue of a name, whose jobs call `on_lot` with the numbers of a run and of a lot."""
    settings = database_settings(address, "ledger")
    settings["options"] += " -c search_path=amili"
    pool: dict[str, Any] = {"connection_class": connection_for_asyncio(), "min_size": 1, "max_size": 3, "timeout": _WAIT}
    app = App(connector=PsycopgConnector(conninfo=make_conninfo(**settings), **pool))

    @app.task(name=_TASK)
    def work_on(run: int, lot: int) -> None:
        on_lot(run, lot)

    return Queue(app, name, work_on)


class Queue:
    """The queue of one API key, with another one for the lots of silent workers, which are taken beside the lot in hand.

    Its methods raise one of `failures` if the database can't be reached.
    """

    failures: tuple[type[Exception], ...] = (ConnectorException, Error, OSError)

    def __init__(self, app: App, name: str, task: Any) -> None:
        short = hashlib.sha256(name.encode()).hexdigest()[:16]  # PostgreSQL limits the names of channels
        self._app, self._names, self._task = app, {False: short, True: f"{short} of silent workers"}, task

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Keep a connection during the block."""
        async with self._app.open_async():
            yield

    async def take(self, *, of_silent: bool) -> None:
        """Take lots, one after the other, until this is cancelled, which waits for the lot in hand."""
        await self._app.run_worker_async(
            queues=[self._names[of_silent]],
            install_signal_handlers=False,
            listen_notify=False,  # the connection that listens is not made again where the database is being restarted
            fetch_job_polling_interval=_POLL,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_SILENT,
            delete_jobs=DeleteJobCondition.ALWAYS,  # the ledger has what is left to do
        )

    async def waiting(self) -> set[tuple[int, int]]:
        """Return the runs and numbers of the lots that are in the queue: to put them again is an error in the database's log."""
        jobs = await self._app.job_manager.list_jobs_async(queue=self._names[False], status=Status.TODO.value)
        return {_numbers(**job.task_kwargs) for job in jobs}

    async def put(self, run: int, lot: int, *, of_silent: bool) -> None:
        """Put a lot into the queue, unless it is there. A lot may be in work twice: the ledger gives each row to one worker."""
        place = {"queue": self._names[of_silent], "queueing_lock": f"{run} {lot}{' of silent' * of_silent}"}
        with suppress(AlreadyEnqueued):
            await self._task.configure(**place).defer_async(run=run, lot=lot)

    async def abandoned(self) -> list[tuple[Job, int, int]]:
        """Return the jobs of workers that are silent, with their runs and lots."""
        manager, found = self._app.job_manager, list[Job]()
        for name in self._names.values():
            found.extend(await manager.get_stalled_jobs(queue=name, seconds_since_heartbeat=_SILENT))
        return [(job, *_numbers(**job.task_kwargs)) for job in found]

    async def forget(self, job: Job) -> bool:
        """Remove a job; returns False if another worker did."""
        try:
            await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        except ConnectorException as problem:
            if isinstance(problem.__cause__, RaiseException):
                return False
            raise
        return True


def _numbers(run: Any, lot: Any) -> tuple[int, int]:
    return run, lot
