"""Bytes to a typed page of 100 cases, against pydantic and msgspec; linear growth from 100 to 10,000 cases."""

import json
from collections.abc import Callable
from typing import Any

from amili._decode import decode
from amili_api.models.case_page import CasePage
from amili_api.wire import parse_json, parse_json_plainly

from benchmarks.cases import page, pages
from benchmarks.measure import Row, Times, interleaved
from benchmarks.peers import msgspec_page, pydantic_page

_PAGES = 40  # more than any cache holds, so that dates and amounts are as new as in use


def rows() -> list[Row]:
    """Measure."""
    times = measured(rounds=25)
    against = times.ratios("pydantic")
    ours = against.pop("amili")
    detail = {"µs a case": times.micros(100)}
    return [
        Row("bytes to 100 typed cases, against pydantic", ours, 0.60, others=against, detail=detail),
        Row("the same, against msgspec without extras", times.ratio("amili", "msgspec"), 1.25, detail=detail),
        _growth(),
    ]


def measured(rounds: int) -> Times:
    """Time all readers side by side, each walking through the same pages."""
    readers: dict[str, Callable[[bytes], Any]] = {
        "amili": ours,
        "pydantic": pydantic_page().model_validate_json,
        "msgspec": msgspec_page().decode,
        "amili without msgspec": lambda content: CasePage.from_dict(parse_json_plainly(content)),
        "of which JSON": parse_json,
        "json.loads": json.loads,
    }
    sources = {name: pages(_PAGES) for name in readers}
    work = {name: lambda name=name, read=read: read(next(sources[name])) for name, read in readers.items()}
    return interleaved(work, rounds=rounds, repeats=8)


def ours(content: bytes) -> CasePage:
    """Read a page as the client does."""
    return decode("list_cases", content, CasePage.from_dict)


def _growth() -> Row:
    """Ten and a hundred times as many cases should cost ten and a hundred times as much."""
    contents = {str(size): page(1, size) for size in (100, 1_000, 10_000)}
    work = {size: lambda content=content: ours(content) for size, content in contents.items()}
    times = interleaved(work, rounds=7, repeats=1)
    each = {size: times.median(size) / int(size) for size in contents}
    detail = {"µs a case": {size: round(seconds * 1e6, 2) for size, seconds in each.items()}}
    return Row("one case of 10,000 decoded at once, against one of 100", each["10000"] / each["100"], 1.5, detail=detail)
