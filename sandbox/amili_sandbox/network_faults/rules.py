"""Which requests get a fault: one at a time by header, or by rules."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

from amili_sandbox.http import Request
from amili_sandbox.network_faults.kinds import check

HEADER = "X-Sandbox-Fault"
MOST_RULES = 1000
GREATEST_PATTERN = 1000
RULE_FIELDS = {"fault", "method", "path", "after", "times", "probability"}


@dataclass
class Rule:
    """A fault for some requests: by method and path, after the first few, a number of times, with a probability."""

    fault: str
    parameters: Mapping[str, str]
    method: str = "*"
    path: str = "*"
    after: int = 0
    times: int | None = None
    probability: float = 1.0
    seen: int = 0
    done: int = 0

    def matches(self, request: Request, rng: random.Random) -> bool:
        """Whether this request gets the fault; counts it."""
        if not fnmatchcase(request.method, self.method) or not fnmatchcase(request.path, self.path):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.done >= self.times):
            return False
        if rng.random() >= self.probability:
            return False
        self.done += 1
        return True


class FaultRules:
    """The active rules; the first that matches a request is applied."""

    def __init__(self, rules: Any = None, *, allow_header: bool = True) -> None:
        self._allow_header = allow_header
        self._lock = Lock()
        self._start = {"rules": []} if rules is None else rules
        self.set(self._start)

    def set(self, settings: Any) -> None:
        """Replace all rules: {"seed": 1, "rules": [{"fault": …}]}."""
        if (
            not isinstance(settings, dict)
            or not settings.keys() <= {"seed", "rules"}
            or not isinstance(settings.get("rules"), list)
            or len(settings["rules"]) > MOST_RULES
            or not isinstance(settings.get("seed", 0), int)
        ):
            raise ValueError('faults are {"seed": 1, "rules": [{"fault": "drop_after", "path": "/cases*"}]}, up to 1000 rules')
        rules = [_make_rule(rule) for rule in settings["rules"]]
        with self._lock:
            self._chance = random.Random(settings.get("seed", 0))  # noqa: S311 - repeatable on purpose
            self._rules = rules

    def add(self, rule: Any) -> None:
        """Add a rule after the present ones, whose counts stay: {"fault": …}."""
        new = _make_rule(rule)
        with self._lock:
            if len(self._rules) >= MOST_RULES:
                raise ValueError(f"there may be {MOST_RULES} rules")
            self._rules = [*self._rules, new]

    def remove(self, position: int, fault: str) -> None:
        """Remove a rule by its position among the active ones; raises ValueError if it is not there any more."""
        with self._lock:
            if not 0 <= position < len(self._rules) or self._rules[position].fault != fault:
                raise ValueError("this rule is not active any more")
            self._rules = [rule for place, rule in enumerate(self._rules) if place != position]

    def reset(self) -> None:
        """Go back to the rules of the start."""
        self.set(self._start)

    def choose(self, request: Request) -> tuple[str, Mapping[str, str]] | None:
        """Return the fault that a request gets, and its parameters."""
        header = request.header(HEADER)
        if header is not None and self._allow_header:
            return parse_header(header)
        if not self._rules:
            return None
        with self._lock:
            met = next((rule for rule in self._rules if rule.matches(request, self._chance)), None)
        return None if met is None else (met.fault, met.parameters)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rules and how often each was applied."""
        return [
            {**rule.parameters, **{name: getattr(rule, name) for name in sorted(RULE_FIELDS)}, "done": rule.done}
            for rule in self._rules
        ]


def parse_header(text: str) -> tuple[str, Mapping[str, str]]:
    """Return the fault and the parameters that a header asks for: `drop_after; ending=fin`."""
    kind, *rest = (part.strip() for part in text.split(";"))
    pairs = [part.partition("=") for part in rest]
    try:
        return kind, check(kind, {name.strip(): value.strip() for name, _, value in pairs})
    except ValueError as error:
        raise ValueError(f"{HEADER}: {error}") from None


def _make_rule(settings: Any) -> Rule:
    if not isinstance(settings, dict) or not isinstance(settings.get("fault"), str):
        raise ValueError('each rule has a fault: {"fault": "drop_after"}')
    fields = {name: value for name, value in settings.items() if name in RULE_FIELDS}
    for name, value in fields.items():
        if not _CHECKS[name](value):
            raise ValueError(f"{name}={json.dumps(value)} is none; {EXPECTED}")
    parameters = check(settings["fault"], {name: value for name, value in settings.items() if name not in RULE_FIELDS})
    return Rule(**{**fields, "parameters": parameters})


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31


EXPECTED = "a rule has fault, method and path as text, after and times as numbers not below zero, probability from 0 to 1"
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("fault", "method", "path"), lambda value: isinstance(value, str) and len(value) <= GREATEST_PATTERN),
    "after": _is_count,
    "times": lambda value: value is None or _is_count(value),
    "probability": lambda value: type(value) in (int, float) and 0 <= value <= 1,
}
