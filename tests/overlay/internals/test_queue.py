"""The queue of workers, where two of them see a silent one at the same moment.

Inside: what one of them does between the two steps of the other can't be arranged from outside.
"""

import asyncio

import pytest
from amili.bulk.workers import init_ledger
from amili.bulk.workers.queue import Queue, open_queue

from tests.postgresql import change, empty_ledger


@pytest.fixture
def address() -> str:
    address = empty_ledger()
    init_ledger(address)
    job = (
        "INSERT INTO amili.procrastinate_jobs (task_name, queue_name, args, status) "
        "VALUES ('amili lot', left(encode(sha256('q'), 'hex'), 16), '{}', 'doing')"
    )
    change(address, "TRUNCATE amili.procrastinate_jobs CASCADE", job.format('{"run": 1, "lot": 2}'))
    return address


def test_only_one_worker_takes_a_lot_away(address: str) -> None:
    async def play() -> list[bool]:
        queue = open_queue(address, "q", lambda *_: None)
        async with queue.connected():
            ((job, run, lot),) = await queue.abandoned()
            assert (run, lot) == (1, 2)
            return [await queue.forget(job) for _ in range(2)]

    assert asyncio.run(play()) == [True, False]


def test_a_job_whose_end_fails_is_not_taken_for_that_of_another(address: str) -> None:
    async def play() -> None:
        queue = open_queue(address, "q", lambda *_: None)
        async with queue.connected():
            ((job, _, _),) = await queue.abandoned()
            await queue.forget(job)

    function = "amili.procrastinate_finish_job_v1(bigint, amili.procrastinate_job_status, boolean)"
    change(address, f"ALTER FUNCTION {function} RENAME TO gone")
    try:
        with pytest.raises(Queue.failures):
            asyncio.run(play())
    finally:
        change(
            address,
            f"ALTER FUNCTION {function.replace('procrastinate_finish_job_v1', 'gone')} RENAME TO procrastinate_finish_job_v1",
        )
