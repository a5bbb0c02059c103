"""Single writes with a scripted network: each rule of the exactly-once plans on its own."""

import dataclasses
import json
import pickle
import random
from decimal import Decimal
from typing import Any

import pytest
from amili import (
    ActionFailedError,
    AmiliError,
    ApiError,
    Case,
    ConfigurationError,
    InvalidInputError,
    NoResponseError,
    OutcomeUnknownError,
    RateLimitedError,
    Retry,
    ServerError,
    ValidationError,
)
from amili._core import writing as actions
from amili._core.engine import Flow, NoResponse, Response, Send

from tests.overlay.support import answer, play
from tests.overlay.writing.model import Network, Vendor, context, run
from tests.samples import CREDITOR, case, invoice
from tests.virtual_time import Clock
from tests.virtual_time import context as rules_of

CASE = f"{1:024x}"


class Answering(Network):
    """A network where each write meets the next of `responses`: a fault's name, or an answer as it stands.

    Unless it has `lists`, the vendor refuses the lists of writes, and the client knows.
    """

    def __init__(self, *replies: str | tuple[int, dict[str, Any]], visible_after: float = 0.0, lists: bool = False) -> None:
        vendor = Vendor(Clock(), visible_after=visible_after, no_lists=0 if lists else 404)
        super().__init__(vendor, random.Random(7), rate=0.0, has_learned=not lists)
        self.replies = list(replies)
        self.bodies: list[dict[str, Any]] = []
        self.read_fault: str | None = None

    def send(self, effect: Send) -> Response | NoResponse:
        if not effect.request.writes:
            self.script = [self.read_fault] if self.read_fault else []
            return super().send(effect)
        self.bodies.append(dict(effect.request.body or {}))
        reply = self.replies.pop(0) if self.replies else "none"
        if isinstance(reply, str):
            self.script = [reply]
            return super().send(effect)
        self.requests += 1
        headers = {"date": self.vendor.date(), "x-request-id": f"request {self.requests}"}
        return Response(reply[0], headers, json.dumps(reply[1]).encode())


def with_case(network: Answering, number: str = "INV-2") -> str:
    case_id: str = network.vendor.add_case(number)["_id"]
    network.vendor.clock.seconds += 60.0
    return case_id


def registered(network: Answering, retry: Retry | None = None, deadline: float | None = None, number: str = "INV-1") -> Any:
    return run(actions.register(context(network, retry), invoice(number), None, deadline), network)


def credited(network: Answering, case: Any, account: str | None = None) -> Any:
    crediting = actions.Crediting(Decimal("100.10"), account=account, reference="CR-1")
    return run(actions.credit(context(network), case, crediting, None), network)


def test_a_good_answer_is_a_receipt_after_one_request() -> None:
    network = Answering()
    receipt = registered(network)
    assert (receipt.outcome, receipt.case, network.requests) == ("created", CASE, 1)


def test_a_response_that_was_lost_after_the_commit_is_found_by_one_look() -> None:
    network = Answering("dropped after")
    receipt = registered(network)
    assert (receipt.outcome, receipt.case, network.requests) == ("reconciled", CASE, 2)
    assert (receipt.etag, receipt.updated, receipt.ocr_number, receipt.created) == (None, None, None, None)


def test_it_is_sent_again_only_after_a_look_that_was_asked_for_after_the_settling_time() -> None:
    network = Answering("dropped before")
    registered(network, Retry(settle=15.0))
    assert len(network.bodies) == 2
    assert network.bodies[0] == network.bodies[1]
    assert network.vendor.clock.seconds >= 15.0


def test_a_server_that_does_not_tell_its_time_is_taken_to_have_ours() -> None:
    network = Answering("dropped after")
    network._headers = lambda: {"content-type": "application/json"}  # type: ignore[method-assign]
    assert registered(network).outcome == "reconciled"


def test_a_case_that_shows_late_is_waited_for() -> None:
    network = Answering("dropped after", visible_after=9.0)
    assert registered(network).outcome == "reconciled"
    assert len(network.bodies) == 1


