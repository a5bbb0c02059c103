"""Memory while 100,000 cases go by: what the peak grows after the first page."""

import json
import resource

import httpx
from amili import Amili

from benchmarks.cases import page
from benchmarks.measure import Row

CASES = 100_000


def rows() -> list[Row]:
    """Measure."""
    made = [page(number) for number in range(1, 21)]

    def answer(request: httpx.Request) -> httpx.Response:
        number = place(request)
        return httpx.Response(200, content=numbered(made[number % len(made)], number, CASES - 100 * (number - 1)))

    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(answer)) as client:
        pages = client.cases().pages()
        seen = len(next(pages)) + len(next(pages))
        first = _peak()
        seen += sum(map(len, pages))
        grown = _peak() - first
    if seen != CASES:
        raise RuntimeError(f"{seen} cases came, not {CASES}")
    return [Row("100,000 cases gone through: growth of the peak of memory", grown, 5.0, unit=" MB")]


def place(request: httpx.Request) -> int:
    """Return the number of the page that is asked for, by its number or by the last identifier of the one before."""
    where = json.loads(request.url.params.get("where", "{}"))
    return int(where["_id"]["$gt"][:16], 16) + 1 if where else int(request.url.params["page"])


def numbered(content: bytes, number: int, left: int) -> bytes:
    """Give the cases of a page that was made beforehand identifiers that grow from page to page, and say how many are left."""
    content = content.replace(b'"_id":"68e4c40d93ee1472', b'"_id":"%016x' % number)
    return content.replace(b'"total":100000}', b'"total":%d}' % left)


def _peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
