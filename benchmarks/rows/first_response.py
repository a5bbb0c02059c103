"""From the start of a process to its first response over a real connection, against bare httpx with `.json()`: CPU time.

The client is the default one, with its quota; the time by the clock and the first registration are shown beside it.
"""

from typing import Any

from benchmarks.cases import invoice
from benchmarks.loopback import running
from benchmarks.measure import Row, interleaved_processes
from benchmarks.rows.one_call import NUMBER, PARAMS
from benchmarks.rows.one_registration import PATH

_TIMED = """
{code}
import time
print(time.process_time(), time.monotonic() - float(sys.argv[1]))
"""
_HTTPX = """
import httpx
with httpx.Client(base_url={base_url!r}, headers={{"X-API-Key": "token"}}) as client:
    client.{call}.json()
"""
_AMILI = """
from amili import Amili, where
with Amili({base_url!r}, "token") as client:
    client.{call}
"""
_PEERS = {
    "stripe": """
from stripe import HTTPXClient, StripeClient
http = HTTPXClient(allow_sync_methods=True)
StripeClient("sk_test", base_addresses={{"api": {base_url!r}}}, http_client=http).v1.customers.retrieve("cus_1")
""",
    "githubkit": """
from githubkit import GitHub
GitHub("token", base_url={base_url!r}, http_cache=False).request("GET", "/cases").json()
""",
    "openai": """
from openai import OpenAI
OpenAI(base_url={base_url!r}, api_key="token").models.retrieve("x")
""",
}


def rows() -> list[Row]:
    """Measure."""
    with running() as base_url:
        processor, clock = interleaved_processes(_contestants(base_url), rounds=15)
    ours, others = processor.ratio("amili", "httpx"), {name: processor.ratio(name, "httpx") for name in _PEERS}
    beside: dict[str, float] = {
        "by the clock": clock.ratio("amili", "httpx"),
        "a registration": processor.ratio("amili, a registration", "httpx, a registration"),
    }
    detail = {"ms of CPU": processor.micros(1_000), "ms by the clock": clock.micros(1_000)}
    return [Row("process start to first typed response, against httpx", ours, 1.5, others=beside | others, detail=detail)]


def _contestants(base_url: str) -> dict[str, str]:
    read, written = f"get('/cases', params={PARAMS!r})", f"post({PATH!r}, json={invoice()!r})"

    def code(template: str, **values: Any) -> str:
        return _TIMED.format(code=template.format(base_url=base_url, **values))

    return {
        "httpx": code(_HTTPX, call=read),
        "amili": code(_AMILI, call=f"case(where.debt.invoice_number == {NUMBER!r})"),
        "httpx, a registration": code(_HTTPX, call=written),
        "amili, a registration": code(_AMILI, call=f"register({invoice()!r})"),
        **{name: code(peer) for name, peer in _PEERS.items()},
    }
