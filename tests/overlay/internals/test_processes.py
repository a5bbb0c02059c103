"""What each process and each event loop has for itself: locks, connections.

Inside: a lock that a fork finds held, and which connections a client uses, are not to be seen from outside.
"""

import asyncio
import gc
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from amili import Amili, AsyncAmili, AuthTokenProvider, ConfigurationError, NoResponseError, Quota, Retry
from amili._core.engine import PerProcess
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import Clients, in_a_child, reply
from tests.samples import CASE, case, invoice, page
from tests.virtual_time import BASE_URL, Clock


def test_all_threads_of_a_process_share_one_value() -> None:
    made = PerProcess(object)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: made.get(), range(100)))) == 1


def test_a_forked_child_makes_its_own_and_the_parent_keeps_its_own() -> None:
    lock = PerProcess(threading.Lock)
    mine = lock.get()
    with mine:
        assert in_a_child(lambda: lock.get() is not mine and lock.get().acquire(timeout=5)) == 0
    assert lock.get() is mine


def test_a_value_belongs_to_the_process_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    made = PerProcess(object)
    first = made.get()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert made.get() is not first


def test_a_client_goes_on_in_both_processes_after_a_fork(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=Retry(attempts=1)) as amili:
        amili.cases().count()
        pool = amili._http
        assert in_a_child(lambda: amili.cases().count() == 0 and amili._http is not pool) == 0
        assert amili.cases().count() == 0
        assert amili._http is pool


def test_an_asynchronous_client_goes_on_in_a_loop_of_the_childs_own(sandbox: SandboxProcess) -> None:
    amili = AsyncAmili(sandbox.base_url, sandbox.token, quota="off", retry=Retry(attempts=1))

    async def count() -> int:
        return await amili.cases().count()

    with asyncio.Runner() as runner:
        assert runner.run(count()) == 0
        asyncio.events._set_running_loop(None)

        def child() -> bool:
            asyncio.set_event_loop(None)
            with asyncio.Runner() as own:
                return own.run(count()) == 0

        assert in_a_child(child) == 0
        assert runner.run(count()) == 0
        runner.run(amili.aclose())


def test_in_another_process_the_connections_are_new_ones(clients: Clients, sandbox: SandboxProcess) -> None:
    amili = clients(sandbox.base_url, sandbox.token)
    client = getattr(amili, "client", amili)
    inherited, client._pid = client._http, -1
    assert amili.cases().count() == 0
    assert client._http is not inherited
    if clients.kind == "sync":
        inherited.close()
    else:
        amili._runner.run(inherited.aclose())


def test_a_transport_of_somebody_elses_is_not_used_in_a_child_that_would_share_its_sockets(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token, quota="off", transport=httpx.HTTPTransport()) as amili:
        assert amili.cases().count() == 0

        def child() -> bool:
            for use in (amili.cases().count, lambda: amili.api):
                with pytest.raises(ConfigurationError, match="create another client here, with its own transport"):
                    use()
            amili.close()
            return True

        assert in_a_child(child) == 0
        assert amili.cases().count() == 0


def test_a_client_that_is_closed_in_a_child_leaves_the_parents_connections() -> None:
    amili = Amili(BASE_URL, "t")
    amili._pid = -1
    amili.close()
    assert not amili._http.is_closed
    with pytest.raises(ConfigurationError, match="this client is closed"):
        amili.cases().count()
    amili._http.close()


def test_a_transport_without_connections_goes_on_in_a_child() -> None:
    with Amili(BASE_URL, "t", transport=httpx.MockTransport(lambda _: reply(page(case())))) as amili:
        assert in_a_child(lambda: amili.case(CASE).id == CASE) == 0


def test_the_generated_client_has_connections_of_its_own_in_a_child(sandbox: SandboxProcess) -> None:
    from amili_api.api.cases import list_cases

    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        parents = amili.api.get_httpx_client()
        assert list_cases.sync_detailed(client=amili.api).status_code == 200

        def child() -> bool:
            answered = list_cases.sync_detailed(client=amili.api).status_code == 200
            return answered and amili.api.get_httpx_client() is not parents

        assert in_a_child(child) == 0
        assert amili.api.get_httpx_client() is parents


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the loop that could have closed them is gone
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_asynchronous_client_goes_on_in_a_second_event_loop(sandbox: SandboxProcess) -> None:
    from amili_api.api.cases import list_cases

    made = [AsyncAmili(sandbox.base_url, sandbox.token, quota="off", retry=Retry(attempts=1))]

    async def use(number: str) -> tuple[str, int, int]:
        [amili] = made
        document = invoice(account=sandbox.account, creditor=sandbox.creditor, invoice_number=number)
        outcome = (await amili.register(document)).outcome
        listed = await list_cases.asyncio_detailed(client=amili.api)
        return outcome, await amili.cases().count(), listed.status_code

    assert [asyncio.run(use(f"N{number}")) for number in range(3)] == [("created", number + 1, 200) for number in range(3)]
    asyncio.run(made[0].aclose())
    asyncio.run(made[0].aclose())
    with pytest.raises(ConfigurationError, match="this client is closed"):
        asyncio.run(use("N9"))
    with pytest.raises(ConfigurationError, match="this client is closed"):
        made[0].api  # noqa: B018
    made.clear()
    gc.collect()


def test_an_asynchronous_client_keeps_its_connections_within_a_loop() -> None:
    async def main() -> bool:
        async with AsyncAmili(BASE_URL, "t", transport=httpx.MockTransport(lambda _: reply(page(case())))) as amili:
            first = amili._http
            await amili.case(CASE)
            amili.api  # noqa: B018
            return amili._http is first

    assert asyncio.run(main())


def test_a_transport_of_somebody_elses_stays_in_the_loop_that_used_it() -> None:
    amili = AsyncAmili(BASE_URL, "t", transport=httpx.AsyncHTTPTransport())

    async def use() -> None:
        await amili.case(CASE, deadline=0.001)

    with pytest.raises(NoResponseError):
        asyncio.run(use())
    with pytest.raises(ConfigurationError, match="create another client here, with its own transport"):
        asyncio.run(use())
    asyncio.run(amili.aclose())


def test_a_fork_in_the_middle_of_a_renewal_does_not_stop_the_child() -> None:
    held = AuthTokenProvider.from_api_code("code", base_url=BASE_URL)
    held.join_or_start_renewal(0.0, 60.0)
    with held._renewing.get().lock:
        assert in_a_child(lambda: held.join_or_start_renewal(0.0, 60.0)[1]) == 0


def test_a_lock_that_was_held_at_a_fork_does_not_stop_the_child() -> None:
    quota = Quota(clock=Clock(0.0))
    with quota._store._lock.get():  # type: ignore[attr-defined]
        assert in_a_child(lambda: quota.try_acquire() == 0.0) == 0
