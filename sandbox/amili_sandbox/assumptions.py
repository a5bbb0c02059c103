"""Everything the vendor does not document, as named switches: what the sandbox assumes, and what else might be true."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = str | float


class UnknownAssumption(ValueError):
    """A name or a value that is not in the table; the message lists what is."""


@dataclass(frozen=True)
class Assumption:
    """One undocumented behaviour: its switch, the default, and the other choices (none: any number not below zero)."""

    name: str
    default: Value
    choices: tuple[str, ...]
    says: str

    def check(self, value: Any) -> Value:
        """Return the value in its proper type, or raise UnknownAssumption."""
        if self.choices:
            if value in self.choices:
                return str(value)
            raise UnknownAssumption(f"{self.name} is one of {', '.join(self.choices)}, not {value!r}")
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = -1.0
        if number >= 0:
            return number
        raise UnknownAssumption(f"{self.name} is a number not below zero, not {value!r}")


TABLE = (
    Assumption("paths", "both", ("both", "guide", "reference"), "Which spelling of the three paths is served."),
    Assumption("reply_style", "newer", ("newer", "guide"), "Whether action receipts carry the keys of the newer docs."),
    Assumption(
        "crediting_status_key",
        "_crediting_status",
        ("_crediting_status", "_payment_status", "both"),
        "Under which key a crediting receipt tells its status.",
    ),
    Assumption("request_dates", "both", ("both", "rfc1123"), "Whether ISO 8601 dates are accepted in request bodies."),
    Assumption("token_lifetime", 3600.0, (), "Seconds until an access token expires."),
    Assumption("greatest_max_results", 100.0, (), "The page size to which `max_results` is silently lowered."),
)


class Assumptions:
    """The current position of every switch."""

    def __init__(self, start: Mapping[str, Any] | None = None) -> None:
        self._start = checked(start or {})
        self._values: dict[str, Value] = {}
        self.reset()

    def __getitem__(self, name: str) -> str:
        return str(self._values[name])

    def number(self, name: str) -> float:
        """Return the value of a switch that is a number."""
        return float(self._values[name])

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change some switches: all of the changes, or none if one is wrong."""
        self._values |= checked(changes)

    def reset(self) -> None:
        """Go back to where the sandbox was started."""
        self._values = {assumption.name: assumption.default for assumption in TABLE} | self._start

    def as_json(self) -> dict[str, Value]:
        """Return every switch and its position."""
        return dict(self._values)


def checked(changes: Any) -> dict[str, Value]:
    """Return changes with every name and value checked."""
    if not isinstance(changes, Mapping):
        raise UnknownAssumption("assumptions are an object of names and values")
    known = {assumption.name: assumption for assumption in TABLE}
    for name in changes:
        if name not in known:
            raise UnknownAssumption(f"{name!r} is not an assumption; there are: {', '.join(sorted(known))}")
    return {name: known[name].check(value) for name, value in changes.items()}
