"""A list of many pages with 50 ms of latency each: wall time with prefetch against one page at a time."""

import time

import httpx
from amili import Amili

from benchmarks.cases import page
from benchmarks.measure import Row

PAGES, LATENCY = 30, 0.05


def rows() -> list[Row]:
    """Measure."""
    made = [page(number, total=PAGES * 100) for number in range(1, PAGES + 1)]

    def answer(request: httpx.Request) -> httpx.Response:
        time.sleep(LATENCY)
        return httpx.Response(200, content=made[int(request.url.params["page"]) - 1])

    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(answer)) as client:
        one, expected = _walk(client, prefetch=False)
        ahead, found = _walk(client, prefetch=True)
    if found != expected or len(found) != PAGES * 100:
        raise RuntimeError("prefetch gave other cases, or in another order")
    return [Row("30 pages with 50 ms each, prefetch against one at a time, wall", ahead / one, 0.60)]


def _walk(client: Amili, *, prefetch: bool) -> tuple[float, list[str]]:
    started = time.monotonic()
    found = [case.id for case in client.cases(prefetch=prefetch)]
    return time.monotonic() - started, found
