"""Single writes with a scripted network: each rule of the exactly-once plans on its own."""

import json
import multiprocessing
import os
import pickle
import platform
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import (
    AmiliError,
    Case,
    ConfigurationError,
    NoAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    Pending,
    RefusedError,
    Retry,
    ServerError,
    ValidationError,
)
from amili import _actions as actions
from amili._effects import Answer, Lost, Send
from amili._evidence import CancellationTrace, CreditingTrace, RegistrationTrace, Trace
from amili._journal import Journal

from tests.exactly_once.model import CREDITOR, Clock, Network, Vendor, context, invoice, run

CASE = f"{1:024x}"


class Answering(Network):
    """A network where each write meets the next of `replies`: a fault's name, or an answer as it stands."""

    def __init__(self, *replies: str | tuple[int, dict[str, Any]], visible_after: float = 0.0) -> None:
        import random

        super().__init__(Vendor(Clock(), visible_after=visible_after), random.Random(7), rate=0.0)
        self.replies = list(replies)
        self.bodies: list[dict[str, Any]] = []
        self.read_fault: str | None = None

    def send(self, effect: Send) -> Answer | Lost:
        if not effect.call.writes:
            self.script = [self.read_fault] if self.read_fault else []
            return super().send(effect)
        self.bodies.append(dict(effect.call.body or {}))
        reply = self.replies.pop(0) if self.replies else "none"
        if isinstance(reply, str):
            self.script = [reply]
            return super().send(effect)
        self.requests += 1
        headers = {"date": self.vendor.date(), "x-request-id": f"request {self.requests}"}
        return Answer(reply[0], headers, json.dumps(reply[1]).encode())


def with_case(network: Answering, number: str = "INV-2") -> str:
    case_id: str = network.vendor.add_case(number, Decimal(500), "19900101-0017")["_id"]
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


def test_a_reply_that_was_lost_after_the_commit_is_found_by_one_look() -> None:
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
    with pytest.raises(RefusedError, match=r"credit_case was accepted and then refused: api\.no") as caught:
        credited(network, with_case(network))
    assert caught.value.reason == "api.no"
    assert pickle.loads(pickle.dumps(caught.value)).receipt == caught.value.receipt  # noqa: S301 - pickled here


def test_a_cancellation_that_says_error_without_a_reason_is_refused() -> None:
    network = Answering((201, {"_id": "a" * 24, "_status": "OK", "_cancellation_status": "error"}))
    case = with_case(network)
    with pytest.raises(RefusedError, match="cancel_case was accepted and then refused: no reason given"):
        run(actions.cancel(context(network), case, None), network)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ((201, {"_id": "a" * 24, "_status": "OK", "status": "error"}), RefusedError),
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
        credited(network, case)
    assert (caught.value.operation, caught.value.attempts, caught.value.request_id) == ("credit_case", 1, "request 1")
    assert caught.value.elapsed == network.vendor.clock.seconds - began


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


def test_a_refusal_after_a_lost_reply_may_be_our_own_first_try_speaking() -> None:
    network = Answering("late", TAKEN)
    network.late_by = 0.0
    network.vendor.visible_after = 20.0  # later than the settling time, so that it is sent again; then the number is taken
    receipt = registered(network, Retry(settle=15.0, total=300.0))
    assert (receipt.outcome, len(network.vendor.commits)) == ("reconciled", 1)


def test_a_refusal_after_a_proven_absence_is_a_refusal() -> None:
    network = Answering("dropped before", TAKEN)
    with pytest.raises(ValidationError):
        registered(network)


def test_a_refusal_that_can_not_be_looked_into_is_unknown() -> None:
    network = Answering("dropped before", TAKEN)

    sent = network.send

    def send(effect: Send) -> Answer | Lost:
        if effect.call.writes and len(network.bodies) == 1:
            network.read_fault = "500 before"
        return sent(effect)

    network.send = send  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknownError, match="the look-up failed as well: ServerError"):
        registered(network)


def test_an_invoice_number_that_can_not_be_searched_for_is_never_sent_twice() -> None:
    network = Answering("dropped before")
    with pytest.raises(OutcomeUnknownError, match="a form that the API can't search for"):
        registered(network, number="0123456789abcdef01234567")
    assert (len(network.bodies), network.requests) == (1, 1)


