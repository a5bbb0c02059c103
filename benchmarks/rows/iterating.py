"""Memory while 100,000 cases are read: growth of the peak after the first page, each order in its own process."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import httpx
from amili import Amili

from benchmarks.cases import case
from benchmarks.measure import Row

ROOT = Path(__file__).resolve().parents[2]
CASES = 100_000


def rows() -> list[Row]:
    """Measure."""
    default, requests = _measured(None)
    sorted_, of_sorted = _measured("-_created")
    # No goal for another sort: the cases returned are remembered, to check whether a page begins with a case already read.
    detail = {"requests": requests, "sort=-_created": {"MB": sorted_, "requests": of_sorted}}
    return [Row("100,000 cases gone through: growth of the peak of memory", default, 5.0, unit=" MB", detail=detail)]


def _measured(sort: str | None) -> tuple[float, int]:
    code = f"from benchmarks.rows.iterating import grown; print(*grown({sort!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    grown, requests = done.stdout.split()
    return float(grown), int(requests)


def grown(sort: str | None) -> tuple[float, int]:
    """Read all cases; return the growth of the peak since the first pages in MB, and the number of requests."""
    server = Server(CASES)
    with Amili("http://127.0.0.1:9", "token", quota="off", transport=httpx.MockTransport(server)) as client:
        pages = client.cases(sort=sort).pages()
        seen = len(next(pages)) + len(next(pages))
        first = _peak()
        seen += sum(map(len, pages))
    if seen != CASES:
        raise RuntimeError(f"{seen} cases were returned instead of {CASES}")
    return _peak() - first, server.requests


class Server:
    """A constant list of prepared cases, in the order of identifiers, which is also that of creation."""

    def __init__(self, total: int) -> None:
        self._total, self.requests = total, 0
        made = [json.dumps(case(number), ensure_ascii=False, separators=(",", ":")).encode() for number in range(2_000)]
        self._made = [document.split(b"68e4c40d93ee1472%08x" % number) for number, document in enumerate(made)]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Return the rows of the requested page, after an identifier if that is the condition."""
        self.requests += 1
        asked = request.url.params
        where, page, size = json.loads(asked.get("where", "{}")), int(asked["page"]), int(asked["max_results"])
        beyond = int(where["_id"]["$gt"], 16) + 1 if where else 0
        first = beyond + (page - 1) * size
        items = b",".join(self._case(number) for number in range(first, min(first + size, self._total)))
        meta = b'{"page":%d,"max_results":%d,"total":%d}' % (page, size, self._total - beyond)
        return httpx.Response(200, content=b'{"_items":[%b],"_meta":%b}' % (items, meta))

    def _case(self, number: int) -> bytes:
        return (b"%024x" % number).join(self._made[number % len(self._made)])


def _peak() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
