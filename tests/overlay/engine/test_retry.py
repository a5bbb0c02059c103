"""When to try again, and after how long."""

from typing import Any

import pytest
from amili import Retry
from amili._core.engine.effects import NoResponse, Response
from amili._core.engine.retry import RETRY_CLASSES, certainly_unprocessed, delay_before, may_have_happened, worth_retrying
from amili._core.operations.requests import cancellation_request, list_request, registration_request
from amili_api.models.creditor_cancellation import CreditorCancellation
from hypothesis import given
from hypothesis import strategies as st

from tests.overlay.support import answer
from tests.samples import CASE, CREDITOR, invoice

READ, REGISTER = list_request(), registration_request(invoice())[0]
CANCEL = cancellation_request(CreditorCancellation(creditor=CREDITOR, case=CASE))
REFUSED, LOST = NoResponse(False, "refused"), NoResponse(True, "timeout")


def test_every_operation_has_its_class_and_only_reads_are_safe() -> None:
    assert RETRY_CLASSES == {
        "list_cases": "safe",
        "register_invoice": "look before retry",
        "credit_case": "look before retry",
        "cancel_case": "look before retry",
    }


@pytest.mark.parametrize(
    ("outcome", "unprocessed", "doubtful"),
    [
        (REFUSED, True, False),
        (LOST, False, True),
        (answer(429), True, False),
        (answer(500), False, True),
        (answer(503), False, True),
        (answer(599), False, True),
        (answer(200), False, False),
        (answer(201), False, False),
        (answer(400), False, False),
        (answer(401), False, False),
        (answer(404), False, False),
        (answer(422), False, False),
        (answer(498), False, False),
        (answer(408), False, True),
        (answer(499), False, True),
        (answer(303), False, True),
    ],
)
def test_what_an_outcome_proves_decides_who_may_retry(outcome: Any, unprocessed: bool, doubtful: bool) -> None:
    assert certainly_unprocessed(outcome) is unprocessed
    assert may_have_happened(outcome) is doubtful
    redirected = isinstance(outcome, Response) and outcome.status < 400  # reading it again would bring the same
    assert worth_retrying(READ, outcome) is (unprocessed or (doubtful and not redirected))
    for write in (REGISTER, CANCEL):
        assert worth_retrying(write, outcome) is unprocessed


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_backoff_is_full_jitter_below_a_bound_that_doubles_up_to_the_cap(attempt: int, chance: float) -> None:
    retry = Retry(base=0.5, cap=8.0)
    bound = {1: 0.5, 2: 1.0, 3: 2.0, 4: 4.0}.get(attempt, 8.0)
    assert retry.backoff(attempt, lambda: chance) == pytest.approx(chance * bound)


@given(st.floats(0, 1e9), st.floats(0, 1))
def test_what_the_api_asks_for_is_waited_and_a_little_more(asked: float, chance: float) -> None:
    wait = delay_before(Retry(), 1, asked, lambda: chance)
    assert asked <= wait <= asked + 1.0 + asked * 1e-9
    if chance == 0:
        assert wait == asked


def test_callers_who_were_told_the_same_do_not_come_back_together() -> None:
    assert delay_before(Retry(), 1, 10.0, lambda: 0.0) != delay_before(Retry(), 1, 10.0, lambda: 1.0)
    assert delay_before(Retry(), 1, 0.0, lambda: 1.0) > 0


def test_without_being_asked_the_wait_is_the_backoff() -> None:
    assert delay_before(Retry(base=3.0), 1, None, lambda: 1.0) == 3.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"attempts": 1.5},
        {"attempts": True},
        {"attempts": "4"},
        {"total": 0},
        {"total": float("nan")},
        {"total": float("inf")},
        {"base": 0},
        {"base": None},
        {"cap": -1},
        {"settling_time": -0.1},
        {"settling_time": float("nan")},
        {"settling_time": None},
    ],
    ids=repr,
)
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="attempts is at least 1, the times are above zero"):
        Retry(**wrong)
    assert Retry(settling_time=0).settling_time == 0
