"""Keeps web pages away: a browser on this machine can reach the stand-in, and sends whatever a page asks for."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address

from amili_sandbox.http import Reply, Request, error_reply

OWN_SITE = {"same-origin", "none"}  # `none`: a person typed the address


class HostGuard:
    """Refuses requests for names that are not this machine's, which a page gets by pointing its own name here (DNS rebinding)."""

    def __init__(self, answer: Callable[[Request], Reply], allowed: Iterable[str]) -> None:
        self._answer = answer
        names = {_name(host) for host in allowed}
        self._is_allowed = lru_cache(maxsize=100)(lambda host: is_loopback(_name(host)) or _name(host) in names)

    def __call__(self, request: Request) -> Reply:
        """Answer a request, or refuse it."""
        host = request.header("Host")
        if host is None or self._is_allowed(host):
            return self._answer(request)
        return error_reply(403, "the Host header does not name this machine; amili-sandbox --allow-host NAME allows a name")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def sent_by_a_foreign_page(request: Request) -> bool:
    """Whether a browser says that a page of another origin made it send the request."""
    origin = request.header("Origin")
    foreign = origin is not None and origin.partition("://")[2].lower() != (request.header("Host") or "").lower()
    return foreign or request.header("Sec-Fetch-Site") not in {None, *OWN_SITE}


def _name(host: str) -> str:
    """Return the name or address in a Host header, without the port."""
    name = host
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    elif host.count(":") == 1:  # more: an IPv6 address without brackets, as --allow-host takes it
        name = host.partition(":")[0]
    return name.lower().rstrip(".")
