"""Says what a failure of httpx is: may the request have arrived, may another attempt succeed, and the reason for a person.

A message of httpx may hold the URL, so a failure is classified by the types and numbers of its causes.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from math import isinf
from typing import Any, TypeVar

import httpx

from amili._core.engine import NoResponse
from amili._core.transport.bounds import NotResolvedInTime, ResponseTooLarge
from amili._errors import DecodeError

T = TypeVar("T", bound=BaseException)

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_REASONS: dict[type[Exception], str] = {
    httpx.ConnectTimeout: "no connection within the time allowed",
    NotResolvedInTime: "the name of the host could not be resolved within the time allowed",
    httpx.PoolTimeout: "no free connection within the time allowed",
    httpx.ReadTimeout: "no response within the time allowed",
    httpx.WriteTimeout: "the request could not be sent within the time allowed",
    httpx.ReadError: "the connection broke while waiting for the response",
    httpx.WriteError: "the connection broke while sending the request",
    httpx.RemoteProtocolError: "the connection was closed before the response was complete",
    httpx.DecodingError: "the response could not be decompressed",
}
_OTHER_NAME = (62, 64)  # of OpenSSL: the certificate is for another host name, or for another address
_OTHER_TIME = {9: "is not valid yet", 10: "has expired"}
_NOT_TLS = ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL)


def classify_failure(problem: Exception, http: Any = None) -> NoResponse:
    """Classify a failure of a request that the client `http` sent; one that is closed in the middle raises RuntimeError."""
    if http is not None and http.is_closed and isinstance(problem, RuntimeError):
        return NoResponse(False, "this client was closed")
    if isinstance(problem, ResponseTooLarge):
        reason = f"the response is {problem}"
        return NoResponse(True, reason, DecodeError(reason), temporary=False)
    if isinstance(problem, httpx.ProxyError):
        return _refused_by_proxy(problem)
    if isinstance(problem, httpx.ConnectError):
        return _not_connected(problem, http)
    reason = _REASONS.get(type(problem), type(problem).__name__)
    if isinstance(problem, httpx.ConnectTimeout):
        reason += _hint_at_proxy(http)
    elif isinstance(problem, httpx.ReadError | httpx.RemoteProtocolError):
        reason += _hint_at_https(http)
    return NoResponse(not isinstance(problem, _NOT_SENT), reason)


def _refused_by_proxy(problem: httpx.ProxyError) -> NoResponse:
    """Classify the refusal of a proxy; httpx tells its status only at the start of the message."""
    status = str(problem)[:3]
    known = status.isascii() and status.isdigit()
    reason = f"the proxy refused the connection{f' with {status}' if known else ''}"
    reason += "; it asks for a user name and password, which belong into its address" if status == "407" else ""
    return NoResponse(False, reason, temporary=not (known and status.startswith("4")))


def _not_connected(problem: httpx.ConnectError, http: Any) -> NoResponse:
    causes = list(_causes(problem))
    certificate, tls = _first(causes, ssl.SSLCertVerificationError), _first(causes, ssl.SSLError)
    if certificate is not None:
        return NoResponse(False, _distrust(certificate), temporary=False)
    if tls is not None and tls.reason in _NOT_TLS:
        return NoResponse(False, "what answers on this port does not speak TLS; is it a port for http?", temporary=False)
    if tls is not None:
        return NoResponse(False, f"the TLS connection could not be opened ({tls.reason or type(tls).__name__})")
    return NoResponse(False, _unconnected(causes) + _hint_at_proxy(http))


def _distrust(problem: ssl.SSLCertVerificationError) -> str:
    """Return why the certificate of the server was not accepted."""
    if problem.verify_code in _OTHER_NAME:
        return "the server's certificate is for another name"
    if when := _OTHER_TIME.get(problem.verify_code):
        return f"the server's certificate {when}, by this machine's clock"
    hint = "SSL_CERT_FILE names a file with the certificates to trust, such as that of a proxy that reads along"
    return f"the server's certificate is not trusted ({problem.verify_message}); {hint}"


def _unconnected(causes: list[BaseException]) -> str:
    """Return why there is no connection."""
    name = _first(causes, socket.gaierror)
    if name is not None:
        return "the name of the host can't be resolved at the moment" if name.errno == socket.EAI_AGAIN else "unknown host"
    if _first(causes, ConnectionRefusedError) is not None:
        return "the connection was refused"
    number = next((cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno), 0)
    known = f" ({errno.errorcode[number]})" if number in errno.errorcode else ""
    return f"the host can't be reached{known}" if number in _UNREACHABLE else f"no connection{known}"


def _hint_at_proxy(http: Any) -> str:
    return "; it goes through a proxy that the environment sets" if http is not None and http.bounds.proxied else ""


def _hint_at_https(http: Any) -> str:
    """Return a hint where plain http has never been answered."""
    suspect = http is not None and http.base_url.scheme == "http" and isinf(http.bounds.answered_at)
    return "; is it a port for https?" if suspect else ""


def _first(causes: list[BaseException], kind: type[T]) -> T | None:
    return next((cause for cause in causes if isinstance(cause, kind)), None)


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield the causes of an exception; asyncio tries several addresses and raises a group."""
    while problem is not None:
        yield problem
        for each in problem.exceptions if isinstance(problem, BaseExceptionGroup) else ():
            yield from _causes(each)
        problem = problem.__cause__ or problem.__context__
