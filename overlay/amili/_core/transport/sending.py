"""Sends one request with httpx, and classifies a failure: may the request have arrived?"""

import time
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlencode

import httpx

from amili._core.engine import NoResponse, Response, Secret, Send

_CONNECT = 5.0  # seconds; the longest wait for a connection, within the timeout of the request

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


# Only the HTTP library's own errors are a lost response. What a test double, a time limit in a signal handler or a hook of the
# user raises passes through as it is.
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


@lru_cache(16)
def timeouts(seconds: float) -> httpx.Timeout:
    """Return the timeouts of one request. Connect and pool time out first, so such a timeout proves that nothing was sent."""
    before = 0.9 * seconds
    return httpx.Timeout(seconds, connect=min(_CONNECT, before), pool=before)


def classify_failure(problem: Exception, http: httpx.Client | httpx.AsyncClient | None = None) -> NoResponse:
    """Classify a failure: did the request certainly not arrive? The reason names the kind only: a message may hold the URL.

    A client that is closed in the middle of a request raises RuntimeError.
    """
    if http is not None and http.is_closed and isinstance(problem, RuntimeError):
        return NoResponse(False, "this client was closed")
    return NoResponse(not isinstance(problem, _NOT_SENT), _REASONS.get(type(problem), type(problem).__name__))


_REASONS: dict[type[Exception], str] = {
    httpx.ConnectError: "no connection (refused, unreachable, unknown host or TLS failure)",
    httpx.ConnectTimeout: "no connection within the time allowed",
    httpx.PoolTimeout: "no free connection within the time allowed",
    httpx.ReadTimeout: "no response within the time allowed",
    httpx.WriteTimeout: "the request could not be sent within the time allowed",
    httpx.ReadError: "the connection broke while waiting for the response",
    httpx.WriteError: "the connection broke while sending the request",
    httpx.RemoteProtocolError: "the connection was closed before the response was complete",
    httpx.ProxyError: "the proxy refused the connection",
}


def _request(http: httpx.Client | httpx.AsyncClient, effect: Send) -> Secret[httpx.Request]:
    """Build the request from the complete URL, which is faster than letting httpx join it from parts."""
    request, query = effect.request, urlencode(effect.request.params)
    url = httpx.URL(f"{effect.base_url}{effect.path}{'?' if query else ''}{query}")
    body = request.body if isinstance(request.body, Secret) else Secret(request.body)
    built = http.build_request(request.method.upper(), url, json=body.reveal(), timeout=timeouts(effect.timeout))
    if effect.key is not None:
        built.headers["X-API-Key"] = effect.key.reveal()
    return Secret(built)


def send(http: httpx.Client, effect: Send) -> Response | NoResponse:
    """Send one request on the blocking client; raises nothing: a failure is a `NoResponse`.

    httpx limits each read, not the whole response, so the time is checked between the chunks of the body. A response whose last
    chunk is slow may take up to twice the timeout; one whose headers arrive byte by byte may take longer.
    """
    end = time.monotonic() + effect.timeout
    try:
        request = _request(http, effect)
        response = Secret(http.send(request.reveal(), auth=None, stream=True))  # leads to the request, and so to the key
        try:
            content = Secret(b"".join(_until(end, response.reveal().iter_bytes())))
        finally:
            response.reveal().close()
        return Response(response.reveal().status_code, response.reveal().headers, content.reveal())
    except _FAILURES as problem:
        return classify_failure(problem, http)
    except RuntimeError as problem:
        if not http.is_closed:
            raise
        return classify_failure(problem, http)


def _until(end: float, parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield part
        del part  # may hold a token
        if time.monotonic() > end:
            raise httpx.ReadTimeout("the time allowed for the request is over")


async def asend(http: httpx.AsyncClient, effect: Send) -> Response | NoResponse:
    """Send one request on the asynchronous client, in the same way."""
    import asyncio  # noqa: PLC0415 - takes a third as long to import as httpx, and a blocking client does not need it

    try:
        async with asyncio.timeout(effect.timeout):
            request = _request(http, effect)
            response = Secret(await http.send(request.reveal(), auth=None))
            return Response(response.reveal().status_code, response.reveal().headers, response.reveal().content)
    except TimeoutError:
        return classify_failure(httpx.ReadTimeout("the time allowed for the request is over"), http)
    except _FAILURES as problem:
        return classify_failure(problem, http)
    except RuntimeError as problem:
        if not http.is_closed:
            raise
        return classify_failure(problem, http)
