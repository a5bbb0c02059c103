"""Who gets an answer: those who know the token, and who call this machine by a name of its own."""

import secrets
from collections.abc import Callable, Collection, Iterable
from ipaddress import ip_address
from typing import Any

from werkzeug.wrappers import Response

WsgiApplication = Callable[..., Iterable[bytes]]


def behind_token(application: WsgiApplication, path: str, hint: str) -> WsgiApplication:
    """Return an application that answers below a path that ends with a token; elsewhere the answer is a hint where that is."""
    prefix, _, token = path.strip("/").rpartition("/")
    before = f"/{prefix}/" if prefix else "/"

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        asked = environ["PATH_INFO"]
        given, _, rest = asked.removeprefix(before).partition("/")
        if not asked.startswith(before) or not secrets.compare_digest(given.encode(), token.encode()):
            return Response(hint, 404, mimetype="text/plain")(environ, start)
        script = f"{environ.get('SCRIPT_NAME', '')}{before}{given}"
        return application({**environ, "SCRIPT_NAME": script, "PATH_INFO": f"/{rest}"}, start)

    return answer


def for_hosts(application: WsgiApplication, allowed: Collection[str]) -> WsgiApplication:
    """Return an application that refuses requests for names which are not this machine's.

    A page of another origin gets such a request by pointing its own name here (DNS rebinding). Names of loopback are allowed.
    """

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        name = name_of_host(environ.get("HTTP_HOST", "localhost"))
        if is_loopback(name) or name in allowed:
            return application(environ, start)
        return Response("The Host header does not name this machine.\n", 403, mimetype="text/plain")(environ, start)

    return answer


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def name_of_host(host: str) -> str:
    """Return the name or address in a Host header, without the port."""
    name = host
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    elif host.count(":") == 1:  # more: an IPv6 address without brackets
        name = host.partition(":")[0]
    return name.lower().rstrip(".")