def test_a_crediting_that_says_error_is_refused_although_it_was_answered_with_201() -> None:
    body = {
        "_id": "a" * 24,
        "_status": "OK",
        "_crediting_status": "completed",
        "status": "error",
        "status_reason_locale": "api.no",
    }
    network = Answering((201, body))
    with pytest.raises(ActionFailedError, match=r"credit_case was accepted but failed: api\.no") as caught:
        credited(network, with_case(network))
    assert caught.value.reason == "api.no"
    assert pickle.loads(pickle.dumps(caught.value)).receipt == caught.value.receipt  # noqa: S301 - pickled here


def test_a_cancellation_that_says_error_without_a_reason_is_refused() -> None:
    network = Answering((201, {"_id": "a" * 24, "_status": "OK", "_cancellation_status": "error"}))
    case = with_case(network)
    with pytest.raises(ActionFailedError, match="cancel_case was accepted but failed: no reason given"):
        run(actions.cancel(context(network), case, None), network)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ((201, {"_id": "a" * 24, "_status": "OK", "status": "error"}), ActionFailedError),
        ((422, {"_status": "ERR", "_issues": {"amount": "min value is 0.01"}}), ValidationError),
        ((503, {}), OutcomeUnknownError),
        ((201, {"_created": 5}), OutcomeUnknownError),
    ],
)
def test_every_error_of_a_write_tells_what_was_tried_and_which_request_it_is_about(reply: Any, kind: type[AmiliError]) -> None:
    network = Answering(reply)
    with_case(network)
    case, began = Case.from_dict(network.vendor.cases[0]), network.vendor.clock.seconds
    network.read_fault = "500 before"
    with pytest.raises(kind) as caught:
        run(actions.cancel(context(network), case, None), network)
    assert (caught.value.operation, caught.value.attempts, caught.value.request_id) == ("cancel_case", 1, "request 1")
    assert caught.value.elapsed == network.vendor.clock.seconds - began


class SetClock(Answering):
    """A network where somebody sets the wall clock of the client's machine while a write, or a look, is on its way."""

    def __init__(self, *replies: str, writes: float = 0.0, reads: float = 0.0, visible_after: float = 0.0) -> None:
        super().__init__(*replies, visible_after=visible_after)
        self.steps = {True: writes, False: reads}

    def send(self, effect: Send) -> Response | NoResponse:
        outcome = super().send(effect)
        self.vendor.clock.set_by += self.steps[effect.request.writes]
        return outcome


@pytest.mark.parametrize("step", [-86_400.0, -60.0, -5.0, 0.0, 5.0, 60.0, 86_400.0])
@pytest.mark.parametrize("visible_after", [0.0, 3.0, 9.0])
def test_a_wall_clock_that_is_set_has_nothing_registered_twice_or_lost(step: float, visible_after: float) -> None:
    for writes, reads in ((step, 0.0), (0.0, step), (step, step)):
        lost = SetClock("dropped after", writes=writes, reads=reads, visible_after=visible_after)
        assert registered(lost).outcome == "reconciled"
        assert len(lost.vendor.commits) == 1
        dropped = SetClock("dropped before", writes=writes, reads=reads, visible_after=visible_after)
        assert registered(dropped).outcome == "created"
        assert len(dropped.vendor.commits) == 1


@pytest.mark.parametrize("behind", [-800.0, -60.0, -5.0, 0.0, 5.0, 60.0, 800.0])
@pytest.mark.parametrize("happened", [True, False])
def test_a_machine_with_another_time_does_not_deny_what_happened(behind: float, happened: bool) -> None:
    network = Answering("dropped after" if happened else "dropped before", visible_after=9.0)
    network.read_fault = "500 before"
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network, Retry(total=5.0), deadline=5.0)
    network.read_fault = None
    network.vendor.clock.set_by = -behind
    elsewhere = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - pickled here
    try:
        found = run(actions.resolve(context(network), elsewhere), network)
    except OutcomeUnknownError:
        assert happened
        assert abs(behind) > 2
    else:
        assert (found is not None) is happened


