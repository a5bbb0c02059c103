"""One typed asynchronous call over a real connection, compared with plain asynchronous httpx and `.json()`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from amili import AsyncAmili, where

from benchmarks.loopback import running
from benchmarks.measure import Row, interleaved_async
from benchmarks.peers import pydantic_page
from benchmarks.rows.one_call import NUMBER, PARAMS


def rows() -> list[Row]:
    """Measure."""
    return [asyncio.run(_row())]


async def _row() -> Row:
    import githubkit  # noqa: PLC0415 - slow to import, used by this row only
    import openai  # noqa: PLC0415
    from pyreqwest.compatibility.httpx import HttpxTransport  # noqa: PLC0415

    page: Any = pydantic_page()
    with running() as base_url:
        async with (
            httpx.AsyncClient(base_url=base_url, headers={"X-API-Key": "token"}) as bare,
            AsyncAmili(base_url, "token", quota="off") as client,
            AsyncAmili(base_url, "token", quota="off", transport=HttpxTransport()) as faster,
            openai.AsyncOpenAI(base_url=base_url, api_key="token") as ai,
            githubkit.GitHub("token", base_url=base_url, http_cache=False) as hub,
        ):

            async def plain() -> Any:
                return (await bare.get("/cases", params=PARAMS)).json()

            async def theirs() -> Any:
                return (await hub.arequest("GET", "/cases", params=PARAMS, response_model=page)).parsed_data

            contestants: dict[str, Callable[[], Awaitable[object]]] = {
                "httpx": plain,
                "amili": lambda: client.case(where.debt.invoice_number == NUMBER),
                "amili on pyreqwest": lambda: faster.case(where.debt.invoice_number == NUMBER),
                "openai": lambda: ai.models.retrieve("x"),
                "githubkit": theirs,
            }
            times = await interleaved_async(contestants, rounds=15, repeats=60)
    ratios = times.ratios("httpx")
    ours = ratios.pop("amili")
    return Row("one typed async call, against bare async httpx", ours, 1.10, others=ratios, detail={"µs": times.micros()})
