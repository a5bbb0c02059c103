"""Memory while 100,000 cases go by: what the peak grows after the first page."""

import tracemalloc

import httpx
from amili import Amili

from benchmarks.cases import page
from benchmarks.measure import Row

CASES = 100_000


def rows() -> list[Row]:
    """Measure."""
    made = [page(number) for number in range(1, 21)]

    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        return httpx.Response(200, content=_numbered(made[number % len(made)], number))

    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(answer)) as client:
        tracemalloc.start()
        pages = client.cases().pages()
        seen = len(next(pages))
        _, first = tracemalloc.get_traced_memory()
        seen += sum(map(len, pages))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    if seen != CASES:
        raise RuntimeError(f"{seen} cases came, not {CASES}")
    return [Row("100,000 cases gone through: growth of the peak", (peak - first) / 1e6, 5.0, unit=" MB")]


def _numbered(content: bytes, number: int) -> bytes:
    """Give the cases of a page that was made beforehand identifiers of their own, growing from page to page."""
    return content.replace(b'"_id":"68e4c40d93ee1472', b'"_id":"%016x' % number)
