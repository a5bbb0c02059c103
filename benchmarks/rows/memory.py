"""Memory for each case that is held, against the same case as a dict."""

import gc
import json
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.cases import page
from benchmarks.measure import Row
from benchmarks.peers import msgspec_page, pydantic_page
from benchmarks.rows.decode import ours


def rows() -> list[Row]:
    """Measure."""
    readers: dict[str, Callable[[bytes], Any]] = {
        "dict": json.loads,
        "amili": ours,
        "pydantic": pydantic_page().model_validate_json,
        "msgspec": msgspec_page().decode,
    }
    each = {name: held(read) for name, read in readers.items()}
    others = {name: each[name] / each["dict"] for name in ("pydantic", "msgspec")}
    growth = {str(size): held(ours, range(1, size // 100 + 1)) for size in (100, 1_000, 10_000)}
    detail = {"bytes a case": each, "bytes a case, of so many": growth}
    return [Row("memory for a case held, against a dict", each["amili"] / each["dict"], 0.70, others=others, detail=detail)]


def held(read: Callable[[bytes], Any], numbers: Sequence[int] = range(1, 21)) -> float:
    """Return the bytes for each case that are held once the pages with these numbers are read."""
    contents = [page(number) for number in numbers]
    read(page(1_000))  # whatever is made once
    gc.collect()
    tracemalloc.start()
    kept = [read(content) for content in contents]
    gc.collect()
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return current / (100 * len(kept))
