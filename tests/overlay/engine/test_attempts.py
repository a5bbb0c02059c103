"""The plan below every other plan, driven by hand in virtual time."""

import logging
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from amili import (
    AmiliError,
    AuthenticationError,
    AuthTokenProvider,
    ConfigurationError,
    CreditorCancellation,
    CreditorCrediting,
    InvalidInputError,
    NoResponseError,
    RateLimitedError,
    ServerError,
    ValidationError,
)
from amili._core.engine import Context, NoResponse, Paths, Send, error_for, may_have_happened, send_with_retries
from amili._core.operations import cancellation_request, crediting_request, list_request, registration_request
from hypothesis import given
from hypothesis import strategies as st

from tests.overlay.support import FlowRun, answer, play
from tests.samples import CASE, CREDITOR, PERSONAL_NUMBER, invoice, page
from tests.virtual_time import BASE_URL, Clock, context

READ, REGISTER = list_request({"customer_id_number": PERSONAL_NUMBER}), registration_request(invoice())[0]
CREDIT = crediting_request(CreditorCrediting(amount=Decimal(1), creditor=CREDITOR, case=CASE))
CANCEL = cancellation_request(CreditorCancellation(creditor=CREDITOR, case=CASE))
OK, BUSY, DOWN = answer(200, page()), answer(429, {}), answer(503, {})
REFUSED, LOST = NoResponse(False, "refused"), NoResponse(True, "timeout")
UNKNOWN_ROUTE = answer(404, {"_error": {"code": 404}})


def attempted(call: Any, *outcomes: Any, clock: Clock | None = None, waits: tuple[float, ...] = (), **rules: Any) -> FlowRun:
    clock = clock or Clock()
    rules_of_client = context(clock, **rules)
    return play(send_with_retries(rules_of_client, call, rules_of_client.budget()), *outcomes, clock=clock, waits=waits)


@pytest.mark.parametrize("call", [READ, REGISTER])
def test_a_success_is_given_back_at_once(call: Any) -> None:
    played = attempted(call, OK)
    assert (played.result, played.slept) == (OK, [])
    assert played.sent[0].timeout == 30.0


@pytest.mark.parametrize(
    ("outcome", "read_again", "write_again", "doubtful"),
    [
        (REFUSED, True, True, False),
        (LOST, True, False, True),
        (BUSY, True, True, False),
        *((answer(status, b""), True, False, True) for status in (408, 499, 500, 503, 520, 599)),
        *((answer(status, b""), False, False, True) for status in (302, 303)),  # reading it again would bring the same
        *((answer(status, b""), False, False, False) for status in (301, 307, 308)),  # they ask for the same request elsewhere
        (NoResponse(False, "not trusted", temporary=False), False, False, False),
        (NoResponse(True, "too large", temporary=False), False, False, True),
        *((answer(status, b""), False, False, False) for status in (200, 201, 400, 401, 403, 404, 409, 422, 498)),
    ],
)
def test_what_an_outcome_proves_decides_what_is_sent_again(
    outcome: Any, read_again: bool, write_again: bool, doubtful: bool
) -> None:
    assert may_have_happened(outcome) is doubtful
    for call, again in ((READ, read_again), (REGISTER, write_again), (CREDIT, write_again), (CANCEL, write_again)):
        run = attempted(call, outcome, outcome, OK) if again else attempted(call, outcome)
        assert (run.result, run.slept) == ((OK, [0.5, 1.0]) if again else (outcome, []))


def test_attempts_are_bounded() -> None:
    played = attempted(READ, *[DOWN] * 3, attempts=3)
    assert played.result is DOWN
    assert len(played.slept) == 2


def test_time_is_bounded_and_no_wait_goes_beyond_it() -> None:
    clock = Clock()
    start = clock.seconds
    played = attempted(READ, DOWN, DOWN, DOWN, clock=clock, total=2.0, attempts=99)
    assert played.result is DOWN
    assert clock.seconds - start < 2.0


