"""The pool of connections after Ctrl-C, cancelled tasks, and a client that is closed in the middle of a call.

Inside: whether a pool was kept, replaced or closed shows only in the HTTP client that a client holds.
"""

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, OutcomeUnknownError

from tests.overlay.support import Clients, reply
from tests.overlay.transport.test_sending import ONCE, WHOLE
from tests.samples import invoice, page
from tests.virtual_time import BASE_URL


def test_a_client_closed_in_the_middle_says_so_and_does_not_hide_that_a_write_may_have_happened(clients: Clients) -> None:
    def closing(request: httpx.Request) -> httpx.Response:
        client = getattr(amili, "client", amili)
        client._http._state = httpx._client.ClientState.CLOSED
        raise httpx.ReadTimeout("x")

    amili = clients.answering(closing, retry=ONCE)
    with pytest.raises(OutcomeUnknownError):
        amili.register(invoice(), deadline=0.5)


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_ctrl_c_leaves_the_pool_usable() -> None:
    main, release = threading.main_thread().ident, threading.Event()
    assert main is not None

    def serve(listening: socket.socket) -> None:
        stuck, _ = listening.accept()
        stuck.recv(65536)
        signal.pthread_kill(main, signal.SIGINT)
        connection, _ = listening.accept()
        with stuck, connection:
            connection.recv(65536)
            connection.sendall(WHOLE)
            release.wait(10)

    transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=1))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with Amili(base_url, "t", retry=ONCE, quota="off", timeout=5.0, transport=transport) as amili:
            with pytest.raises(KeyboardInterrupt):
                amili.cases().count()
            assert amili.cases().count() == 0
        release.set()
        thread.join(10)


def test_after_ctrl_c_the_next_call_has_a_new_pool_and_the_old_one_is_closed_at_the_end() -> None:
    stops: Iterator[BaseException] = iter([KeyboardInterrupt(), KeyboardInterrupt()])

    def handler(_: httpx.Request) -> httpx.Response:
        for stop in stops:
            raise stop
        return reply(page())

    pools = list[Any]()
    with Amili(BASE_URL, "t", quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                amili.cases().count()
            pools.append(amili._http)
        assert amili.cases().count() == 0
        assert amili.cases().count() == 0
        pools.append(amili._http)
        assert len(set(map(id, pools))) == 3
        assert [pool.is_closed for pool in pools] == [False] * 3  # other threads may be using them
    assert [pool.is_closed for pool in pools] == [True] * 3


def test_cancelling_tasks_leaves_the_pool_usable() -> None:
    async def main() -> None:
        stuck, connected = asyncio.Event(), asyncio.Semaphore(0)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            connected.release()
            await stuck.wait()
            writer.write(WHOLE)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=3))
            async with AsyncAmili(base_url, "t", retry=ONCE, quota="off", transport=transport) as amili:
                tasks = [asyncio.create_task(amili.cases().count()) for _ in range(5)]
                for _ in range(3):
                    await connected.acquire()
                for task in tasks:
                    task.cancel()
                assert [type(end) for end in await asyncio.gather(*tasks, return_exceptions=True)] == [asyncio.CancelledError] * 5
                stuck.set()
                assert await asyncio.gather(*(amili.cases().count() for _ in range(5))) == [0] * 5

    asyncio.run(main())
