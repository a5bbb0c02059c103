"""Opens the httpx clients, blocking and asynchronous."""

import logging
import os
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from amili._core.engine import Response
from amili._core.transport.sending import classify_failure, timeouts
from amili._errors import AmiliError, ConfigurationError, NoResponseError, OutcomeUnknownError
from amili._version import USER_AGENT

BlockingClient: TypeAlias = httpx.Client
AsyncClient: TypeAlias = httpx.AsyncClient
Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)

_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json"}


class _Client(httpx.Client):
    """Raises only errors of this library when the generated client uses it; flows use `send`."""

    def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return _without_key(super().request(method, *arguments, **options))
        except _FAILURES as problem:
            error = _error_for(problem, method, self)
        raise error  # not while handling the failure, which would keep the frames of httpx


class _AsyncClient(httpx.AsyncClient):
    """The same for the asynchronous client."""

    async def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return _without_key(await super().request(method, *arguments, **options))
        except _FAILURES as problem:
            error = _error_for(problem, method, self)
        raise error


class _HidingClient(_Client):
    """Instrumentation of the HTTP library (OpenTelemetry, Sentry, Datadog) never sees its queries."""

    def build_request(self, *arguments: Any, **options: Any) -> httpx.Request:
        return _with_hidden_query(super().build_request(*arguments, **options))


class _HidingAsyncClient(_AsyncClient):
    """The same for the asynchronous client."""

    def build_request(self, *arguments: Any, **options: Any) -> httpx.Request:
        return _with_hidden_query(super().build_request(*arguments, **options))


def _with_hidden_query(request: httpx.Request) -> httpx.Request:
    """Move the query from the URL, which instrumentation reads, into the request target, an extension of httpx."""
    request.extensions["target"], request.url = request.url.raw_path, request.url.copy_with(query=None)
    return request


_FAILURES = (AmiliError, httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError)


def _without_key(response: httpx.Response) -> httpx.Response:
    """Return the response for the generated client, without the key of its request in case the server repeats it."""
    key, received = response.request.extensions.get("key"), Response(response.status_code, response.headers, response.content)
    cleaned = received if key is None else received.without(key)
    if cleaned is received:
        return response
    headers = {name: value for name, value in cleaned.headers.items() if name not in _OF_THE_BYTES}
    return httpx.Response(cleaned.status, headers=headers, content=cleaned.content, request=response.request)


_OF_THE_BYTES = ("content-encoding", "content-length", "transfer-encoding")  # which describe the content as it was received


def _error_for(problem: Exception, method: str, http: httpx.Client | httpx.AsyncClient) -> AmiliError:
    if isinstance(problem, AmiliError):  # no token could be obtained
        return problem.with_traceback(None)
    outcome, host = classify_failure(problem, http), http.base_url.netloc.decode("ascii", "replace")
    if outcome.may_have_arrived and method.lower() != "get":
        advice = "the request may have been processed: look up its outcome before you send it again"
        return OutcomeUnknownError(f"no response from {host}: {outcome.reason}; {advice}")
    return NoResponseError(f"no response from {host}: {outcome.reason}")


def client(base_url: str, timeout: float, transport: httpx.BaseTransport | None, hide_queries: bool = False) -> httpx.Client:
    """Open the blocking HTTP client, which follows no redirects; `timeout` (seconds) is for requests of the generated client."""
    _check_transport(transport, "handle_request", hide_queries)
    kind = _HidingClient if hide_queries else _Client
    return _open_client(kind, base_url=base_url, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)


def async_client(
    base_url: str, timeout: float, transport: httpx.AsyncBaseTransport | None, hide_queries: bool = False
) -> httpx.AsyncClient:
    """Open the asynchronous HTTP client in the same way."""
    _check_transport(transport, "handle_async_request", hide_queries)
    kind = _HidingAsyncClient if hide_queries else _AsyncClient
    return _open_client(kind, base_url=base_url, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)


def can_reopen(transport: Any) -> bool:
    """Return whether a client can be reopened in another process or event loop; a transport of the caller holds connections."""
    return transport is None or isinstance(transport, httpx.MockTransport)


def _check_transport(transport: Any, method: str, hide_queries: bool) -> None:
    if hide_queries and (transport is not None or getproxies().keys() & {"http", "https", "all"}):
        # They may ignore the request target, and so the conditions; a proxy would be told them.
        raise ConfigurationError("hide_queries=True works neither with transport= nor with a proxy in the environment")
    if transport is not None and not callable(getattr(transport, method, None)):
        raise ConfigurationError(f"transport must be an httpx transport with {method}(), not {type(transport).__name__}")


def _open_client(kind: type[Client], *, base_url: str, **options: Any) -> Client:
    try:
        address = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url must be the URL of an API, such as https://api-sandbox.amili.se") from None
    try:
        _check_proxies()
        http = kind(base_url=address, **options)
    except (OSError, ImportError, ValueError, httpx.InvalidURL) as problem:
        wrong = _environment_problem(problem)
    else:
        _hosts.add(http.base_url.raw_host)
        return http
    raise ConfigurationError(wrong)  # not while handling the problem, whose frames may hold the password of a proxy


def _check_proxies() -> None:
    for proxy in getproxies().values():
        _ = urlsplit(proxy).port  # raises ValueError for a proxy that httpx would reject only when it connects


def _environment_problem(problem: Exception) -> str:
    """Name the environment variable that keeps httpx from starting; never its value, which may hold a password."""
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR") if isinstance(problem, OSError) else _PROXIES
    named = [name for name in (*names, *map(str.lower, names)) if os.environ.get(name)]
    wrong = "is not a file with certificates" if isinstance(problem, OSError) else "can't be used"
    need = "; a socks proxy needs pip install 'httpx[socks]'" if isinstance(problem, ImportError) else ""
    return f"{' or '.join(named) or 'a setting'} in the environment {wrong}{need}"


_PROXIES = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


_hosts: set[bytes] = set()


def _without_query(record: logging.LogRecord) -> bool:
    """Remove the query from the line that httpx logs for each request: a condition may hold a personal number."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            value.copy_with(query=None) if isinstance(value, httpx.URL) and value.raw_host in _hosts else value
            for value in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_without_query)
