"""Keeps web pages away: a browser on this machine can reach the stand-in, and sends whatever a page asks for."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from amili_inspector import is_loopback, name_of_host

from amili_sandbox.http import Reply, Request, error_reply

OWN_SITE = {"same-origin", "none"}  # `none`: a person typed the address


class HostGuard:
    """Refuses requests for names that are not this machine's, which a page gets by pointing its own name here (DNS rebinding)."""

    def __init__(self, answer: Callable[[Request], Reply], allowed: Iterable[str]) -> None:
        self._answer = answer
        names = {name_of_host(host) for host in allowed}
        self._is_allowed = lru_cache(maxsize=100)(lambda host: is_loopback(name_of_host(host)) or name_of_host(host) in names)

    def __call__(self, request: Request) -> Reply:
        """Answer a request, or refuse it."""
        host = request.header("Host")
        if host is None or self._is_allowed(host):
            return self._answer(request)
        return error_reply(403, "the Host header does not name this machine; amili-sandbox --allow-host NAME allows a name")


def sent_by_a_foreign_page(request: Request) -> bool:
    """Whether a browser says that a page of another origin made it send the request."""
    origin = request.header("Origin")
    foreign = origin is not None and origin.partition("://")[2].lower() != (request.header("Host") or "").lower()
    return foreign or request.header("Sec-Fetch-Site") not in {None, *OWN_SITE}
