"""Opens the httpx clients, blocking and asynchronous."""

import logging
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpx

from amili._core.transport.bounds import ACCEPTED_ENCODING, AsyncBoundedTransport, BoundedTransport
from amili._core.transport.environment import certificates, proxy_for, socks_is_missing
from amili._core.transport.failures import classify_failure
from amili._core.transport.sending import timeouts
from amili._errors import AmiliError, ConfigurationError, NoResponseError, OutcomeUnknownError
from amili._version import USER_AGENT

MAX_RESPONSE_BYTES = 32_000_000
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": ACCEPTED_ENCODING}


class BlockingClient(httpx.Client):
    """Raises only errors of this library when the generated client uses it; flows use `send`."""

    def __init__(self, bounds: BoundedTransport, base_url: str, timeout: float) -> None:
        super().__init__(transport=bounds, **_options(base_url, timeout))
        self.bounds = bounds
        _hosts.add(self.base_url.raw_host)

    def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return super().request(method, *arguments, **options)
        except _FAILURES as problem:
            raise _error_for(problem, method, self) from None


class AsyncClient(httpx.AsyncClient):
    """The same for the asynchronous client."""

    def __init__(self, bounds: AsyncBoundedTransport, base_url: str, timeout: float) -> None:
        super().__init__(transport=bounds, **_options(base_url, timeout))
        self.bounds = bounds
        _hosts.add(self.base_url.raw_host)

    async def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return await super().request(method, *arguments, **options)
        except _FAILURES as problem:
            raise _error_for(problem, method, self) from None


_FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError)
Transport = TypeVar("Transport", httpx.HTTPTransport, httpx.AsyncHTTPTransport)


def _options(base_url: str, timeout: float) -> dict[str, Any]:
    """Return what both clients are opened with. They follow no redirects, and cookies are neither kept nor sent."""
    try:
        address = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url must be the URL of an API, such as https://api-sandbox.amili.se") from None
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return {"base_url": address, "timeout": timeouts(timeout), "headers": _HEADERS, "cookies": no_cookies}


def _error_for(problem: Exception, method: str, http: BlockingClient | AsyncClient) -> AmiliError:
    outcome, host = classify_failure(problem, http), http.base_url.netloc.decode("ascii", "replace")
    if outcome.may_have_arrived and method.lower() != "get":
        advice = "the request may have been processed: look up its outcome before you send it again"
        return OutcomeUnknownError(f"no response from {host}: {outcome.reason}; {advice}")
    return outcome.cause or NoResponseError(f"no response from {host}: {outcome.reason}", temporary=outcome.temporary)


def client(
    base_url: str, timeout: float, transport: httpx.BaseTransport | None, max_bytes: int = MAX_RESPONSE_BYTES
) -> BlockingClient:
    """Open the blocking HTTP client.

    `timeout` (seconds) is for requests of the generated client; `max_bytes` limits the decoded content of a response.
    """
    _check_transport(transport, "handle_request")
    inner, proxied = (transport, False) if transport else _open_transport(httpx.HTTPTransport, base_url)
    return BlockingClient(BoundedTransport(inner, max_bytes, proxied), base_url, timeout)


def async_client(
    base_url: str, timeout: float, transport: httpx.AsyncBaseTransport | None, max_bytes: int = MAX_RESPONSE_BYTES
) -> AsyncClient:
    """Open the asynchronous HTTP client in the same way."""
    _check_transport(transport, "handle_async_request")
    inner, proxied = (transport, False) if transport else _open_transport(httpx.AsyncHTTPTransport, base_url)
    return AsyncClient(AsyncBoundedTransport(inner, max_bytes, proxied), base_url, timeout)


def can_reopen(transport: Any) -> bool:
    """Return whether a client can be reopened in another process or event loop; a transport of the caller holds connections."""
    return transport is None or isinstance(transport, httpx.MockTransport)


def _check_transport(transport: Any, method: str) -> None:
    if transport is not None and not callable(getattr(transport, method, None)):
        raise ConfigurationError(f"transport must be an httpx transport with {method}(), not {type(transport).__name__}")


def _open_transport(kind: type[Transport], base_url: str) -> tuple[Transport, bool]:
    """Open the connections, with certificates and proxy as the environment sets them; also returns whether there is a proxy."""
    trusted = certificates()
    proxy = proxy_for(base_url, trusted)
    try:
        return kind(verify=trusted, proxy=proxy), proxy is not None
    except ImportError:
        raise socks_is_missing() from None


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