@given(st.integers(0, 80), st.floats(0, 1))
def test_what_the_api_asks_for_is_waited_and_a_little_more(asked: int, chance: float) -> None:
    [wait] = attempted(READ, answer(429, {}, retry_after=str(asked)), OK, random=lambda: chance).slept
    assert asked <= wait <= asked + 1.0
    more = chance * min(1.0, 0.1 * asked + 0.05)
    assert (wait > asked) == (asked + more > asked), "so that those who were asked the same do not return together"


def test_a_wait_that_the_time_does_not_suffice_for_ends_the_call() -> None:
    long = answer(429, {}, retry_after="3600")
    played = attempted(READ, long)
    assert (played.result, played.slept) == (long, [])


def test_each_request_gets_no_more_time_than_the_call_has_left() -> None:
    clock = Clock()

    def slow(_: Any) -> Any:
        clock.seconds += 80.0
        return REFUSED

    played = attempted(READ, slow, OK, clock=clock)
    assert [send.timeout for send in played.sent] == [30.0, pytest.approx(9.5)]


def test_a_request_begun_at_the_very_end_still_has_a_timeout_above_zero() -> None:
    clock = Clock()
    rules = context(clock)
    budget = rules.budget()
    clock.seconds += 100.0
    assert play(send_with_retries(rules, READ, budget), OK, clock=clock).sent[0].timeout > 0


def test_the_other_spelling_is_tried_once_and_remembered() -> None:
    paths = Paths()
    played = attempted(REGISTER, UNKNOWN_ROUTE, answer(201, {}), paths=paths)
    assert played.paths == ["/invoice-registration", "/invoice--registrations"]
    assert played.slept == []
    assert attempted(REGISTER, answer(201, {}), paths=paths).paths == ["/invoice--registrations"]


def test_when_neither_spelling_is_known_the_404_is_given_back() -> None:
    played = attempted(REGISTER, UNKNOWN_ROUTE, UNKNOWN_ROUTE)
    assert played.result is UNKNOWN_ROUTE
    assert len(played.sent) == 2


def test_a_place_in_the_quota_is_waited_for() -> None:
    assert attempted(READ, OK, waits=(1.5, 0.25, 0.0)).slept == [1.5, 0.25]


def test_a_call_that_cannot_get_a_place_in_its_time_fails_at_once() -> None:
    clock = Clock()
    played = FlowRun()
    rules = context(clock, total=5.0)
    with pytest.raises(
        NoResponseError, match=r"register_invoice was not sent: the quota is used up for 60\.0 s and this call has 5\.0 s left"
    ):
        play(send_with_retries(rules, REGISTER, rules.budget()), waits=(60.0,), into=played)
    assert (played.sent, played.slept) == ([], [])


def test_every_attempt_takes_a_place_of_its_own() -> None:
    assert attempted(READ, DOWN, OK, waits=(0.0, 2.0, 0.0)).slept == [0.5, 2.0]


TOKEN, NEW_TOKEN = answer(200, {"token": "first"}), answer(200, {"token": "second"})


def renewable() -> Any:
    return AuthTokenProvider.from_api_code("s3cret", base_url=BASE_URL)


@pytest.mark.parametrize(
    ("failing", "kind"), [(REFUSED, NoResponseError), (LOST, NoResponseError), (BUSY, RateLimitedError), (DOWN, ServerError)]
)
def test_a_token_that_could_not_be_had_for_the_moment_is_asked_for_again(failing: Any, kind: type[Exception]) -> None:
    for call in (READ, REGISTER):
        played = attempted(call, failing, TOKEN, OK, auth=renewable())
        assert (played.result, played.slept) == (OK, [0.5])
    rules = context(auth=renewable(), attempts=2)
    budget = rules.budget()
    outcome = play(send_with_retries(rules, REGISTER, budget), failing, failing).result
    assert (outcome.may_have_arrived, outcome.reason) == (False, f"no token could be obtained ({kind.__name__})")
    problem = error_for(rules, REGISTER, outcome, budget)
    assert (type(problem), problem.attempts) == (kind, 2)
    assert problem.operation == (REGISTER.operation if kind is NoResponseError else "authenticate")


