"""A list of many pages with 50 ms of latency each: wall time with prefetch against one page at a time.

By page number two requests are in flight. In the default order the next page is asked for by the last identifier of the one
before, which is right while cases come and go, so that only the reading of a page overlaps with the next request.
"""

import time
from collections.abc import Callable

import httpx
from amili import Amili

from benchmarks.cases import page
from benchmarks.measure import Row
from benchmarks.rows.iterating import numbered, place

PAGES, LATENCY = 30, 0.05


def rows() -> list[Row]:
    """Measure."""
    by_number = _ratio(lambda request: int(request.url.params["page"]), keyset=False)
    by_identifier = _ratio(place, keyset=None)
    return [
        Row("30 pages of 50 ms by number, prefetch against one at a time, wall", by_number, 0.60),
        Row("the same in the default order, by identifier", by_identifier, 0.60),
    ]


def _ratio(number_of: Callable[[httpx.Request], int], *, keyset: bool | None) -> float:
    made = [numbered(page(number), number, 0) for number in range(1, PAGES + 1)]

    def answer(request: httpx.Request) -> httpx.Response:
        time.sleep(LATENCY)
        number = number_of(request)
        left = PAGES * 100 if keyset is False else PAGES * 100 - 100 * (number - 1)
        return httpx.Response(200, content=made[number - 1].replace(b'"total":0}', b'"total":%d}' % left))

    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(answer)) as client:
        one, expected = _walk(client, prefetch=False, keyset=keyset)
        ahead, found = _walk(client, prefetch=True, keyset=keyset)
    if found != expected or len(found) != PAGES * 100:
        raise RuntimeError("prefetch gave other cases, or in another order")
    return ahead / one


def _walk(client: Amili, *, prefetch: bool, keyset: bool | None) -> tuple[float, list[str]]:
    started = time.monotonic()
    found = [case.id for case in client.cases(prefetch=prefetch, keyset=keyset)]
    return time.monotonic() - started, found