def test_an_acknowledgement_that_can_not_be_read_and_a_case_that_never_shows_are_unknown() -> None:
    network = Answering("garbage after", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError, match="the API accepted it in a reply that can't be read"):
        registered(network)
    assert len(network.bodies) == 1


def test_a_strict_deadline_is_not_stretched_by_looking() -> None:
    network = Answering("dropped before")
    with pytest.raises(OutcomeUnknownError, match="the time for looking ran out"):
        registered(network, deadline=5.0)
    assert network.vendor.clock.seconds <= 5.0


def test_a_deadline_that_the_request_itself_used_up_leaves_no_time_for_looking() -> None:
    network = Answering("late")
    with pytest.raises(OutcomeUnknownError, match="the deadline left no time for looking"):
        registered(network, deadline=5.0)


def test_a_deadline_is_above_zero() -> None:
    with pytest.raises(ValueError, match="deadline is the number of seconds"):
        registered(Answering(), deadline=0.0)


def test_when_nothing_more_may_be_tried_the_last_failure_is_told() -> None:
    network = Answering("500 before", "500 before")
    with pytest.raises(ServerError):
        registered(network, Retry(attempts=2, settle=0.5, total=300.0))
    network = Answering("dropped before", "dropped before")
    with pytest.raises(NoAnswerError, match=r"after \d+ attempts: dropped; looking showed that nothing was written"):
        registered(network, Retry(attempts=2, settle=0.5, total=300.0))


def test_an_unknown_outcome_tells_its_key_and_survives_pickling_without_its_client() -> None:
    network = Answering("garbage after", visible_after=10_000.0)
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network)
    error = caught.value
    error.resolver = lambda unknown: "looked"
    assert error.resolve() == "looked"
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    assert (copy.key, copy.operation, str(copy)) == (f"invoice INV-1 of creditor {CREDITOR}", "register_invoice", str(error))
    with pytest.raises(ConfigurationError, match=r"write amili\.resolve\(error\)"):
        copy.resolve()
    assert "0017" not in repr(copy.__dict__), "no personal number in the error"


def test_a_fee_of_the_same_amount_is_not_the_crediting() -> None:
    network = Answering("dropped before")
    case = with_case(network)
    stored, sent = network.vendor.cases[0], network.send

    def send(effect: Send) -> Answer | Lost:
        if effect.call.writes:
            fee = {"registration_date": network.vendor.date(), "type": "cost", "amount": 100.1}
            stored["transactions"].append(fee)
        return sent(effect)

    network.send = send  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknownError, match="can't be told whether by this crediting"):
        credited(network, case)


def test_without_remaining_capital_a_crediting_can_not_be_judged() -> None:
    network = Answering("dropped after")
    case = with_case(network)
    del network.vendor.cases[0]["transactions"]
    crediting = CreditingTrace(case, Decimal(1), None, (), True)
    with pytest.raises(OutcomeUnknownError, match="does not tell its remaining capital"):
        run(actions.resolve(context(network), Pending(0, crediting, 0.0, 0.0)), network)


@pytest.mark.parametrize(("remaining", "settled"), [(400, 100), (440, 60), (470, None)])
def test_without_transactions_the_remaining_capital_tells(remaining: int, settled: int | None) -> None:
    network = Answering()
    case = with_case(network)
    network.vendor.cases[0] |= {"transactions": [], "total_remaining_capital_amount": 0 if settled == 60 else remaining}
    trace = CreditingTrace(case, Decimal(100), Decimal(60 if settled == 60 else 500), (), True)
    if settled is None:
        with pytest.raises(OutcomeUnknownError):
            run(actions.resolve(context(network), Pending(0, trace, 0.0, 0.0)), network)
    else:
        assert run(actions.resolve(context(network), Pending(0, trace, 0.0, 0.0)), network).settled_amount == settled


@pytest.mark.parametrize("operation", ["credit_case", "cancel_case"])
def test_resolve_finds_a_crediting_and_a_cancellation(operation: str) -> None:
    network = Answering()
    case = with_case(network)
    before = network.vendor.clock.wall()
    trace: CreditingTrace | CancellationTrace = CancellationTrace(case)
    if operation == "credit_case":
        trace = CreditingTrace(case, Decimal(100), Decimal(500), (), False)
        network.vendor.commit(operation, {"case": case, "amount": 100})
        network.vendor.cases[0]["transactions"] = network.vendor.cases[0]["transactions"][1:]
    else:
        network.vendor.commit(operation, {"case": case})
    receipt = run(actions.resolve(context(network), Pending(0, trace, before, before)), network)
    assert (receipt.outcome, receipt.case_invoice_number) == ("reconciled", "INV-2")


