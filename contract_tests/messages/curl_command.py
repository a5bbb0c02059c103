"""A request as a command for a shell, which takes tokens and the address of a stand-in from variables."""

import ipaddress
import shlex
from urllib.parse import urlsplit

from contract_tests.messages.exchange import Exchange
from contract_tests.privacy import FILTERED, allowed

_REPEATED = ("content-type", "accept")  # headers that may change the answer, besides the token


def curl(exchange: Exchange) -> str:
    """Return a command that repeats a request."""
    words = ["curl", "-g", "-i", "-X", exchange.method]
    for name, value in exchange.request_headers.items():
        if name in _REPEATED and value != "*/*":
            words += ["-H", f"{name}: {value}"]
    if exchange.request_body:
        words += ["--data-binary", exchange.request_body.decode("utf-8", "replace")]
    sent = exchange.request_headers.get("x-api-key")
    secret = f' -H "X-API-Key: {sent if _can_be_shown(sent) else "$AMILI_TOKEN"}"' if sent is not None else ""
    return f"{shlex.join(words)}{secret} {_address(exchange.url)}"


def is_loopback(url: str) -> bool:
    """Return whether a URL is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(url: str) -> str:
    """Return a URL for a shell; a stand-in of our own has ended by then, and the next one has another address."""
    parts = urlsplit(url)
    if not is_loopback(url):
        return shlex.quote(url)
    return '"$AMILI_BASE_URL"' + shlex.quote(parts.path + (f"?{parts.query}" if parts.query else ""))


def _can_be_shown(token: str) -> bool:
    return token.startswith(("$AMILI_", "${AMILI_")) or token in allowed() - {FILTERED}
