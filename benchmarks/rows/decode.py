"""Bytes to a typed page of 100 cases, the largest that the API gives, against pydantic."""

import json
from collections.abc import Callable
from typing import Any

from amili._core.operations.decoding import decode
from amili_api.models.case_page import CasePage

from benchmarks.cases import pages
from benchmarks.measure import Row, Times, interleaved
from benchmarks.peers import pydantic_page

Reader = Callable[[bytes], Any]

_PAGES = 40  # more than any cache holds, so that dates and amounts are as new as in use


def rows() -> list[Row]:
    """Measure."""
    times = measured(rounds=25)
    against = times.ratios("pydantic")
    ours = against.pop("amili")
    detail = {"µs a case": times.micros(100)}
    return [Row("bytes to 100 typed cases, against pydantic", ours, 1.0, others=against, detail=detail)]


def measured(rounds: int) -> Times:
    """Time all readers side by side, each walking through the same pages."""
    readers: dict[str, Reader] = {
        "amili": ours,
        "pydantic": pydantic_page().model_validate_json,
        "amili, a property unknown": ours,
        "json.loads": json.loads,
    }
    sources = {name: pages(_PAGES) for name in readers}
    sources["amili, a property unknown"] = pages(_PAGES, change=_with_one_more)
    work = {name: lambda name=name, read=read: read(next(sources[name])) for name, read in readers.items()}
    return interleaved(work, rounds=rounds, repeats=8)


def ours(content: bytes) -> CasePage:
    """Read a page as the client does."""
    return decode("list_cases", content, CasePage.from_dict)


def _with_one_more(content: bytes) -> bytes:
    """Give every case of a page a property that no contract knows."""
    return content.replace(b'"account":', b'"colour":"blue","account":')