def test_the_same_invoice_registered_shortly_before_leaves_the_outcome_unknown() -> None:
    network = Answering("none", "dropped before")
    registered(network)
    network.vendor.clock.seconds += 60.0
    with pytest.raises(
        OutcomeUnknownError, match="a matching case was created shortly before the invoice was sent, or the clocks differ"
    ):
        registered(network)


def test_a_second_crediting_of_one_amount_is_not_taken_for_the_first_though_the_case_is_held_since_before_both() -> None:
    network = Answering("none", "dropped before")
    with_case(network)
    held = Case.from_dict(network.vendor.cases[0])
    assert [credited(network, held).outcome, credited(network, held).outcome] == ["created", "created"]
    assert network.vendor.cases[0]["total_remaining_capital_amount"] == 500 - 2 * 100.10


ACKNOWLEDGED = {"_id": "a" * 24, "_status": "OK"}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"message": "scheduled maintenance"},
        {"_status": "ERR", "_error": {"code": 500}},
        {"_items": [], "_meta": {"page": 1, "max_results": 25, "total": 0}},
        ACKNOWLEDGED | {"_status": "ERR"},
        ACKNOWLEDGED | {"status": "completed", "_crediting_status": "error", "_cancellation_status": "error"},
    ],
)
@pytest.mark.parametrize("status", [200, 201, 204, 303, 101])
def test_what_is_no_acknowledgement_is_not_taken_for_one(document: dict[str, Any], status: int) -> None:
    for begin in (
        lambda network, case: actions.credit(context(network), case, actions.Crediting(Decimal(100)), None),
        lambda network, case: actions.cancel(context(network), case, None),
        lambda network, _: actions.register(context(network), invoice("INV-1"), None),
    ):
        network = Answering((status, document))
        case = with_case(network)
        with pytest.raises(AmiliError) as caught:
            run(begin(network, case), network)
        assert isinstance(caught.value, OutcomeUnknownError if status in (200, 201, 204) else ApiError)
        assert network.vendor.commits == []


@pytest.mark.parametrize("status", [{"status": "Error"}, {"status": "ERROR", "_crediting_status": "completed"}])
def test_a_refusal_is_known_however_it_is_written(status: dict[str, str]) -> None:
    network = Answering((201, ACKNOWLEDGED | status))
    with pytest.raises(ActionFailedError):
        credited(network, with_case(network))


def test_a_write_behind_a_redirect_is_looked_for_and_not_sent_again() -> None:
    network = Answering()
    network.replies = [(303, {})]
    network.vendor.commit("register_invoice", json.loads(json.dumps(invoice("INV-1"), default=float)))
    assert registered(network).outcome == "reconciled"
    assert len(network.bodies) == 1


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_write_that_belongs_elsewhere_was_not_processed(status: int) -> None:
    network = Answering()
    network.replies = [(status, {})]
    with pytest.raises(ApiError, match=rf"^register_invoice failed with {status}: .*nothing was processed; AMILI_BASE_URL"):
        registered(network)
    assert (len(network.bodies), network.vendor.commits) == (1, [])


def test_a_write_and_lookups_behind_a_redirect_say_where_to() -> None:
    def elsewhere(send: Send) -> Response:
        return answer(302, {}, location="https://login.test/start?secret=1")

    clock = Clock()
    rules = rules_of(clock, settle=1.0, total=5.0)
    with pytest.raises(OutcomeUnknownError) as caught:
        play(actions.register(rules, invoice("INV-1"), None), server=elsewhere, clock=clock)
    assert "(the response was a redirect to login.test/start, AMILI_BASE_URL may be wrong; the lookup failed" in str(caught.value)
    assert "call .resolve()" in str(caught.value)


