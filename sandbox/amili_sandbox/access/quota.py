"""The documented limits: 100 requests a minute and 10 a second, for each key."""

from collections import defaultdict, deque
from dataclasses import dataclass
from email.utils import formatdate

from amili_sandbox.http import Headers, Reply, Request, error_reply
from amili_sandbox.state import World

MINUTE, BURST = (100, 60.0), (10, 1.0)


@dataclass(frozen=True)
class Standing:
    """How a key stands against the limits: whether it may pass, what it has left, and when there is room again."""

    allowed: bool
    remaining: int
    reset: float  # a timestamp


class Quota:
    """Counts requests by the sandbox's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, request: Request) -> Standing | None:
        """Count a request; None if no limits are assumed."""
        if self._world.assumptions["quota"] == "off":
            return None
        now = self._world.clock.timestamp()
        times = self._times[request.header("X-API-Key") or request.client]
        while times and times[0] <= now - MINUTE[1]:
            times.popleft()
        for limit, seconds in (MINUTE, BURST):
            recent = [moment for moment in times if moment > now - seconds]
            if len(recent) >= limit:
                return Standing(False, 0, recent[0] + seconds)
        times.append(now)
        return Standing(True, MINUTE[0] - len(times), times[0] + MINUTE[1])

    def refusal(self, standing: Standing) -> Reply:
        """Return the 429 as Eve words it; Eve itself adds no rate-limit headers to it."""
        reply = error_reply(429, "Rate limit exceeded")
        match self._world.assumptions["quota_retry_after"]:
            case "seconds":
                reply.set_header("Retry-After", str(self._wait(standing)))
            case "date":
                reply.set_header("Retry-After", formatdate(self._world.clock.timestamp() + self._wait(standing), usegmt=True))
        return reply

    def headers(self, standing: Standing) -> Headers:
        """Return the headers of a request that passed, under the names that are assumed."""
        match self._world.assumptions["quota_headers"]:
            case "eve":
                prefix, reset = "X-RateLimit-", int(standing.reset)
            case "ietf":
                prefix, reset = "RateLimit-", self._wait(standing)
            case _:
                return []
        values = {"Remaining": standing.remaining, "Limit": MINUTE[0], "Reset": reset}
        return [(f"{prefix}{name}", str(value)) for name, value in values.items()]

    def reset(self) -> None:
        """Forget all requests."""
        self._times.clear()

    def _wait(self, standing: Standing) -> int:
        """Return the whole seconds until there is room again, at least one."""
        return max(1, -int(-(standing.reset - self._world.clock.timestamp()) // 1))
