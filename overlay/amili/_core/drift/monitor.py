"""Counts where live replies differ from the contract: operations, rules and places, never a value."""

import contextlib
import logging
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any

from amili_api.contract.replies import REPLIES

from amili._core.drift.reply_schema import compare_reply, reply_pointers, status_key
from amili._core.engine import Response

logger = logging.getLogger("amili.drift")
_MAX_DEVIATIONS = 1000  # deviations that are told apart; beyond that a place is told as a star

Key = tuple[str, str, str]  # operation, rule or status, pointer


@dataclass(frozen=True)
class Deviation:
    """Something in replies that the contract does not say: the rule, the place as a JSON pointer, and how often it was met."""

    __module__ = "amili"

    operation: str
    rule: str
    pointer: str
    count: int

    def __str__(self) -> str:
        return f"{self.operation}: {self.rule} at {self.pointer or '/'}"


class Drift:
    """Counts where the replies to a client differ from the contract, and what of the contract never came.

    Give it to a client: `Amili(..., drift=Drift())`. Clients, threads and tasks may share one. It holds operations, rules, JSON
    pointers and counts, and no value of any reply. A deviation that is met for the first time is logged as a warning on the
    logger `amili.drift`. It never makes a call fail. It pickles.
    """

    __module__ = "amili"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies = 0
        self._found: Counter[Key] = Counter()
        self._seen: set[Key] = set()

    def observe(self, operation: str, response: Response, projected: bool) -> None:
        """Look at one reply, as a client does with each that it gets; `projected` says that properties may be left out."""
        try:
            key, seen, found = _compare(operation, response, projected)
        except Exception as problem:  # the caller's money matters more; the mistake is told among the deviations
            key, seen, found = "", set(), [(f"not looked at ({type(problem).__name__})", "")]
        news = self._count([(operation, f"{rule} in {response.status}", pointer) for rule, pointer in found])
        with self._lock:
            self._replies += 1
            self._seen.update([(operation, key, pointer) for pointer in seen])
        with contextlib.suppress(Exception):  # a handler of somebody else's
            for each in news:
                logger.warning("%s", each)

    def _count(self, found: list[Key]) -> list[Deviation]:
        """Count what was found, and return what was not met before."""
        news = []
        with self._lock:
            for place in found:
                known = place in self._found or len(self._found) < _MAX_DEVIATIONS
                key = place if known else (*place[:2], "/*")
                self._found[key] += 1
                if self._found[key] == 1:
                    news.append(Deviation(*key, 1))
        return news

    @property
    def replies(self) -> int:
        """How many replies were looked at; no deviation in no reply says nothing."""
        return self._replies

    def findings(self) -> list[Deviation]:
        """Return what the contract does not say, the most frequent first."""
        with self._lock:
            found = [Deviation(*key, count) for key, count in self._found.items()]
        return sorted(found, key=lambda each: (-each.count, each.operation, each.rule, each.pointer))

    def never_seen(self) -> list[tuple[str, str]]:
        """Return what the contract describes and no reply had, as operation and JSON pointer below the status.

        Of a status that never came only the status is told.
        """
        with self._lock:
            seen = set(self._seen)
        missing = []
        for operation, statuses in REPLIES.items():
            for status in statuses:
                came = (operation, status, "") in seen
                pointers = reply_pointers(operation, status) if came else iter([""])
                missing += [(operation, f"/{status}{each}") for each in pointers if (operation, status, each) not in seen]
        return missing

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._replies = 0
            self._found.clear()
            self._seen.clear()

    def __str__(self) -> str:
        found = self.findings()
        rows = [(str(each.count), each.operation, each.rule, each.pointer or "/") for each in found]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [f"{self.replies} replies, {len(found)} deviations"]
        for count, *words in rows:
            cells = [count.rjust(widths[0]), *(word.ljust(width) for word, width in zip(words, widths[1:], strict=True))]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Drift: {self.replies} replies, {len(self.findings())} deviations>"

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {"_replies": self._replies, "_found": Counter(self._found), "_seen": set(self._seen)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())


def _compare(operation: str, response: Response, projected: bool) -> tuple[str, set[str], list[tuple[str, str]]]:
    """Return the status as the contract knows it, what was seen of the contract, and the rules that are broken, with places."""
    seen: set[str] = set()
    key = status_key(operation, response.status)
    if key is None:
        return "", seen, [("undocumented status", "")]
    return key, seen, list(compare_reply(operation, key, response, projected, seen))
