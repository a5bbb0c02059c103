"""A list of many pages with 50 ms of latency each: wall time with prefetch, compared with one page at a time.

The median of the ratios of several rounds. In both cases a list of 30 full pages takes one more request, to find its end. Pages
requested by number overlap.
"""

import statistics
import time

import httpx
from amili import Amili

from benchmarks.measure import Row
from benchmarks.rows.iterating import Server

CASES, LATENCY, ROUNDS = 3_000, 0.05, 5


def rows() -> list[Row]:
    """Measure."""
    return [
        _row("30 pages of 50 ms by number, prefetch against one at a time, wall", keyset=False),
        _row("the same in the default order, by identifier", keyset=None),
    ]


def _row(work: str, *, keyset: bool | None) -> Row:
    server = Server(CASES)

    def answer(request: httpx.Request) -> httpx.Response:
        time.sleep(LATENCY)
        return server(request)

    ones, aheads, requests = list[float](), list[float](), dict[str, int]()
    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(answer)) as client:
        for _ in range(ROUNDS):
            one, expected = _walk(client, prefetch=False, keyset=keyset)
            requests["one at a time"], server.requests = server.requests, 0
            ahead, found = _walk(client, prefetch=True, keyset=keyset)
            requests["with prefetch"], server.requests = server.requests, 0
            if found != expected or len(found) != CASES:
                raise RuntimeError("prefetch returned other cases, or in another order")
            ones.append(one)
            aheads.append(ahead)
    ratio = statistics.median(ahead / one for ahead, one in zip(aheads, ones, strict=True))
    detail = {"requests": requests, "seconds, one at a time": ones, "seconds, with prefetch": aheads}
    return Row(work, ratio, 0.60, detail=detail)


def _walk(client: Amili, *, prefetch: bool, keyset: bool | None) -> tuple[float, list[str]]:
    started = time.monotonic()
    found = [case.id for case in client.cases(prefetch=prefetch, keyset=keyset)]
    return time.monotonic() - started, found
