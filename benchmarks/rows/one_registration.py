"""One registration over a real connection, against bare httpx that posts the same JSON and reads `.json()`."""

import tempfile
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from amili import Amili, Quota

from benchmarks.cases import invoice
from benchmarks.loopback import running
from benchmarks.measure import Row, Work, interleaved

PATH = "/invoice-registration"
_INVOICES = 200  # so that no cache has read the same one just before


def rows() -> list[Row]:
    """Measure; the client is the default one but for its quota, which would make it wait."""
    with (
        running() as base_url,
        tempfile.TemporaryDirectory() as folder,
        httpx.Client(base_url=base_url, headers={"X-API-Key": "token"}) as bare,
        Amili(base_url, "token", quota="off") as client,
        Amili(base_url, "token", quota=Quota(10**9, 10**8)) as counted,
        Amili(base_url, "token", quota="off", journal=Path(folder, "journal.sqlite")) as noting,
    ):

        def post(document: dict[str, Any]) -> object:
            return bare.post(PATH, json=document).json()

        contestants = {
            "httpx": _each_in_turn(post),
            "httpx, ten lines": _each_in_turn(post, lines=10),
            "amili": _each_in_turn(client.register),
            "amili, ten lines": _each_in_turn(client.register, lines=10),
            "amili counting its quota": _each_in_turn(counted.register),
            "amili with a journal": _each_in_turn(noting.register),
        }
        times = interleaved(contestants, rounds=15, repeats=40)
    others = {
        "of ten lines": times.ratio("amili, ten lines", "httpx, ten lines"),
        "counting its quota": times.ratio("amili counting its quota", "httpx"),
        "with a journal": times.ratio("amili with a journal", "httpx"),
    }
    ours, detail = times.ratio("amili", "httpx"), {"µs": times.micros()}
    return [Row("one registration of one line, against bare httpx", ours, 1.25, others=others, detail=detail)]


def _each_in_turn(register: Callable[[dict[str, Any]], object], lines: int = 1) -> Work:
    documents = cycle([invoice(number, lines) for number in range(_INVOICES)])
    return lambda: register(next(documents))