@pytest.mark.parametrize(
    "problem", [TypeError("x"), RuntimeError("x"), ArithmeticError("x")], ids=lambda kind: type(kind).__name__
)
def test_whatever_goes_wrong_with_the_look_the_outcome_stays_unknown_and_is_not_lost(problem: Exception) -> None:
    network = Answering("dropped after")

    def broken(operation: str, *_: Any) -> None:
        if operation == "list_cases":
            raise problem

    rules = dataclasses.replace(context(network), on_response=broken)
    with pytest.raises(OutcomeUnknownError, match=f"the lookup failed as well: {type(problem).__name__}") as caught:
        run(actions.register(rules, invoice("INV-1"), None), network)
    assert caught.value.key == f"invoice INV-1 of creditor {CREDITOR}"


def test_a_warning_and_a_lower_settled_amount_are_told_in_the_receipt() -> None:
    network = Answering((201, {"_id": "a" * 24, "_status": "OK", "status": "warning", "settled_amount": 60.5}))
    receipt = credited(network, with_case(network))
    assert (receipt.result, receipt.settled_amount) == ("warning", Decimal("60.5"))


READ_ONLY = (422, {"_status": "ERR", "_issues": {"account": "field is read-only"}, "_error": {"code": 422, "message": "m"}})


def test_an_account_that_is_read_only_is_left_out_and_the_crediting_sent_once_more() -> None:
    network = Answering(READ_ONLY)
    assert credited(network, with_case(network), account="f" * 24).outcome == "created"
    assert [body.get("account") for body in network.bodies] == ["f" * 24, None]
    assert network.bodies[0]["creditor_reference"] == "CR-1"


@pytest.mark.parametrize(
    "issues", [{"account": "field is read-only", "amount": "bad"}, {"account": "must be of objectid type"}, {"case": "is closed"}]
)
def test_any_other_refusal_of_a_crediting_is_the_end_of_it(issues: dict[str, str]) -> None:
    network = Answering((422, {"_status": "ERR", "_issues": issues}))
    with pytest.raises(ValidationError):
        credited(network, with_case(network), account="f" * 24)
    assert len(network.bodies) == 1


def test_a_refusal_without_an_account_given_is_not_sent_again() -> None:
    network = Answering(READ_ONLY)
    with pytest.raises(ValidationError):
        credited(network, with_case(network))
    assert len(network.bodies) == 1


TAKEN = (422, {"_status": "ERR", "_issues": {"invoice_number": "value 'INV-1' is not unique"}})
REFUSED = (422, {"_status": "ERR", "_issues": {"customer": {"name": "required field"}}})


def test_a_refusal_after_a_lost_response_may_be_our_own_first_try_speaking() -> None:
    network = Answering("late", TAKEN)
    network.late_by = 0.0
    network.vendor.visible_after = 20.0  # later than the settling time, so that it is sent again; then the number is taken
    receipt = registered(network, Retry(settle=15.0, total=300.0))
    assert (receipt.outcome, len(network.vendor.commits)) == ("reconciled", 1)


def test_a_refusal_that_the_first_attempt_would_have_met_too_is_a_refusal() -> None:
    network = Answering("dropped before", REFUSED)
    with pytest.raises(ValidationError):
        registered(network)


def test_a_refusal_that_can_not_be_looked_into_is_unknown() -> None:
    network = Answering("dropped before", TAKEN)

    sent = network.send

    def send(effect: Send) -> Response | NoResponse:
        if effect.request.writes and len(network.bodies) == 1:
            network.read_fault = "500 before"
        return sent(effect)

    network.send = send  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknownError, match="the lookup failed as well: ServerError"):
        registered(network)


def test_an_invoice_number_that_can_not_be_searched_for_is_never_sent_twice() -> None:
    network = Answering("dropped before")
    with pytest.raises(OutcomeUnknownError, match="can't search for an invoice number of this form"):
        registered(network, number="0123456789abcdef01234567")
    assert (len(network.bodies), network.requests) == (1, 1)


def test_an_acknowledgement_that_can_not_be_read_and_a_case_that_never_shows_are_unknown() -> None:
    network = Answering("garbage after", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError, match="the API accepted it, but its response can't be decoded"):
        registered(network)
    assert len(network.bodies) == 1


