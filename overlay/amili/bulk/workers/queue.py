"""The queue of one API key: its jobs are lots, and procrastinate gives each to one of the workers; its only import."""

from __future__ import annotations

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
_POLL = 1.0  # seconds between looks for jobs of which no notice came
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
    """The queue of one API key. Its methods raise one of `failures` if the database can't be reached."""

    failures: tuple[type[Exception], ...] = (ConnectorException, Error, OSError)

    def __init__(self, app: App, name: str, task: Any) -> None:
        self._app, self._name, self._task = app, name, task

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Keep a connection during the block."""
        async with self._app.open_async():
            yield

    async def take(self) -> None:
        """Take lots, one after the other, until this is cancelled, which waits for the lot in hand."""
        await self._app.run_worker_async(
            queues=[self._name],
            install_signal_handlers=False,
            fetch_job_polling_interval=_POLL,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_SILENT,
            delete_jobs=DeleteJobCondition.ALWAYS,  # the ledger has what is left to do
        )

    async def put(self, run: int, lot: int, *, first: bool = False) -> None:
        """Put a lot into the queue, unless it is there. A lot may be in work twice: the ledger gives each row to one worker."""
        place: dict[str, Any] = {"queue": self._name, "queueing_lock": f"{run} {lot}"}
        manager: Any = self._app.job_manager
        for waiting in await manager.list_jobs_async(**place, status=Status.TODO.value) if first else ():
            await manager.cancel_job_by_id_async(waiting.id, delete_job=True)  # unless a worker has it by now
        with suppress(AlreadyEnqueued):
            await self._task.configure(**place, priority=int(first)).defer_async(run=run, lot=lot)

    async def abandoned(self) -> list[tuple[Job, int, int]]:
        """Return the jobs of workers that are silent, with their runs and lots."""
        jobs = await self._app.job_manager.get_stalled_jobs(queue=self._name, seconds_since_heartbeat=_SILENT)
        return [(job, *_numbers(**job.task_kwargs)) for job in jobs]

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
