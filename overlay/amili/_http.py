"""The network: carries out the effects of plans with httpx, for the blocking and for the asynchronous client."""

import logging
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import httpx

from amili._deadlines import begin, finish
from amili._effects import Answer, Do, Effect, Lost, Plan, Send, Sleep, Wait
from amili._errors import ConfigurationError
from amili._version import USER_AGENT

if TYPE_CHECKING:
    from amili._quota import Quota

T = TypeVar("T")
Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)

_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json"}
_CONNECT = 5.0  # seconds; the longest wait for a connection within the time of a request
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@lru_cache(16)
def timeouts(seconds: float) -> httpx.Timeout:
    """Return the timeouts of one request; what surely comes before it is sent ends first, so that it is known not to be."""
    before = 0.9 * seconds
    return httpx.Timeout(seconds, connect=min(_CONNECT, before), pool=before)


def client(base_url: str, timeout: float, transport: httpx.BaseTransport | None) -> httpx.Client:
    """Make the blocking HTTP client, following no redirects; `timeout` is for requests that no plan sends."""
    made = _made(httpx.Client, base_url=base_url, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)
    from amili._network import bound  # noqa: PLC0415 - httpx, too, imports what it stands on with the first client

    bound(made._transport, made._mounts)
    return made


def async_client(base_url: str, timeout: float, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """Make the asynchronous HTTP client in the same way."""
    return _made(httpx.AsyncClient, base_url=base_url, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)


def _made(kind: type[Client], **options: Any) -> Client:
    try:
        made = kind(**options)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url is not the address of an API, such as https://api-sandbox.amili.se") from None
    _hosts.add(made.base_url.raw_host)
    return made


_hosts: set[bytes] = set()


def _without_query(record: logging.LogRecord) -> bool:
    """Take the query out of the line that httpx logs for each request: a condition may hold a personal number."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            value.copy_with(query=None) if isinstance(value, httpx.URL) and value.raw_host in _hosts else value
            for value in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_without_query)


def lost(problem: Exception, http: httpx.Client | httpx.AsyncClient | None = None) -> Lost:
    """Judge why no reply came: was the request surely not sent? Only the kind is told: a text may hold the address.

    Not only the HTTP library fails: a transport of the user's own may raise anything, and a client be closed in the middle.
    """
    if http is not None and http.is_closed and isinstance(problem, RuntimeError):
        return Lost(False, "this client was closed")
    return Lost(not isinstance(problem, _NOT_SENT), _REASONS.get(type(problem), type(problem).__name__))


_REASONS: dict[type[Exception], str] = {
    httpx.ConnectError: "no connection (refused, unreachable, unknown host or TLS failure)",
    httpx.ConnectTimeout: "no connection within the time allowed",
    httpx.PoolTimeout: "no free connection within the time allowed",
    httpx.ReadTimeout: "no reply within the time allowed",
    httpx.WriteTimeout: "the request could not be sent within the time allowed",
    httpx.ReadError: "the connection broke while the reply was awaited",
    httpx.WriteError: "the connection broke while the request was sent",
    httpx.RemoteProtocolError: "the connection was closed before a whole reply came",
    httpx.ProxyError: "the proxy refused the connection",
}


def _request(http: httpx.Client | httpx.AsyncClient, effect: Send) -> httpx.Request:
    """Make the request of the whole address at once; httpx would put it together from parts and parse each of them."""
    call, query = effect.call, urlencode(effect.call.params)
    url = httpx.URL(f"{effect.base_url}{effect.path}{'?' if query else ''}{query}")
    return http.build_request(
        call.method.upper(), url, headers=dict(effect.headers), json=call.body, timeout=timeouts(effect.timeout)
    )


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.headers, response.content)


def run(plan: Plan[T], http: httpx.Client, quota: "Quota | None") -> T:
    """Carry out a plan on the blocking client and return what it returns; the plan is closed however it ends."""
    try:
        effect = next(plan)
        while True:
            effect = plan.send(_perform(effect, http, quota))
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        plan.close()


def _perform(effect: Effect, http: httpx.Client, quota: "Quota | None") -> Any:
    if isinstance(effect, Send):
        return _send(http, effect)
    if isinstance(effect, Sleep):
        return time.sleep(effect.seconds)
    if isinstance(effect, Wait):
        return _ended(effect)
    if isinstance(effect, Do):
        return effect.function()
    return quota.wait() if quota is not None else 0.0


def _send(http: httpx.Client, effect: Send) -> Answer | Lost:
    begin(effect.timeout)
    try:
        return _answer(http.send(_request(http, effect), auth=None))
    except Exception as problem:
        return lost(problem, http)
    finally:
        finish()


def _ended(effect: Wait) -> bool | None:
    """Wait for a renewal; one that a task of this very thread carries out would never end while the thread waits."""
    if effect.renewal.thread == threading.get_ident():
        return None
    try:
        effect.renewal.ended.result(max(0.0, effect.seconds))
    except TimeoutError:
        return False
    return True


async def arun(plan: Plan[T], http: httpx.AsyncClient, quota: "Quota | None") -> T:
    """Carry out a plan on the asynchronous client and return what it returns."""
    try:
        effect = next(plan)
        while True:
            effect = plan.send(await _aperform(effect, http, quota))
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        plan.close()


async def _aperform(effect: Effect, http: httpx.AsyncClient, quota: "Quota | None") -> Any:
    import asyncio  # noqa: PLC0415 - costs as much as a third of httpx, and a blocking client does without

    if isinstance(effect, Send):
        return await _asend(http, effect)
    if isinstance(effect, Sleep):
        return await asyncio.sleep(effect.seconds)
    if isinstance(effect, Wait):
        return await _aended(effect)
    if isinstance(effect, Do):
        return await asyncio.to_thread(effect.function)
    if quota is None:
        return 0.0
    return await asyncio.to_thread(quota.wait) if quota.blocks else quota.wait()


async def _asend(http: httpx.AsyncClient, effect: Send) -> Answer | Lost:
    import asyncio  # noqa: PLC0415

    try:
        async with asyncio.timeout(effect.timeout):
            return _answer(await http.send(_request(http, effect), auth=None))
    except TimeoutError:
        return lost(httpx.ReadTimeout("the time allowed for the request is over"), http)
    except Exception as problem:
        return lost(problem, http)


async def _aended(effect: Wait) -> bool:
    import asyncio  # noqa: PLC0415

    try:
        await asyncio.wait_for(asyncio.wrap_future(effect.renewal.ended), effect.seconds)
    except TimeoutError:
        return False
    return True
