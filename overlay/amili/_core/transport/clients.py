"""Opens the httpx clients, blocking and asynchronous."""

import logging
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NamedTuple, TypeVar

import httpx

from amili._core.engine import Response
from amili._core.transport.bounds import ACCEPTED_ENCODING, AsyncBoundedTransport, BoundedTransport
from amili._core.transport.environment import certificates, proxy_for, socks_is_missing
from amili._core.transport.failures import classify_failure
from amili._core.transport.sending import timeouts
from amili._errors import AmiliError, ConfigurationError, NoResponseError, OutcomeUnknownError
from amili._version import USER_AGENT

MAX_RESPONSE_BYTES = 32_000_000


class Bounds(NamedTuple):
    """How large the decoded content of a response may be, and whether instrumentation of the HTTP library sees queries."""

    most_bytes: int = MAX_RESPONSE_BYTES
    hide_queries: bool = False


_DEFAULT = Bounds()
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": ACCEPTED_ENCODING}


class BlockingClient(httpx.Client):
    """Raises only errors of this library when the generated client uses it; flows use `send`."""

    def __init__(self, bounds: BoundedTransport, base_url: str, timeout: float, hides_queries: bool) -> None:
        super().__init__(transport=bounds, **_options(base_url, timeout))
        self.bounds, self._hides_queries = bounds, hides_queries
        _hosts.add(self.base_url.raw_host)

    def build_request(self, *arguments: Any, **options: Any) -> httpx.Request:
        request = super().build_request(*arguments, **options)
        return _with_hidden_query(request) if self._hides_queries else request

    def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return _without_key(super().request(method, *arguments, **options))
        except _FAILURES as problem:
            error = _error_for(problem, method, self)
        raise error  # not while handling the failure, which would keep the frames of httpx


class AsyncClient(httpx.AsyncClient):
    """The same for the asynchronous client."""

    def __init__(self, bounds: AsyncBoundedTransport, base_url: str, timeout: float, hides_queries: bool) -> None:
        super().__init__(transport=bounds, **_options(base_url, timeout))
        self.bounds, self._hides_queries = bounds, hides_queries
        _hosts.add(self.base_url.raw_host)

    def build_request(self, *arguments: Any, **options: Any) -> httpx.Request:
        request = super().build_request(*arguments, **options)
        return _with_hidden_query(request) if self._hides_queries else request

    async def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return _without_key(await super().request(method, *arguments, **options))
        except _FAILURES as problem:
            error = _error_for(problem, method, self)
        raise error


def _with_hidden_query(request: httpx.Request) -> httpx.Request:
    """Move the query from the URL, which instrumentation of the HTTP library reads, into the request target."""
    request.extensions["target"], request.url = request.url.raw_path, request.url.copy_with(query=None)
    return request


Transport = TypeVar("Transport", httpx.HTTPTransport, httpx.AsyncHTTPTransport)
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


def _options(base_url: str, timeout: float) -> dict[str, Any]:
    """Return what both clients are opened with. They follow no redirects, and cookies are neither kept nor sent."""
    try:
        address = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url must be the URL of an API, such as https://api-sandbox.amili.se") from None
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return {"base_url": address, "timeout": timeouts(timeout), "headers": _HEADERS, "cookies": no_cookies}


def _error_for(problem: Exception, method: str, http: BlockingClient | AsyncClient) -> AmiliError:
    if isinstance(problem, AmiliError):  # no token could be obtained
        return problem.with_traceback(None)
    outcome, host = classify_failure(problem, http), http.base_url.netloc.decode("ascii", "replace")
    if outcome.may_have_arrived and method.lower() != "get":
        advice = "the request may have been processed: look up its outcome before you send it again"
        return OutcomeUnknownError(f"no response from {host}: {outcome.reason}; {advice}")
    return outcome.cause or NoResponseError(f"no response from {host}: {outcome.reason}", temporary=outcome.temporary)


def client(base_url: str, timeout: float, transport: httpx.BaseTransport | None, bounds: Bounds = _DEFAULT) -> BlockingClient:
    """Open the blocking HTTP client; `timeout` (seconds) is for requests of the generated client."""
    _check_transport(transport, "handle_request")
    inner, proxied = (transport, False) if transport else _open_transport(httpx.HTTPTransport, base_url)
    _check_hiding(bounds, transport, proxied)
    return BlockingClient(BoundedTransport(inner, bounds.most_bytes, proxied), base_url, timeout, bounds.hide_queries)


def async_client(
    base_url: str, timeout: float, transport: httpx.AsyncBaseTransport | None, bounds: Bounds = _DEFAULT
) -> AsyncClient:
    """Open the asynchronous HTTP client in the same way."""
    _check_transport(transport, "handle_async_request")
    inner, proxied = (transport, False) if transport else _open_transport(httpx.AsyncHTTPTransport, base_url)
    _check_hiding(bounds, transport, proxied)
    return AsyncClient(AsyncBoundedTransport(inner, bounds.most_bytes, proxied), base_url, timeout, bounds.hide_queries)


def can_reopen(transport: Any) -> bool:
    """Return whether a client can be reopened in another process or event loop; a transport of the caller holds connections."""
    return transport is None or isinstance(transport, httpx.MockTransport)


def _check_hiding(bounds: Bounds, transport: Any, proxied: bool) -> None:
    if bounds.hide_queries and (transport is not None or proxied):
        # They may ignore the request target, and so the conditions; a proxy would be told them.
        raise ConfigurationError("hide_queries=True works neither with transport= nor with a proxy in the environment")


def _check_transport(transport: Any, method: str) -> None:
    if transport is not None and not callable(getattr(transport, method, None)):
        raise ConfigurationError(f"transport must be an httpx transport with {method}(), not {type(transport).__name__}")


def _open_transport(kind: type[Transport], base_url: str) -> tuple[Transport, bool]:
    """Open the connections, with certificates and proxy as the environment sets them; also returns whether there is a proxy."""
    trusted = certificates()
    proxy = proxy_for(base_url, trusted)
    try:
        return kind(verify=trusted, proxy=None if proxy is None else proxy.reveal()), proxy is not None
    except ImportError:
        problem = socks_is_missing()
    raise problem  # not while handling the failure, whose frames may hold the password of a proxy


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
