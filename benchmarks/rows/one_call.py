"""One typed call over a real connection, against bare httpx with `.json()`."""

import json
import socket
from typing import Any

import httpx
from amili import Amili, where

from benchmarks.loopback import running
from benchmarks.measure import Row, Work, interleaved
from benchmarks.peers import msgspec_page, pydantic_page

NUMBER = "INV-2025-000000"
PARAMS = {"where": json.dumps({"debt.invoice_number": NUMBER}), "max_results": "2"}


def rows() -> list[Row]:
    """Measure."""
    with running() as base_url, httpx.Client(base_url=base_url, headers={"X-API-Key": "token"}) as bare:
        client = Amili(base_url, "token", quota="off")
        contestants: dict[str, Work] = {
            "httpx": lambda: bare.get("/cases", params=PARAMS).json(),
            "amili": lambda: client.case(where.debt.invoice_number == NUMBER),
            "pydantic on httpx": _typed(bare, pydantic_page().model_validate_json),
            "msgspec on httpx": _typed(bare, msgspec_page().decode),
            "raw socket and json.loads": _raw(base_url),
            **_peers(base_url),
        }
        times = interleaved(contestants, rounds=15, repeats=60)
        client.close()
    ratios = times.ratios("httpx")
    ours = ratios.pop("amili")
    return [Row("one typed call, against bare httpx", ours, 1.10, others=ratios, detail={"µs": times.micros()})]


def _typed(bare: httpx.Client, decode: Any) -> Work:
    return lambda: decode(bare.get("/cases", params=PARAMS).content).items[0]


def _raw(base_url: str) -> Work:
    """The floor: one request written once, its reply read from the socket in one piece."""
    host, port = base_url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    request = b"GET /cases HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def work() -> object:
        connection.sendall(request)
        received = connection.recv(65_536)
        return json.loads(received[received.index(b"\r\n\r\n") + 4 :])

    return work


def _peers(base_url: str) -> dict[str, Work]:
    """Other SDKs reading one object of their own from the same bytes; they do not convert dates or money."""
    import openai  # noqa: PLC0415 - heavy, and wanted by this row only
    import stripe  # noqa: PLC0415

    ai = openai.OpenAI(base_url=base_url, api_key="token")
    pay: Any = stripe.StripeClient(
        "sk_test", base_addresses={"api": base_url}, http_client=stripe.HTTPXClient(allow_sync_methods=True)
    )
    return {"openai": lambda: ai.models.retrieve("x"), "stripe": lambda: pay.v1.customers.retrieve("cus_1")}