def test_a_strict_deadline_is_not_stretched_by_looking() -> None:
    network = Answering("dropped before")
    with pytest.raises(OutcomeUnknownError, match="the time for lookups ran out"):
        registered(network, deadline=5.0)
    assert network.vendor.clock.seconds <= 5.0


def test_a_deadline_that_the_request_itself_used_up_leaves_no_time_for_looking() -> None:
    network = Answering("late")
    with pytest.raises(OutcomeUnknownError, match="the deadline left no time for lookups"):
        registered(network, deadline=5.0)


def test_resolving_ends_by_its_deadline() -> None:
    network = Answering("dropped before", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network, deadline=1.0)
    attempts_before = network.vendor.clock.seconds
    with pytest.raises(OutcomeUnknownError, match="the time for lookups ran out"):
        run(actions.resolve(context(network), caught.value, None, 5.0), network)
    assert network.vendor.clock.seconds - attempts_before <= 5.0
    assert run(actions.resolve(context(network), caught.value, None, 60.0), network) is None, "it certainly did not happen"


def test_a_deadline_is_above_zero() -> None:
    with pytest.raises(InvalidInputError, match="deadline must be the number of seconds"):
        registered(Answering(), deadline=0.0)


def test_when_nothing_more_may_be_tried_the_last_failure_is_told() -> None:
    network = Answering("500 before", "500 before")
    with pytest.raises(ServerError):
        registered(network, Retry(attempts=2, settle=0.5, total=300.0))
    network = Answering("dropped before", "dropped before")
    with pytest.raises(NoResponseError, match=r"after \d+ attempts: dropped; a lookup showed that nothing was written"):
        registered(network, Retry(attempts=2, settle=0.5, total=300.0))


def test_the_requests_of_a_write_are_bounded_however_its_failures_alternate() -> None:
    network = Answering(*["429", "429", "dropped before"] * 9)
    with pytest.raises(RateLimitedError):
        registered(network, Retry(attempts=4, settle=0.5, total=300.0))
    assert len(network.bodies) == 4


def test_what_is_still_unknown_tells_how_often_it_was_looked_for_and_which_request_told_the_last() -> None:
    network = Answering("garbage after", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network)
    assert caught.value.attempts == 1
    network.vendor.shown_at[CASE] = 0.0
    caught.value.sent_at -= 10_000.0
    network.vendor.cases[0]["debt"]["initial_capital"] = 7.0
    with pytest.raises(OutcomeUnknownError, match="another amount or debtor") as again:
        run(actions.resolve(context(network), caught.value), network)
    assert again.value.attempts > 0


def test_an_unknown_outcome_tells_its_key_and_survives_pickling_without_its_client() -> None:
    network = Answering("garbage after", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network)
    error = caught.value
    error.resolver = lambda unknown, deadline: "looked"
    assert error.resolve() == "looked"
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    assert (copy.key, copy.operation, str(copy)) == (f"invoice INV-1 of creditor {CREDITOR}", "register_invoice", str(error))
    with pytest.raises(ConfigurationError, match=r"use amili\.resolve\(error\)"):
        copy.resolve()
    assert "0017" not in repr(copy.__dict__), "no personal number in the error"


def test_a_fee_of_the_same_amount_is_not_the_crediting() -> None:
    network = Answering("dropped before")
    case = with_case(network)
    stored, sent = network.vendor.cases[0], network.send

    def send(effect: Send) -> Response | NoResponse:
        if effect.request.writes:
            fee = {"registration_date": network.vendor.date(), "type": "cost", "amount": 100.1}
            stored["transactions"].append(fee)
        return sent(effect)

    network.send = send  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknownError, match="perhaps not by this crediting"):
        credited(network, case)


def test_a_case_that_was_closed_before_is_not_taken_for_cancelled_when_the_response_is_lost() -> None:
    refusal = (422, {"_status": "ERR", "_issues": {"case": "is closed"}, "_error": {"code": 422, "message": "m"}})
    network = Answering("dropped before", refusal)
    case = with_case(network)
    network.vendor.commit("cancel_case", {"case": case})
    with pytest.raises(ValidationError):
        run(actions.cancel(context(network), case, None), network)
    assert len(network.bodies) == 2


