"""What an argument may be: an address, a number of seconds, a whole number."""

from typing import Any
from urllib.parse import urlsplit

from amili._errors import ConfigurationError

_LONGEST_LABEL = 63  # characters, of a part of a host's name


def checked_base_url(base_url: Any, name: str = "base_url") -> str:
    """Return the address without a slash at its end; raises ConfigurationError if it is not one of http or https."""
    try:
        parts = urlsplit(base_url) if isinstance(base_url, str) and base_url.isprintable() and " " not in base_url else None
        usable = parts is not None and parts.scheme in ("http", "https") and _is_host(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts is None:
        raise ConfigurationError(f"{name} is not the address of an API, such as https://api-sandbox.amili.se")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(f"{name} holds more than the address of an API; give scheme, host, port and path only")
    return str(base_url).rstrip("/")


def _is_host(name: str | None) -> bool:
    """Tell whether each part of a name between dots can be looked up; one dot may end it."""
    return name is not None and all(0 < len(label) <= _LONGEST_LABEL for label in name.removesuffix(".").split("."))


_LONGEST = 31_536_000.0  # seconds; a year, which every clock and lock can count


def is_duration(value: object, *, zero: bool = False, most: float = _LONGEST) -> bool:
    """Return whether an argument is a number of seconds above 0 (or 0, if `zero`), and one that can be waited for."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 < value <= most or (zero and value == 0)


def is_whole(value: object, least: int = 1) -> bool:
    """Return whether an argument is a whole number of at least so many."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