def test_a_case_that_is_gone_leaves_the_outcome_unknown() -> None:
    network = Answering()
    for trace in (CancellationTrace(CASE), CreditingTrace(CASE, Decimal(1), Decimal(1), (), True)):
        with pytest.raises(OutcomeUnknownError, match="the case can't be found") as caught:
            run(actions.resolve(context(network), Pending(0, trace, 0.0, 0.0)), network)
        assert CASE in caught.value.key


@pytest.mark.parametrize("amount", [Decimal(0), Decimal("-1"), Decimal("1.005"), Decimal("NaN")])
def test_an_amount_that_is_no_amount_is_refused_before_anything_is_sent(amount: Decimal) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        actions.Crediting(amount)


@pytest.mark.parametrize("amount", [1.5, "100.00", True])
def test_an_amount_of_another_type_is_refused(amount: Any) -> None:
    with pytest.raises(TypeError, match="a float is not exact"):
        actions.Crediting(amount)


def test_only_kronor_are_credited() -> None:
    with pytest.raises(ValueError, match="only SEK"):
        actions.Crediting(Decimal(1), "EUR")


def test_a_refusal_is_noted_in_the_journal_as_nothing_written(tmp_path: Path) -> None:
    network, journal = Answering((404, {"_status": "ERR"})), Journal(tmp_path / "journal.sqlite")
    with pytest.raises(NotFoundError):
        run(actions.register(context(network), invoice("INV-1"), journal), network)
    assert journal.pending(1e12) == []
    journal.close()


def test_an_unknown_outcome_stays_pending_until_it_is_resolved(tmp_path: Path) -> None:
    network, journal = Answering("garbage after", visible_after=1_000.0), Journal(tmp_path / "journal.sqlite")
    with pytest.raises(OutcomeUnknownError):
        run(actions.register(context(network), invoice("INV-1"), journal), network)
    now = network.vendor.clock.wall()
    (pending,) = journal.pending(now)
    assert (pending.operation, pending.key) == ("register_invoice", f"invoice INV-1 of creditor {CREDITOR}")
    network.read_fault = "500 before"
    ((_, problem),) = run(actions.resolve_pending(context(network), journal), network)
    assert isinstance(problem, OutcomeUnknownError)
    network.read_fault = None
    network.vendor.clock.seconds += 1_000.0
    ((_, receipt),) = run(actions.resolve_pending(context(network), journal), network)
    assert receipt.case == CASE
    assert journal.pending(network.vendor.clock.wall()) == []
    journal.close()


def test_resolve_counts_the_settling_time_from_the_last_request_not_from_the_first() -> None:
    network = Answering("dropped before", "late")
    network.late_by = 5.0
    with pytest.raises(OutcomeUnknownError) as caught:
        registered(network, deadline=40.0)
    receipt = run(actions.resolve(context(network), caught.value), network)
    network.vendor.clock.seconds += 100.0
    network.vendor.catch_up()
    assert (receipt is not None) == (len(network.vendor.commits) == 1)


def test_a_journal_that_can_not_be_written_stops_a_write_before_it_is_sent(tmp_path: Path) -> None:
    network, journal = Answering(), Journal(tmp_path / "journal.sqlite")
    journal._connection().execute("DROP TABLE intents")
    with pytest.raises(ConfigurationError, match="can't be written, so nothing was sent"):
        run(actions.register(context(network), invoice("INV-1"), journal), network)
    assert network.requests == 0
    journal.close()


