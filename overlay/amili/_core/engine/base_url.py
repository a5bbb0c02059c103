"""Checks the URL of the API, to which every token and every invoice is sent."""

import ipaddress
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from amili._errors import ConfigurationError

_HOST_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


def check_base_url(base_url: Any, name: str = "base_url", *, insecure: bool = False) -> str:
    """Return the URL without a trailing slash; raises ConfigurationError, naming `name`, if it can't be used.

    http is refused, except to this machine or if `insecure`: others in the network could read the token.
    """
    if not isinstance(insecure, bool):
        raise ConfigurationError(f"insecure must be True or False, not {type(insecure).__name__}")
    parts = _parts(base_url)
    if parts is None:
        raise ConfigurationError(f"{name} must be the URL of an API, such as https://api-sandbox.amili.se")
    scheme, host, path = parts
    if "@" in base_url or "?" in base_url or "#" in base_url:
        raise ConfigurationError(f"{name} has more than scheme, host, port and path; remove the rest")
    if "\\" in base_url or {".", ".."} & set(unquote(path).split("/")):
        raise ConfigurationError(f"{name} has a backslash or a path with '.' or '..', which programs read differently")
    foreign = next((character for character in base_url if not character.isascii()), None)
    if foreign is not None:
        raise ConfigurationError(
            f"{name} has the character U+{ord(foreign):04X}, which may look like another one; check the address, and write "
            "it in ASCII (a host as xn--...)"
        )
    if not _is_host(host):
        raise ConfigurationError(f"{name} must be the URL of an API, such as https://api-sandbox.amili.se")
    if scheme == "http" and not insecure and not is_loopback(host):
        message = f"{name} is an http URL: others in the network could read the token and the invoices; use https, or "
        raise ConfigurationError(message + "insecure=True (or AMILI_INSECURE=1) in a network of your own")
    return str(base_url).rstrip("/")


def _parts(base_url: Any) -> tuple[str, str, str] | None:
    """Return scheme, host and path, or None if it is not a URL with both."""
    if not isinstance(base_url, str) or not base_url.isprintable() or " " in base_url:
        return None
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        usable = parts.scheme in ("http", "https") and parts.port != 0 and ("[" in parts.netloc) == (":" in host)
    except ValueError:
        return None
    return (parts.scheme, host, parts.path) if usable else None


def _is_host(name: str) -> bool:
    return _HOST_NAME.fullmatch(name) is not None or _address(name) is not None


def is_loopback(host: str) -> bool:
    """Return whether this host, in lower case, is certainly this machine."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
