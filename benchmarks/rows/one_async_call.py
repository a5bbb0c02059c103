"""One typed asynchronous call over a real connection, against bare asynchronous httpx with `.json()`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from amili import AsyncAmili, where

from benchmarks.loopback import running
from benchmarks.measure import Row, interleaved_async
from benchmarks.rows.one_call import NUMBER, PARAMS


def rows() -> list[Row]:
    """Measure."""
    return [asyncio.run(_row())]


async def _row() -> Row:
    import openai  # noqa: PLC0415 - heavy, and wanted by this row only

    with running() as base_url:
        async with (
            httpx.AsyncClient(base_url=base_url, headers={"X-API-Key": "token"}) as bare,
            AsyncAmili(base_url, "token", quota="off") as client,
            openai.AsyncOpenAI(base_url=base_url, api_key="token") as ai,
        ):

            async def plain() -> Any:
                return (await bare.get("/cases", params=PARAMS)).json()

            contestants: dict[str, Callable[[], Awaitable[object]]] = {
                "httpx": plain,
                "amili": lambda: client.case(where.debt.invoice_number == NUMBER),
                "openai": lambda: ai.models.retrieve("x"),
            }
            times = await interleaved_async(contestants, rounds=15, repeats=60)
    ratios = times.ratios("httpx")
    ours = ratios.pop("amili")
    return Row("one typed async call, against bare async httpx", ours, 1.10, others=ratios, detail={"µs": times.micros()})
