"""With hide_queries, what instruments the HTTP library sees no condition, and the API gets every one of them."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from amili import ConfigurationError, where
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import Clients
from tests.samples import PERSONAL_NUMBER, invoice
from tests.virtual_time import BASE_URL

SEEN_BY: dict[str, Any] = {"sync": (httpx.Client, httpx.HTTPTransport), "async": (httpx.AsyncClient, httpx.AsyncHTTPTransport)}


@pytest.fixture
def seen(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What OpenTelemetry, Sentry and Datadog read: the URL, and its parts, of what is sent by a client and by its transport."""
    noted = list[str]()

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(self: Any, request: httpx.Request, **options: Any) -> Any:
            noted.append(f"{request.url} {request.url.raw_path!r} {request.url.query!r} {request!r}")
            return method(self, request, **options)

        return wrapper

    client, transport = SEEN_BY[clients.kind]
    name = "handle_request" if clients.kind == "sync" else "handle_async_request"
    monkeypatch.setattr(client, "send", noting(client.send))
    monkeypatch.setattr(transport, name, noting(getattr(transport, name)))
    return noted


def counted(amili: Any, clients: Clients) -> list[int]:
    """How many cases each condition finds, with the client and with the generated one."""
    from amili_api.api.cases import list_cases

    conditions = [where.customer_id_number == PERSONAL_NUMBER, where.debt.invoice_number == "INV-Å/?&#=+ 2"]
    found = [amili.cases(condition, projection=["state"]).count() for condition in conditions]
    options: dict[str, Any] = {"where": '{"debt.invoice_number": "INV-1"}', "client": amili.api}
    answered: Any = list_cases.sync(**options) if clients.kind == "sync" else amili._runner.run(list_cases.asyncio(**options))
    return [*found, len(answered.items)]


@pytest.mark.parametrize("hide", [True, False])
def test_only_the_api_sees_conditions(clients: Clients, sandbox: SandboxProcess, seen: list[str], hide: bool) -> None:
    amili = clients(sandbox.base_url, sandbox.token, hide_queries=hide)
    for number in ("INV-1", "INV-Å/?&#=+ 2", "INV-3"):
        amili.register({**invoice(number), "account": sandbox.account, "creditor": sandbox.creditor})
    assert counted(amili, clients) == [3, 1, 1]
    assert (PERSONAL_NUMBER[-4:] in "".join(seen), "where" in "".join(seen)) == (not hide, not hide)
    assert sum("/cases" in line for line in seen) == 6, "three requests, seen twice each"


def test_what_may_lose_or_tell_the_conditions_is_refused(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    said = r"^hide_queries=True works neither with transport= nor with a proxy in the environment$"
    with pytest.raises(ConfigurationError, match=said):
        clients.answering(lambda _: httpx.Response(200), hide_queries=True)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    with pytest.raises(ConfigurationError, match=said):
        clients(BASE_URL, hide_queries=True)
    clients(BASE_URL)
