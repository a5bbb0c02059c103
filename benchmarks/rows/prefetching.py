"""A list of many pages with 50 ms of latency, each of which is worked on as long: wall time with prefetch, against without.

With `prefetch` the next page is requested while the one before is worked on.
"""

import statistics
import time

import httpx
from amili import Amili

from benchmarks.measure import Row
from benchmarks.rows.iterating import Server

CASES, LATENCY, ROUNDS = 2_000, 0.05, 5  # 20 full pages, of which the last is known to be one by a page more


def rows() -> list[Row]:
    """Measure; the figure is the median of the ratios of several rounds."""
    server = Server(CASES)

    def answer(request: httpx.Request) -> httpx.Response:
        time.sleep(LATENCY)
        return server(request)

    without, ahead = list[float](), list[float]()
    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(answer)) as client:
        for _ in range(ROUNDS):
            without.append(_walk(client, prefetch=False))
            ahead.append(_walk(client, prefetch=True))
    ratio = statistics.median(one / other for one, other in zip(ahead, without, strict=True))
    detail = {"requests of all rounds": server.requests, "seconds without": without, "seconds with prefetch": ahead}
    return [Row("20 pages of 50 ms, 50 ms of work on each, prefetch, wall", ratio, 0.65, detail=detail)]


def _walk(client: Amili, *, prefetch: bool) -> float:
    """Return the seconds that it takes to go through all pages."""
    started, found = time.monotonic(), 0
    for cases in client.cases(prefetch=prefetch).pages():
        time.sleep(LATENCY)
        found += len(cases)
    if found != CASES:
        raise RuntimeError(f"{found} cases came, not {CASES}")
    return time.monotonic() - started
