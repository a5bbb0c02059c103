"""The network: carries out the effects of plans with httpx, for the blocking and for the asynchronous client."""

import contextlib
import logging
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import httpx

from amili._auth import TokenAuth, is_exchange
from amili._effects import Answer, Do, Effect, Lost, Plan, Send, Sleep
from amili._errors import AmiliError, ConfigurationError
from amili._tokens import AuthTokenProvider
from amili._version import USER_AGENT

if TYPE_CHECKING:
    from amili._quota import Quota

T = TypeVar("T")
Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)

_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json"}
_CONNECT = 5.0  # seconds; the longest wait for a connection within the time of a request
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


@lru_cache(16)
def timeouts(seconds: float) -> httpx.Timeout:
    """Return the timeouts of one request."""
    return httpx.Timeout(seconds, connect=min(_CONNECT, seconds))


def client(base_url: str, provider: AuthTokenProvider, timeout: float, transport: httpx.BaseTransport | None) -> httpx.Client:
    """Make the blocking HTTP client: authenticated, with timeouts, following no redirects."""
    auth = TokenAuth(provider)
    return _made(httpx.Client, base_url=base_url, auth=auth, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)


def async_client(
    base_url: str, provider: AuthTokenProvider, timeout: float, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    """Make the asynchronous HTTP client in the same way."""
    auth = TokenAuth(provider)
    return _made(
        httpx.AsyncClient, base_url=base_url, auth=auth, timeout=timeouts(timeout), headers=_HEADERS, transport=transport
    )


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


def lost(problem: httpx.HTTPError) -> Lost:
    """Judge a failure of the network: was the request surely not sent? Only the kind is told: a text may hold the address."""
    not_sent = isinstance(problem, _NOT_SENT)
    with contextlib.suppress(RuntimeError):  # no request was noted on it
        not_sent = not_sent or is_exchange(problem.request)
    return Lost(not not_sent, _REASONS.get(type(problem), type(problem).__name__))


_REASONS: dict[type[httpx.HTTPError], str] = {
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


def _url(client: httpx.Client | httpx.AsyncClient, effect: Send) -> httpx.URL:
    """Return the whole address at once; httpx would put it together from parts and parse each of them for every request."""
    query = urlencode(effect.call.params)
    return httpx.URL(f"{str(client.base_url).rstrip('/')}{effect.path}{'?' if query else ''}{query}")


def _arguments(client: httpx.Client | httpx.AsyncClient, effect: Send) -> dict[str, Any]:
    call = effect.call
    return {
        "method": call.method.upper(),
        "url": _url(client, effect),
        "json": call.body,
        "timeout": timeouts(effect.timeout),
    }


class _Body:
    """Gathers a body; httpx bounds the time of each of its parts only, so one that drips would take for ever."""

    def __init__(self, seconds: float) -> None:
        self._end, self._content = time.monotonic() + seconds, bytearray()

    def add(self, part: bytes) -> None:
        self._content += part
        if time.monotonic() > self._end:
            raise httpx.ReadTimeout("the body came too slowly")

    def answer(self, response: httpx.Response) -> Answer:
        return Answer(response.status_code, response.headers, bytes(self._content))


def run(plan: Plan[T], client: httpx.Client, quota: "Quota | None") -> T:
    """Carry out a plan on the blocking client and return what it returns."""
    try:
        effect = next(plan)
        while True:
            try:
                result = _perform(effect, client, quota)
            except AmiliError as problem:  # no token could be had, so nothing was sent
                effect = plan.throw(problem)
            else:
                effect = plan.send(result)
    except StopIteration as done:
        value: T = done.value
        return value


def _perform(effect: Effect, client: httpx.Client, quota: "Quota | None") -> Any:
    if isinstance(effect, Send):
        body = _Body(effect.timeout)
        try:
            with client.stream(**_arguments(client, effect)) as response:
                for part in response.iter_bytes():
                    body.add(part)
            return body.answer(response)
        except httpx.HTTPError as problem:
            return lost(problem)
    if isinstance(effect, Sleep):
        return time.sleep(effect.seconds)
    if isinstance(effect, Do):
        return effect.function()
    return quota.wait() if quota is not None else 0.0


async def arun(plan: Plan[T], client: httpx.AsyncClient, quota: "Quota | None") -> T:
    """Carry out a plan on the asynchronous client and return what it returns."""
    try:
        effect = next(plan)
        while True:
            try:
                result = await _aperform(effect, client, quota)
            except AmiliError as problem:
                effect = plan.throw(problem)
            else:
                effect = plan.send(result)
    except StopIteration as done:
        value: T = done.value
        return value


async def _aperform(effect: Effect, client: httpx.AsyncClient, quota: "Quota | None") -> Any:
    import asyncio  # noqa: PLC0415 - costs as much as a third of httpx, and a blocking client does without

    if isinstance(effect, Send):
        body = _Body(effect.timeout)
        try:
            async with client.stream(**_arguments(client, effect)) as response:
                async for part in response.aiter_bytes():
                    body.add(part)
            return body.answer(response)
        except httpx.HTTPError as problem:
            return lost(problem)
    if isinstance(effect, Sleep):
        return await asyncio.sleep(effect.seconds)
    if isinstance(effect, Do):
        return await asyncio.to_thread(effect.function)
    return quota.wait() if quota is not None else 0.0
