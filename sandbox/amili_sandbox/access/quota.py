"""The documented limits: 100 requests a minute and 10 a second, for each key."""

from collections import defaultdict, deque
from dataclasses import dataclass
from email.utils import formatdate

from amili_sandbox.http import Headers, Reply, Request, error_reply
from amili_sandbox.state import State

MINUTE, BURST = (100, 60.0), (10, 1.0)


@dataclass(frozen=True)
class QuotaState:
    """How much of its quota a key has used: whether this request is allowed, how many remain, and when the window ends."""

    allowed: bool
    remaining: int
    reset: float  # a timestamp


class Quota:
    """Counts requests by the sandbox's clock."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def count_request(self, request: Request) -> QuotaState | None:
        """Count a request; None if no limits are assumed."""
        if self._state.assumptions["quota"] == "off":
            return None
        now = self._state.clock.timestamp()
        times = self._times[request.header("X-API-Key") or request.client]
        while times and times[0] <= now - MINUTE[1]:
            times.popleft()
        for limit, seconds in (MINUTE, BURST):
            recent = [timestamp for timestamp in times if timestamp > now - seconds]
            if len(recent) >= limit:
                return QuotaState(False, 0, recent[0] + seconds)
        times.append(now)
        return QuotaState(True, MINUTE[0] - len(times), times[0] + MINUTE[1])

    def left(self) -> dict[str, tuple[int, int]]:
        """Return, for each key (or address, without one) of the last minute, what is left of the minute and of the second."""
        now = self._state.clock.timestamp()
        found = {}
        for key, times in list(self._times.items()):
            counts = [(limit, sum(now - seconds < each <= now for each in list(times))) for limit, seconds in (MINUTE, BURST)]
            if counts[0][1]:
                found[key] = (max(0, counts[0][0] - counts[0][1]), max(0, counts[1][0] - counts[1][1]))
        return found

    def refusal(self, quota_state: QuotaState) -> Reply:
        """Return the 429 as Eve words it; Eve itself adds no rate-limit headers to it."""
        reply = error_reply(429, "Rate limit exceeded")
        match self._state.assumptions["quota_retry_after"]:
            case "seconds":
                reply.set_header("Retry-After", str(self._wait(quota_state)))
            case "date":
                reply.set_header("Retry-After", formatdate(self._state.clock.timestamp() + self._wait(quota_state), usegmt=True))
        return reply

    def headers(self, quota_state: QuotaState) -> Headers:
        """Return the rate-limit headers of an allowed request, under the assumed names."""
        match self._state.assumptions["quota_headers"]:
            case "eve":
                prefix, reset = "X-RateLimit-", int(quota_state.reset)
            case "ietf":
                prefix, reset = "RateLimit-", self._wait(quota_state)
            case _:
                return []
        values = {"Remaining": quota_state.remaining, "Limit": MINUTE[0], "Reset": reset}
        return [(f"{prefix}{name}", str(value)) for name, value in values.items()]

    def reset(self) -> None:
        """Forget all requests."""
        self._times.clear()

    def _wait(self, quota_state: QuotaState) -> int:
        """Return the whole seconds until the next request is allowed, at least one."""
        return max(1, -int(-(quota_state.reset - self._state.clock.timestamp()) // 1))
