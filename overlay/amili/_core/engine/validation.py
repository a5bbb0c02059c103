"""Checks arguments: a base URL, a number of seconds, an integer."""

from typing import Any
from urllib.parse import urlsplit

from amili._errors import ConfigurationError

_LONGEST_LABEL = 63  # characters of one part of a host name


def check_base_url(base_url: Any, name: str = "base_url") -> str:
    """Return the URL without a trailing slash; raises ConfigurationError if it is not an http or https URL."""
    try:
        parts = urlsplit(base_url) if isinstance(base_url, str) and base_url.isprintable() and " " not in base_url else None
        usable = parts is not None and parts.scheme in ("http", "https") and _is_host(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts is None:
        raise ConfigurationError(f"{name} must be the URL of an API, such as https://api-sandbox.amili.se")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(f"{name} has more than scheme, host, port and path; remove the rest")
    return str(base_url).rstrip("/")


def _is_host(name: str | None) -> bool:
    """Return whether a host name can be resolved: each part has 1 to 63 characters; one trailing dot is allowed."""
    return name is not None and all(0 < len(label) <= _LONGEST_LABEL for label in name.removesuffix(".").split("."))


_LONGEST = 31_536_000.0  # seconds; one year, which every clock and lock supports


def is_duration(value: object, *, zero: bool = False, most: float = _LONGEST) -> bool:
    """Return whether an argument is a number of seconds above 0 (or 0, if `zero`) and at most `most`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 < value <= most or (zero and value == 0)


def is_integer(value: object, least: int = 1) -> bool:
    """Return whether an argument is an integer of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
