"""The settings of `Retry`, and how long it waits."""

from typing import Any

import pytest
from amili import InvalidInputError, Retry
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_backoff_is_full_jitter_below_a_bound_that_doubles_up_to_the_cap(attempt: int, chance: float) -> None:
    retry = Retry(base=0.5, cap=8.0)
    bound = {1: 0.5, 2: 1.0, 3: 2.0, 4: 4.0}.get(attempt, 8.0)
    assert retry.backoff(attempt, lambda: chance) == pytest.approx(chance * bound)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"attempts": value} for value in (0, 1.5, True, "4")),
        *({"total": value} for value in (0, float("nan"), float("inf"))),
        *({"base": value} for value in (0, None)),
        {"cap": -1},
        *({"settle": value} for value in (-0.1, float("nan"), None)),
    ],
    ids=repr,
)
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="attempts must be an integer of at least 1, the times numbers"):
        Retry(**wrong)
    assert Retry(settle=0).settle == 0
