"""What must not be lost again, as ratios with a margin: each is measured in one process, side by side, as CPU time."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.cases import page, pages
from benchmarks.measure import interleaved
from benchmarks.peers import pydantic_page
from benchmarks.rows import memory, quota
from benchmarks.rows.decode import grown, ours

ROOT = Path(__file__).resolve().parents[2]
MARGIN = 1.35  # a busy machine


def ratio(readers: dict[str, Callable[[bytes], Any]]) -> float:
    """How many times as long the first takes as the second, over pages that differ."""
    sources = {name: pages(10) for name in readers}
    work = {name: lambda name=name, read=read: read(next(sources[name])) for name, read in readers.items()}
    first, second = readers
    return interleaved(work, rounds=11, repeats=2).ratio(first, second)


def against_pydantic() -> float:
    return ratio({"amili": ours, "pydantic": pydantic_page().model_validate_json})


def of_many_at_once() -> float:
    times = grown({"amili": ours}, rounds=5, sizes=(100, 5_000), cases=5_000)
    return times.ratio("amili 5000", "amili 100")


def fresh(function: Callable[[], float]) -> float:
    """Call a function of this module in a process of its own, which no coverage slows."""
    code = f"from tests.speed.test_ratios import {function.__name__} as f; print(f())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    return float(done.stdout)


def test_decoding_is_not_slower_than_pydantic() -> None:
    assert fresh(against_pydantic) < 1.0 * MARGIN


def test_time_grows_as_the_cases_do() -> None:
    assert fresh(of_many_at_once) < 1.5 * MARGIN


def test_peers_read_what_we_read() -> None:
    content = page(3)
    mine, theirs = ours(content), pydantic_page().model_validate_json(content)
    for case, one in zip(mine.items, theirs.items, strict=True):
        assert case.created == one.created
        assert case.state == one.state
        assert case.total_added_interest_amount == one.total_added_interest_amount
        assert [change.state_date for change in case.state_history] == [change.state_date for change in one.state_history]


def test_a_case_takes_less_memory_than_the_same_case_as_a_dict() -> None:
    contents = [page(number) for number in range(1, 6)]
    assert memory.held(ours, contents) < 0.8 * memory.held(json.loads, contents)


def test_memory_grows_as_the_cases_do() -> None:
    assert memory.held(ours, [page(1, 3_000)]) < 1.1 * memory.held(ours, [page(1, 100)])


def test_the_quota_lets_through_what_is_allowed_and_is_never_refused() -> None:
    passed, refused = quota.run(10)
    assert passed >= 990
    assert refused == 0
