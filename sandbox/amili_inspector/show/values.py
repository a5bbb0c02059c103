"""Amounts, durations, sizes and JSON as text, each number with its unit."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus

from markupsafe import Markup, escape

UNKNOWN = "\N{EN DASH}"
SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def amount(value: Decimal, currency: str = "SEK") -> str:
    """Return an amount as `1 234.50 SEK`, with spaces that do not break."""
    text = f"{abs(value):,.2f}".replace(",", SPACE)
    return f"{MINUS if value < 0 else ''}{text}{SPACE}{currency}"


def duration(seconds: float | None) -> str:
    """Return a duration as `7 ms` or `1.5 s`."""
    if seconds is None:
        return UNKNOWN
    return f"{seconds * 1000:.0f}{SPACE}ms" if seconds < 1 else f"{seconds:.1f}{SPACE}s"


def size(count: int | None) -> str:
    """Return a number of bytes as `512 bytes` or `3.2 kB`."""
    if count is None:
        return UNKNOWN
    return f"{count}{SPACE}bytes" if count < 1000 else f"{count / 1000:.1f}{SPACE}kB"


def readable(target: str) -> str:
    """Return a path and its query decoded, to be read by a person."""
    return unquote_plus(target)


def number(count: int) -> str:
    """Return a whole number with spaces between thousands."""
    return f"{count:,}".replace(",", SPACE)


def ticked(text: str) -> Markup:
    """Return text as HTML in which what stands between backticks is code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def pretty_json(content: Any) -> str:
    """Return JSON to be read by a person, Swedish letters as they are."""
    return json.dumps(content, indent=2, ensure_ascii=False)