def test_a_journal_that_fails_after_the_write_does_not_cost_the_receipt(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    network, journal = Answering(), Journal(tmp_path / "journal.sqlite")
    trigger = "CREATE TRIGGER full BEFORE UPDATE ON intents BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    journal._connection().execute(trigger)
    receipt = run(actions.register(context(network), invoice("INV-1"), journal), network)
    assert receipt.outcome == "created"
    assert "can't be written, an entry stays pending: disk is full" in caplog.text
    assert len(journal.pending(1e12)) == 1
    journal.close()


def test_the_journal_holds_no_personal_data(tmp_path: Path) -> None:
    network, journal = Answering(), Journal(tmp_path / "journal.sqlite")
    run(actions.register(context(network), invoice("INV-1"), journal), network)
    case = with_case(network)
    run(actions.credit(context(network), case, actions.Crediting(5), journal), network)
    run(actions.cancel(context(network), case, journal), network)
    journal.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (b"Test Person", b"19900101", b"0017", RegistrationTrace.of(_model()).debtor.encode()):  # type: ignore[union-attr]
        assert secret not in content


def _model() -> Any:
    from amili import InvoiceRegistration

    return InvoiceRegistration.from_dict(invoice("INV-1"))


def test_traces_of_every_kind_survive_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    traces: list[Trace] = [
        RegistrationTrace("INV-1", CREDITOR, Decimal("500.10"), None),
        RegistrationTrace("INV-2", CREDITOR, None, None),
        CreditingTrace(CASE, Decimal("1.10"), Decimal("500.00"), ("a", "b"), True),
        CancellationTrace(CASE),
    ]
    for trace in traces:
        journal.begin(trace, 1.0, 2.0)
    assert [pending.trace for pending in journal.pending(3.0)] == traces
    assert journal.pending(1.5) == [], "somebody works on them"
    journal.close()
    journal.close()


def _register_in_a_process(file: str, numbers: list[str]) -> None:
    network, journal = Answering(), Journal(file)
    for number in numbers:
        run(actions.register(context(network), invoice(number), journal), network)
    journal.begin(CancellationTrace(numbers[0].ljust(24, "0")), 1.0, 2.0)
    journal.close()


def test_two_processes_share_a_journal(tmp_path: Path) -> None:
    file = str(tmp_path / "journal.sqlite")
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_register_in_a_process, args=(file, [f"{name}{n}" for n in range(20)])) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    journal = Journal(file)
    assert sorted(pending.trace.case[:2] for pending in journal.pending(3.0)) == ["a0", "b0"]  # type: ignore[union-attr]
    journal.close()


def test_a_pending_write_is_taken_on_by_one_process_only(tmp_path: Path) -> None:
    network = Answering()
    one, two = Journal(tmp_path / "journal.sqlite"), Journal(tmp_path / "journal.sqlite")
    one.release(one.begin(RegistrationTrace("INV-1", CREDITOR, None, None), 1.0, 1e12), 1.0)
    seen_by_both = [journal.pending(network.vendor.clock.wall()) for journal in (one, two)]
    two.pending = lambda now: seen_by_both[1]  # type: ignore[method-assign]
    found = run(actions.resolve_pending(context(network), one), network)
    assert [(write.key, receipt) for write, receipt in found] == [(f"invoice INV-1 of creditor {CREDITOR}", None)]
    assert run(actions.resolve_pending(context(network), two), network) == []
    one.close()
    two.close()


def test_a_connection_of_the_parent_is_left_alone_after_a_fork(tmp_path: Path) -> None:
    journal, closed = Journal(tmp_path / "journal.sqlite"), []

    class Parents:
        def close(self) -> None:
            closed.append(self)

    journal._opened.append((-1, Parents()))  # type: ignore[arg-type]
    journal.close()
    assert closed == []


def _die_in_the_middle(file: str) -> None:
    Journal(file).begin(CancellationTrace(CASE), 1.0, 1e12)
    os._exit(9)


def test_the_write_of_a_process_that_was_killed_is_pending_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "journal.sqlite")
    process = multiprocessing.get_context("spawn").Process(target=_die_in_the_middle, args=(file,))
    process.start()
    process.join()
    journal = Journal(file)
    assert [(pending.key, pending.lost_at) for pending in journal.pending(5.0)] == [(f"case {CASE}", 5.0)]
    journal._connection().execute("UPDATE intents SET owner = 'another-machine 1'")
    assert journal.pending(5.0) == [], "of another machine nothing can be said"
    journal._connection().execute("UPDATE intents SET owner = ?", (f"{platform.node()} 1",))
    assert journal.pending(5.0) == [], "that process runs"

    def not_permitted(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_permitted)
    assert journal.pending(5.0) == [], "that process runs, for another user"
    journal.close()


def test_a_journal_in_a_folder_that_is_not_there_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"journal=.*nowhere.* can't be used as a SQLite file"):
        Journal(tmp_path / "nowhere" / "journal.sqlite")


def test_a_rate_that_is_no_percentage_leaves_the_amount_out_of_the_comparison() -> None:
    odd = _model()
    odd.matrix[0].unit_vat_percent = "reduced"
    assert RegistrationTrace.of(odd).total is None