def test_a_wait_that_the_token_exchange_asks_for_is_kept() -> None:
    asking = answer(429, {}, retry_after="20")
    assert attempted(REGISTER, asking, TOKEN, OK, auth=renewable()).slept == [pytest.approx(21.0, abs=1.0)]


@pytest.mark.parametrize(("reply", "kind"), [(answer(401, {}), AuthenticationError), (answer(200, {}), ConfigurationError)])
def test_a_credential_that_will_not_do_ends_the_call(reply: Any, kind: type[AmiliError]) -> None:
    rules = context(auth=renewable())
    budget = rules.budget()
    with pytest.raises(kind) as caught:
        play(send_with_retries(rules, REGISTER, budget), reply)
    assert caught.value.attempts == 1


def test_after_a_401_the_token_is_renewed_once_and_the_request_made_once_more() -> None:
    played = attempted(REGISTER, TOKEN, answer(401, {}), NEW_TOKEN, OK, auth=renewable(), attempts=1)
    assert played.result is OK
    assert played.slept == []
    assert [send.key and send.key.reveal() for send in played.sent] == [None, "first", None, "second"]
    second = answer(401, {})
    assert attempted(REGISTER, TOKEN, answer(401, {}), NEW_TOKEN, second, auth=renewable()).result is second


@pytest.mark.parametrize(
    ("token", "status", "body", "shown"),
    [
        ("s3cret", 400, "x s3cret y S3CRET", "x [redacted] y [redacted]"),
        (
            "s3/c+t",
            500,
            r"s3\/c+t s3%2Fc%2bt s3&#x2F;c+t s3/c\u002bt s3-c+t",
            "[redacted] [redacted] [redacted] [redacted] s3-c+t",
        ),
        ("case", 400, "case", "case"),  # too short for a secret: a word of the error
        (
            "registration-1",
            201,
            "registration-1",
            "registration-1",
        ),  # a document is changed only for what can't be there by chance
        ("0123456789abcdef", 201, "0123456789abcdef", "[redacted]"),
        ("0123456789abcdef", 201, "0123456789abcdeg", "0123456789abcdeg"),
    ],
)
def test_a_token_that_the_server_repeats_is_removed(token: str, status: int, body: str, shown: str) -> None:
    said = answer(status, body.encode(), x_said=f"<{body}>")
    found = attempted(REGISTER, said, auth=AuthTokenProvider.from_token(token)).result
    assert (found.content.decode(), found.headers["x-said"]) == (shown, f"<{shown}>")
    assert (found is said) == (shown == body)


def test_the_exchange_of_a_token_takes_a_place_of_its_own() -> None:
    played = attempted(READ, TOKEN, OK, waits=(0.0, 2.5, 0.0), auth=renewable())
    assert (played.result, played.slept) == (OK, [2.5])


def test_the_place_is_taken_after_the_token_and_right_before_the_request() -> None:
    rules = context(auth=renewable())
    plan = send_with_retries(rules, READ, rules.budget())
    effects = [next(plan)]
    effects += [plan.send(came) for came in (0.0, TOKEN, 0.0)]
    assert [type(effect).__name__ for effect in effects] == ["AcquireQuota", "Send", "AcquireQuota", "Send"]
    assert [effect.request.operation for effect in effects if isinstance(effect, Send)] == ["authenticate", "list_cases"]
    plan.close()


def test_a_call_without_time_for_the_place_of_its_token_fails_at_once() -> None:
    rules, played = context(auth=renewable(), total=5.0), FlowRun()
    with pytest.raises(NoResponseError, match=r"list_cases was not sent: the quota is used up for 9\.0 s and this call"):
        play(send_with_retries(rules, READ, rules.budget()), waits=(9.0,), into=played)
    assert (played.sent, played.slept) == ([], [])


