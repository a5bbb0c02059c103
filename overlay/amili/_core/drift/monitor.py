"""Counts where live responses differ from the contract. It keeps operations, rules and JSON pointers, never a value."""

import contextlib
import logging
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any

from amili_api.contract.responses import RESPONSES

from amili._core.drift.response_schema import compare_response, response_pointers, status_key
from amili._core.engine import Response

logger = logging.getLogger("amili.drift")
_MAX_DEVIATIONS = 1000  # distinct deviations; beyond that the pointer is replaced by a star

Key = tuple[str, str, str]  # operation, rule or status, pointer


@dataclass(frozen=True)
class Deviation:
    """One difference between responses and the contract: the rule, the JSON pointer, and how often it occurred."""

    __module__ = "amili"

    operation: str
    rule: str
    pointer: str
    count: int

    def __str__(self) -> str:
        return f"{self.operation}: {self.rule} at {self.pointer or '/'}"


class Drift:
    """Counts where the responses to a client differ from the contract, and which parts of the contract never occurred.

    Pass it to a client: `Amili(..., drift=Drift())`. Clients, threads and tasks may share one. It holds operations, rules, JSON
    pointers and counts, and no value from a response. The first occurrence of a deviation is logged as a warning by the logger
    `amili.drift`. It never makes a call fail. It can be pickled.
    """

    __module__ = "amili"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._responses = 0
        self._found: Counter[Key] = Counter()
        self._seen: set[Key] = set()

    def observe(self, operation: str, response: Response, projected: bool) -> None:
        """Check one response; a client calls this for each. `projected` means that a projection left properties out."""
        try:
            key, seen, found = _compare(operation, response, projected)
        except Exception as problem:  # a defect here must not fail the call: it is counted as a deviation
            key, seen, found = "", set(), [(f"not checked ({type(problem).__name__})", "")]
        first_seen = self._count([(operation, f"{rule} in {response.status}", pointer) for rule, pointer in found])
        with self._lock:
            self._responses += 1
            self._seen.update([(operation, key, pointer) for pointer in seen])
        with contextlib.suppress(Exception):  # raised by a logging handler of the application
            for each in first_seen:
                logger.warning("%s", each)

    def _count(self, found: list[Key]) -> list[Deviation]:
        """Count the deviations, and return those that occurred for the first time."""
        first_seen = []
        with self._lock:
            for deviation in found:
                known = deviation in self._found or len(self._found) < _MAX_DEVIATIONS
                key = deviation if known else (*deviation[:2], "/*")
                self._found[key] += 1
                if self._found[key] == 1:
                    first_seen.append(Deviation(*key, 1))
        return first_seen

    @property
    def responses(self) -> int:
        """How many responses were checked; no deviations mean nothing if this is 0."""
        return self._responses

    def findings(self) -> list[Deviation]:
        """Return the deviations, the most frequent first."""
        with self._lock:
            found = [Deviation(*key, count) for key, count in self._found.items()]
        return sorted(found, key=lambda each: (-each.count, each.operation, each.rule, each.pointer))

    def never_seen(self) -> list[tuple[str, str]]:
        """Return what the contract describes and no response had, as operation and JSON pointer below the status.

        For a status that never occurred, only the status is returned.
        """
        with self._lock:
            seen = set(self._seen)
        missing = []
        for operation, statuses in RESPONSES.items():
            for status in statuses:
                occurred = (operation, status, "") in seen
                pointers = response_pointers(operation, status) if occurred else iter([""])
                missing += [(operation, f"/{status}{each}") for each in pointers if (operation, status, each) not in seen]
        return missing

    def clear(self) -> None:
        """Delete all counts."""
        with self._lock:
            self._responses = 0
            self._found.clear()
            self._seen.clear()

    def __str__(self) -> str:
        found = self.findings()
        rows = [(str(each.count), each.operation, each.rule, each.pointer or "/") for each in found]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [f"{self.responses} responses, {len(found)} deviations"]
        for count, *words in rows:
            cells = [count.rjust(widths[0]), *(word.ljust(width) for word, width in zip(words, widths[1:], strict=True))]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Drift: {self.responses} responses, {len(self.findings())} deviations>"

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {"_responses": self._responses, "_found": Counter(self._found), "_seen": set(self._seen)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())


def _compare(operation: str, response: Response, projected: bool) -> tuple[str, set[str], list[tuple[str, str]]]:
    """Return the status key of the contract, the pointers that occurred, and each broken rule with its pointer."""
    seen: set[str] = set()
    key = status_key(operation, response.status)
    if key is None:
        return "", seen, [("undocumented status", "")]
    return key, seen, list(compare_response(operation, key, response, projected, seen))
