"""One typed call over a real connection, compared with plain httpx and `.json()`."""

import contextlib
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
from amili import Amili, Quota, where

from benchmarks.loopback import running
from benchmarks.measure import Row, Work, interleaved
from benchmarks.peers import pydantic_page

NUMBER = "INV-2025-000000"
PARAMS = {"where": json.dumps({"debt.invoice_number": NUMBER}), "max_results": "2"}


def rows() -> list[Row]:
    """Measure; the client is the default one without a quota, which would make it wait."""
    with running() as base_url, _contestants(base_url) as contestants:
        times = interleaved(contestants, rounds=15, repeats=60)
    ratios = times.ratios("httpx")
    ours = ratios.pop("amili")
    return [Row("one typed call, against bare httpx", ours, 1.10, others=ratios, detail={"µs": times.micros()})]


@contextlib.contextmanager
def _contestants(base_url: str) -> Iterator[dict[str, Work]]:
    """Yield all contestants, each with a connection that stays open."""
    import githubkit  # noqa: PLC0415 - slow to import, used by this row only
    import openai  # noqa: PLC0415
    import stripe  # noqa: PLC0415
    from pyreqwest.compatibility.httpx import SyncHttpxTransport  # noqa: PLC0415

    page: Any = pydantic_page()
    pay: Any = stripe.StripeClient(
        "sk_test", base_addresses={"api": base_url}, http_client=stripe.HTTPXClient(allow_sync_methods=True)
    )
    with (
        httpx.Client(base_url=base_url, headers={"X-API-Key": "token"}) as bare,
        Amili(base_url, "token", quota="off") as client,
        Amili(base_url, "token", quota=Quota(10**9, 10**8)) as counted,
        Amili(base_url, "token", quota="off", transport=SyncHttpxTransport()) as faster,
        openai.OpenAI(base_url=base_url, api_key="token") as ai,
        githubkit.GitHub("token", base_url=base_url, http_cache=False) as hub,
    ):
        yield {
            "httpx": lambda: bare.get("/cases", params=PARAMS).json(),
            "amili": lambda: client.case(where.debt.invoice_number == NUMBER),
            "amili counting its quota": lambda: counted.case(where.debt.invoice_number == NUMBER),
            "amili on pyreqwest": lambda: faster.case(where.debt.invoice_number == NUMBER),
            "pydantic on httpx": _typed(bare, page.model_validate_json),
            "raw socket and json.loads": _raw(base_url),
            # openai and stripe decode their own object and convert neither dates nor money; githubkit decodes our pydantic page.
            "openai": lambda: ai.models.retrieve("x"),
            "stripe": lambda: pay.v1.customers.retrieve("cus_1"),
            "githubkit": lambda: hub.request("GET", "/cases", params=PARAMS, response_model=page).parsed_data,
        }


def _typed(bare: httpx.Client, decode: Any) -> Work:
    return lambda: decode(bare.get("/cases", params=PARAMS).content).items[0]


def _raw(base_url: str) -> Work:
    """The lower bound: one prepared request, and its response read from the socket in one piece."""
    host, port = base_url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    request = b"GET /cases HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def work() -> object:
        connection.sendall(request)
        received = connection.recv(65_536)
        return json.loads(received[received.index(b"\r\n\r\n") + 4 :])

    return work
