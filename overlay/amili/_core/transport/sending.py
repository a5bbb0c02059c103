"""Sends one request with httpx and returns its response, or what kind of failure there was."""

from collections.abc import Callable
from functools import lru_cache, partial
from urllib.parse import urlencode

import httpx

from amili._core.engine import NoResponse, Response, Secret, Send
from amili._core.transport.failures import classify_failure

_CONNECT = 5.0  # seconds; the longest wait for a connection, within the timeout of the request

_LEAVING = ("http11.send_request_headers.started", "http11.send_request_body.started")  # events of httpcore

# Only the HTTP library's own errors are a lost response. What a test double, a time limit in a signal handler or a hook of the
# user raises passes through as it is.
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


@lru_cache(16)
def timeouts(seconds: float) -> httpx.Timeout:
    """Return the timeouts of one request. Connect and pool time out first, so such a timeout proves that nothing was sent."""
    before = 0.9 * seconds
    return httpx.Timeout(seconds, connect=min(_CONNECT, before), pool=before)


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
    """Send one request on the blocking client; raises only what its `check` raises: a failure is a `NoResponse`.

    httpx limits each step, not the whole: waiting for a free connection, resolving the name, connecting (to each address of the
    name in turn), and each read. The time is checked between the parts of a response (`bounds.py`), so one whose last part is
    slow may take up to twice the timeout. Headers that arrive byte by byte are not bounded.
    """
    try:
        request = _request(http, effect)
        if effect.check is not None:
            request.reveal().extensions["trace"] = partial(_check_leaving, effect.check)
        response = Secret(http.send(request.reveal(), auth=None))  # leads to the request, and so to the key
        return Response(response.reveal().status_code, response.reveal().headers, response.reveal().content)
    except _FAILURES as problem:
        return classify_failure(problem, http)
    except RuntimeError as problem:
        if not http.is_closed:
            raise
        return classify_failure(problem, http)


def _check_leaving(check: Callable[[], object], event: str, _: object) -> None:
    if event in _LEAVING:
        check()


async def asend(http: httpx.AsyncClient, effect: Send) -> Response | NoResponse:
    """Send one request on the asynchronous client, in the same way, with a limit on the whole."""
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
