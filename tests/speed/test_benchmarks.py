"""What the benchmarks rely on and show without a clock: peers read the same, and a case takes less memory than a dict."""

import json

from benchmarks.cases import page
from benchmarks.peers import pydantic_page
from benchmarks.rows.decode import ours
from benchmarks.rows.memory import held


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
    assert held(ours, contents) < 0.8 * held(json.loads, contents)
