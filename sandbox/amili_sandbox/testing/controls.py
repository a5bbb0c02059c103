"""Controls the clock and the faults of a running sandbox."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Send = Callable[[str, str, Any], Any]  # method, control route, body


class ClockControl:
    """Moves the sandbox's clock; cases age, tokens expire and quotas refill by it."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def now(self) -> datetime:
        """Return the sandbox's time."""
        return datetime.fromisoformat(self._send("GET", "clock", None)["now"])

    def set(self, now: datetime | str, *, frozen: bool | None = None) -> None:
        """Jump to a time, which needs a time zone."""
        timestamp = now if isinstance(now, str) else now.isoformat()
        self._send("PUT", "clock", {"now": timestamp} | ({} if frozen is None else {"frozen": frozen}))

    def advance(self, **duration: float) -> None:
        """Let time pass: `advance(days=3)`, `advance(seconds=90)`, as for a timedelta."""
        self._send("PUT", "clock", {"advance": duration})

    def freeze(self) -> None:
        """Stop the clock; `set` and `advance` still move it."""
        self._send("PUT", "clock", {"frozen": True})

    def release(self) -> None:
        """Let the clock run on."""
        self._send("PUT", "clock", {"frozen": False})


class FaultControl:
    """Switches network faults and contract faults on and off."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def add(self, fault: str, **conditions: Any) -> None:
        """Add a rule: `add("drop_after", method="POST", path="/creditor*", times=1)`; the counts of those before it stay."""
        self._send("POST", "faults", {"fault": fault, **conditions})

    def set(self, rules: list[dict[str, Any]], *, seed: int = 0) -> None:
        """Replace all rules."""
        self._send("PUT", "faults", {"seed": seed, "rules": rules})

    def clear(self) -> None:
        """Remove all rules."""
        self.set([])

    def break_contract(self, *names: str) -> None:
        """Switch on these contract faults and no others."""
        self._send("PUT", "contract-faults", list(names))
