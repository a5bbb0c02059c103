"""Bytes to a typed page of 100 cases, against pydantic; linear growth from 100 to 10,000 cases."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from amili._core.operations.decoding import decode
from amili_api.models.case_page import CasePage

from benchmarks.cases import page, pages
from benchmarks.measure import Row, Times, interleaved
from benchmarks.peers import pydantic_page

Reader = Callable[[bytes], Any]

_PAGES = 40  # more than fit in any cache, so that dates and amounts are as new as in real use
_SIZES, _CASES = (100, 1_000, 10_000), 10_000


def rows() -> list[Row]:
    """Measure."""
    times = measured(rounds=25)
    against = times.ratios("pydantic")
    ours = against.pop("amili")
    detail = {"µs a case": times.micros(100)}
    return [
        Row("bytes to 100 typed cases, against pydantic", ours, 1.0, others=against, detail=detail),
        _growth(),
    ]


def measured(rounds: int) -> Times:
    """Time all decoders together on the same pages."""
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
    """Decode a page as the client does."""
    return decode("list_cases", content, CasePage.from_dict)


def _with_one_more(content: bytes) -> bytes:
    """Add an undocumented property to every case of a page."""
    return content.replace(b'"account":', b'"colour":"blue","account":')


def _growth() -> Row:
    """A case should take about the same time whether 100, 1,000 or 10,000 are decoded at once; others grow too."""
    readers: dict[str, Reader] = {
        "amili": ours,
        "pydantic": pydantic_page().model_validate_json,
        "json.loads": json.loads,
    }
    times = grown(readers, rounds=5)
    ratios = {name: times.ratio(f"{name} {_SIZES[2]}", f"{name} {_SIZES[0]}") for name in readers}
    others = {"of 1,000": times.ratio(f"amili {_SIZES[1]}", f"amili {_SIZES[0]}"), **ratios}
    ours_grown = others.pop("amili")
    detail = {"µs a case": times.micros(_CASES)}
    return Row("a case of 10,000 decoded at once, against one of 100", ours_grown, 2.0, others=others, detail=detail)


def grown(readers: dict[str, Reader], rounds: int, sizes: tuple[int, ...] = _SIZES, cases: int = _CASES) -> Times:
    """Time the decoding of the same cases in pages of each size."""
    contents = {size: [page(number, size) for number in range(1, cases // size + 1)] for size in sizes}

    def each(read: Reader, size: int) -> None:
        for content in contents[size]:
            read(content)

    work = {f"{name} {size}": partial(each, read, size) for name, read in readers.items() for size in sizes}
    return interleaved(work, rounds=rounds, repeats=1)
