"""The network: httpx clients, blocking and asynchronous, and how each sends one request."""

import logging
import os
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies

import httpx

from amili._deadlines import begin, finish
from amili._effects import Answer, Lost, Send
from amili._errors import AmiliError, ConfigurationError, NoAnswerError, OutcomeUnknownError
from amili._version import USER_AGENT

BlockingClient: TypeAlias = httpx.Client
AsyncClient: TypeAlias = httpx.AsyncClient
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


class _Client(httpx.Client):
    """Raises errors of this library alone where the generated client uses it; plans use `send`."""

    def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return super().request(method, *arguments, **options)
        except _FAILURES as problem:
            raise _failure(problem, method, self) from None


class _AsyncClient(httpx.AsyncClient):
    """Its twin."""

    async def request(self, method: str, *arguments: Any, **options: Any) -> httpx.Response:
        try:
            return await super().request(method, *arguments, **options)
        except _FAILURES as problem:
            raise _failure(problem, method, self) from None


_FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError)


def _failure(problem: Exception, method: str, http: httpx.Client | httpx.AsyncClient) -> AmiliError:
    outcome, host = lost(problem, http), http.base_url.netloc.decode("ascii", "replace")
    if outcome.sent and method.lower() != "get":
        doubt = "whether the request was carried out can't be told: look before you send it again"
        return OutcomeUnknownError(f"{host} did not answer: {outcome.reason}; {doubt}")
    return NoAnswerError(f"{host} did not answer: {outcome.reason}")


@lru_cache(16)
def timeouts(seconds: float) -> httpx.Timeout:
    """Return the timeouts of one request; what surely comes before it is sent ends first, so that it is known not to be."""
    before = 0.9 * seconds
    return httpx.Timeout(seconds, connect=min(_CONNECT, before), pool=before)


def client(base_url: str, timeout: float, transport: httpx.BaseTransport | None) -> httpx.Client:
    """Make the blocking HTTP client, following no redirects; `timeout` is for requests that no plan sends."""
    _check_transport(transport, "handle_request")
    made = _made(_Client, base_url=base_url, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)
    from amili._network import bound  # noqa: PLC0415 - httpx, too, imports what it stands on with the first client

    bound(made._transport, made._mounts)
    return made


def async_client(base_url: str, timeout: float, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """Make the asynchronous HTTP client in the same way."""
    _check_transport(transport, "handle_async_request")
    return _made(_AsyncClient, base_url=base_url, timeout=timeouts(timeout), headers=_HEADERS, transport=transport)


def may_move(transport: Any) -> bool:
    """Tell whether a client may go on in another process or event loop: a transport of somebody else's holds connections."""
    return transport is None or isinstance(transport, httpx.MockTransport)


def _check_transport(transport: Any, method: str) -> None:
    if transport is not None and not callable(getattr(transport, method, None)):
        raise ConfigurationError(f"transport takes an httpx transport with {method}(), not {type(transport).__name__}")


def _made(kind: type[Client], *, base_url: str, **options: Any) -> Client:
    try:
        address = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url is not the address of an API, such as https://api-sandbox.amili.se") from None
    try:
        for proxy in getproxies().values():
            _ = urlsplit(proxy).port  # raises ValueError for one that httpx would stumble over when it connects
        made = kind(base_url=address, **options)
    except (OSError, ImportError, ValueError, httpx.InvalidURL) as problem:
        raise ConfigurationError(_of_environment(problem)) from None
    _hosts.add(made.base_url.raw_host)
    return made


def _of_environment(problem: Exception) -> str:
    """Say which variable keeps httpx from opening, as it takes certificates and proxies from there; no values: passwords."""
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR") if isinstance(problem, OSError) else _PROXIES
    named = [name for name in (*names, *map(str.lower, names)) if os.environ.get(name)]
    wrong = "names no file with certificates" if isinstance(problem, OSError) else "can't be used"
    need = "; a socks proxy needs pip install 'httpx[socks]'" if isinstance(problem, ImportError) else ""
    return f"{' or '.join(named) or 'a setting'} in the environment {wrong}{need}"


_PROXIES = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


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


def send(http: httpx.Client, effect: Send) -> Answer | Lost:
    """Send one request on the blocking client; raises nothing: what went wrong is told by what comes back."""
    begin(effect.timeout)
    try:
        return _answer(http.send(_request(http, effect), auth=None))
    except Exception as problem:
        return lost(problem, http)
    finally:
        finish()


async def asend(http: httpx.AsyncClient, effect: Send) -> Answer | Lost:
    """Send one request on the asynchronous client, in the same way."""
    import asyncio  # noqa: PLC0415 - costs as much as a third of httpx, and a blocking client does without

    try:
        async with asyncio.timeout(effect.timeout):
            return _answer(await http.send(_request(http, effect), auth=None))
    except TimeoutError:
        return lost(httpx.ReadTimeout("the time allowed for the request is over"), http)
    except Exception as problem:
        return lost(problem, http)
