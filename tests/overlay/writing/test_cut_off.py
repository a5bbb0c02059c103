"""Writes that are cut off over real HTTP: by SIGKILL, Ctrl-C and cancelling. They are pending at once, and looking finds them."""

import asyncio
import contextlib
import multiprocessing
import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, Retry
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import reply
from tests.samples import CASE, invoice, page
from tests.virtual_time import BASE_URL

KINDS = ["sync", "async"]
RETRY = Retry(settle=0.5)


@pytest.fixture
def slow(sandbox: SandboxProcess) -> SandboxProcess:
    """A stand-in where a write happens at once, but is answered when nobody waits for it any more."""
    sandbox.faults.add("late_answer", method="POST", seconds=60)
    return sandbox


@pytest.fixture
def document(slow: SandboxProcess) -> dict[str, Any]:
    return {**invoice("INV-1"), "account": slow.account, "creditor": slow.creditor}


def options(place: SandboxProcess, file: Path) -> dict[str, Any]:
    return {"base_url": place.base_url, "auth": place.token, "quota": "off", "retry": RETRY, "journal": file}


def register(kind: str, arguments: dict[str, Any], document: dict[str, Any]) -> None:
    if kind == "sync":
        with Amili(**arguments) as amili:
            amili.register(document)
        return

    async def main() -> None:
        async with AsyncAmili(**arguments) as amili:
            await amili.register(document)

    asyncio.run(main())


def wait_until_it_happened(place: SandboxProcess, going_on: Callable[[], bool] = lambda: True) -> None:
    with Amili(place.base_url, place.token, quota="off") as looking:
        while looking.cases().count() == 0:
            assert going_on(), "it ended before it was cut off"


def judge(kind: str, arguments: dict[str, Any], key: str) -> None:
    """Hold what a new client is told against what happened: one case."""

    async def asked() -> tuple[list[Any], list[tuple[Any, Any]], list[Any], int]:
        async with AsyncAmili(**arguments) as amili:
            return amili.pending(), await amili.resolve_pending(), amili.pending(), await amili.cases().count()

    if kind == "async":
        before, found, after, cases = asyncio.run(asked())
    else:
        with Amili(**arguments) as amili:
            before, found, after, cases = amili.pending(), amili.resolve_pending(), amili.pending(), amili.cases().count()
    assert [write.key for write in before] == [key]
    assert [(write.entry, receipt.outcome) for write, receipt in found] == [(before[0].entry, "reconciled")]
    assert (after, cases) == ([], 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_write_whose_process_was_killed_is_pending_at_once(
    slow: SandboxProcess, document: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    arguments = options(slow, tmp_path / "journal.sqlite")
    process = multiprocessing.get_context("spawn").Process(target=register, args=(kind, arguments, document))
    process.start()
    wait_until_it_happened(slow, process.is_alive)
    process.kill()
    process.join()
    judge(kind, arguments, f"invoice INV-1 of creditor {slow.creditor}")


@pytest.mark.usefixtures("heeding_ctrl_c")
@pytest.mark.parametrize("kind", KINDS)
def test_a_write_that_ctrl_c_cut_off_is_pending_at_once(
    slow: SandboxProcess, document: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    arguments, main = options(slow, tmp_path / "journal.sqlite"), threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        wait_until_it_happened(slow)
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        register(kind, arguments, document)
    thread.join()
    judge(kind, arguments, f"invoice INV-1 of creditor {slow.creditor}")


def test_a_write_whose_task_was_cancelled_is_pending_at_once(
    slow: SandboxProcess, document: dict[str, Any], tmp_path: Path
) -> None:
    arguments = options(slow, tmp_path / "journal.sqlite")

    async def main() -> None:
        async with AsyncAmili(**arguments) as amili:
            task = asyncio.create_task(amili.register(document))
            await asyncio.to_thread(wait_until_it_happened, slow, lambda: not task.done())
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(amili.pending()) == 1

    asyncio.run(main())
    judge("async", arguments, f"invoice INV-1 of creditor {slow.creditor}")


def test_a_task_that_is_cancelled_at_any_moment_leaves_nothing_held(tmp_path: Path) -> None:
    """Also while a thread is at the file for it, which goes on after the task has ended."""
    file = tmp_path / "journal.sqlite"

    def handler(request: httpx.Request) -> httpx.Response:
        return reply({"_id": CASE, "_case": CASE}, 201) if request.method == "POST" else reply(page())

    async def main() -> None:
        arguments: dict[str, Any] = {"quota": "off", "transport": httpx.MockTransport(handler), "journal": file}
        async with AsyncAmili(BASE_URL, "t", **arguments) as amili:
            done, moments = False, 0
            while not done:
                task = asyncio.create_task(amili.register(invoice(f"INV-{moments}")))
                for _ in range(moments):
                    await asyncio.sleep(0)
                done, moments = task.done(), moments + 1
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await asyncio.get_running_loop().shutdown_default_executor()  # so no thread is at the file any more
            with closing(sqlite3.connect(file)) as connection:
                [(unknown,)] = connection.execute("SELECT COUNT(*) FROM intents WHERE outcome IS NULL")
            assert len(amili.pending()) == unknown
            assert moments > 3

    asyncio.run(main())