@pytest.mark.parametrize(
    ("call", "outcome", "attempts", "says"),
    [
        (READ, REFUSED, 1, "list_cases: no response from amili.test: refused"),
        (READ, LOST, 3, "list_cases: no response from amili.test after 3 attempts: timeout"),
        (REGISTER, REFUSED, 1, "register_invoice: no response from amili.test: refused; nothing was written"),
        (REGISTER, LOST, 2, "register_invoice: no response from amili.test after 2 attempts: timeout"),
    ],
)
def test_a_failure_reads_well_and_tells_what_was_tried(call: Any, outcome: Any, attempts: int, says: str) -> None:
    clock = Clock()
    rules = context(clock)
    budget = rules.budget()
    budget.attempts = attempts
    clock.seconds += 2.5
    error = error_for(rules, call, outcome, budget)
    assert str(error) == says
    assert (type(error), error.operation, error.attempts, error.elapsed) == (NoResponseError, call.operation, attempts, 2.5)


def test_an_error_answer_is_its_error() -> None:
    rules = context()
    error = error_for(rules, REGISTER, answer(422, {"_issues": {"a": "b"}}), rules.budget())
    assert isinstance(error, ValidationError)
    assert error.issues == {"a": "b"}


def test_each_attempt_is_one_line_at_debug_without_the_values_of_the_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "amili")
    clock = Clock()

    def slow(_: Any) -> Any:
        clock.seconds += 0.25
        return LOST

    attempted(READ, slow, OK, clock=clock)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.DEBUG]
    assert lines == [
        "list_cases GET /cases -> timeout in 250 ms (attempt 1)",
        "list_cases GET /cases -> 200 in 0 ms (attempt 2)",
    ]
    assert PERSONAL_NUMBER not in caplog.text


def test_the_exchange_of_a_token_is_a_line_too_without_the_credential(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "amili")
    attempted(READ, TOKEN, answer(401, {}), NEW_TOKEN, OK, auth=renewable())
    assert [record.getMessage() for record in caplog.records] == [
        "authenticate POST /authenticates/api-code -> 200 in 0 ms (attempt 1)",
        "list_cases GET /cases -> 401 in 0 ms (attempt 1)",
        "list_cases: the token was refused, renewing it",
        "authenticate POST /authenticates/api-code -> 200 in 0 ms (attempt 1)",
        "list_cases GET /cases -> 200 in 0 ms (attempt 2)",
    ]


def test_decisions_are_lines_at_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "amili")
    attempted(REGISTER, UNKNOWN_ROUTE, BUSY, answer(201, {}), waits=(2.0, 0.0))
    assert [record.getMessage() for record in caplog.records] == [
        "register_invoice: waiting 2.00 s for the quota",
        "register_invoice: this server has no route /invoice-registration, trying /invoice--registrations",
        "register_invoice: waiting 1.00 s before another attempt",
    ]


@pytest.mark.parametrize("deadline", [0, -1.0])
def test_a_deadline_that_has_passed_already_is_refused(deadline: float) -> None:
    with pytest.raises(InvalidInputError, match="deadline must be the number of seconds that the call may take, above 0"):
        context().budget(deadline)


def test_a_deadline_takes_the_place_of_the_time_that_the_rules_allow() -> None:
    assert (context(total=5.0).budget().total, context(total=5.0).budget().has_deadline) == (5.0, False)
    assert (context(total=5.0).budget(50.0).total, context(total=5.0).budget(50.0).has_deadline) == (50.0, True)


def test_a_source_of_tokens_must_say_where_they_come_from() -> None:
    source, rules = get_type_hints(Context)["tokens"], context()
    with pytest.raises(NotImplementedError):
        source.valid_token(None, rules, rules.budget())
    with pytest.raises(NotImplementedError):
        source.invalidate(None, "a-token")
