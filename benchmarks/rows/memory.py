"""Memory of each stored case, compared with the same case as a dict."""

import gc
import json
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.cases import page
from benchmarks.measure import Row
from benchmarks.peers import pydantic_page
from benchmarks.rows.decode import ours


def rows() -> list[Row]:
    """Measure."""
    readers: dict[str, Callable[[bytes], Any]] = {
        "dict": json.loads,
        "amili": ours,
        "pydantic": pydantic_page().model_validate_json,
    }
    each = {name: held(read) for name, read in readers.items()}
    others = {"pydantic": each["pydantic"] / each["dict"]}
    growth = {size: held(ours, [page(1, size)]) for size in (100, 1_000, 10_000)}
    detail = {"bytes a case": each, "bytes a case, of so many": growth}
    return [
        Row("memory for a case held, against a dict", each["amili"] / each["dict"], 0.80, others=others, detail=detail),
        Row(
            "a case of 10,000 held, against one of 100",
            growth[10_000] / growth[100],
            1.1,
            others={"of 1,000": growth[1_000] / growth[100]},
            detail=detail,
        ),
    ]


def held(read: Callable[[bytes], Any], contents: Sequence[bytes] | None = None) -> float:
    """Return the bytes for each case after these pages (20 of 100 if none are given) are decoded."""
    contents = [page(number) for number in range(1, 21)] if contents is None else contents
    cases = sum(len(json.loads(content)["_items"]) for content in contents)
    read(page(1_000))  # creates everything that is created only once
    gc.collect()
    tracemalloc.start()
    kept = [read(content) for content in contents]
    gc.collect()
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return current / cases