@pytest.mark.parametrize("status", [408, 499])
@pytest.mark.parametrize("happened", [True, False])
def test_a_proxy_that_gave_up_proves_nothing(status: int, happened: bool) -> None:
    network = Answering((status, {}))
    if happened:
        network.vendor.commit("register_invoice", json.loads(json.dumps(invoice("INV-1"), default=float)))
    assert registered(network).outcome == ("reconciled" if happened else "created")
    assert len(network.bodies) == (1 if happened else 2)


def test_what_was_sent_in_the_future_by_this_clock_is_not_told_by_dates() -> None:
    network = Answering("garbage after", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network)
    error = caught.value
    error.sent_at += 10_000.0
    error.lost_at += 10_000.0
    network.vendor.clock.seconds += 2_000.0
    assert run(actions.resolve(context(network), error), network) is None, "there is no case of it at all"
    network.vendor.shown_at[CASE] = 0.0
    with pytest.raises(OutcomeUnknownError, match="clocks contradict each other"):
        run(actions.resolve(context(network), error), network)


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("operation", ["credit_case", "cancel_case"])
def test_a_lost_crediting_and_a_lost_cancellation_are_found(operation: str, resolved: bool) -> None:
    network = Answering("late" if resolved else "dropped after")
    case, deadline = with_case(network), 5.0 if resolved else None
    if operation == "cancel_case":
        flow: Flow[Any] = actions.cancel(context(network), case, None, deadline)
    else:
        flow = actions.credit(context(network), case, actions.Crediting(Decimal("100.10")), None, deadline)
    if resolved:
        with pytest.raises(OutcomeUnknownError) as caught:
            run(flow, network)
        network.vendor.clock.seconds += 100.0
        flow = actions.resolve(context(network), caught.value)
    receipt = run(flow, network)
    assert (receipt.outcome, receipt.case_invoice_number) == ("reconciled", "INV-2")
    assert getattr(receipt, "settled_amount", Decimal("100.10")) == Decimal("100.10")


@pytest.mark.parametrize("amount", [Decimal(0), Decimal("-1"), Decimal("1.005"), Decimal("NaN")])
def test_an_amount_that_is_no_amount_is_refused_before_anything_is_sent(amount: Decimal) -> None:
    with pytest.raises(InvalidInputError, match=r"amount|decimals"):
        actions.Crediting(amount).check(CASE)


@pytest.mark.parametrize("amount", [0.1 + 0.2, "1e2", True])
def test_an_amount_that_is_not_exact_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"rounding error|plain digits|not bool"):
        actions.Crediting(amount).check(CASE)


@pytest.mark.parametrize("amount", [Decimal("99.50"), "99.50", "99.5", 99.5])
def test_an_amount_in_any_exact_form_is_the_same_crediting(amount: Any) -> None:
    assert actions.Crediting(amount).of(Case.from_dict(case())).amount == Decimal("99.5")


def test_only_kronor_are_credited() -> None:
    with pytest.raises(InvalidInputError, match="only SEK"):
        actions.Crediting(Decimal(1), "EUR").check(CASE)


def test_everything_that_is_wrong_with_a_crediting_is_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as caught:
        actions.Crediting(Decimal(0), "EUR", account=5, reference="\ud800").check("INV-1")  # type: ignore[arg-type]
    assert list(caught.value.issues) == ["case", "amount", "currency", "account", "reference"]
    assert all(f"{name}: {problem}" in str(caught.value) for name, problem in caught.value.issues.items())


def test_resolve_counts_the_settling_time_from_the_last_request_not_from_the_first() -> None:
    network = Answering("dropped before", "late")
    network.late_by = 5.0
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network, deadline=40.0)
    receipt = run(actions.resolve(context(network), caught.value), network)
    network.vendor.clock.seconds += 100.0
    network.vendor.catch_up()
    assert (receipt is not None) == (len(network.vendor.commits) == 1)
