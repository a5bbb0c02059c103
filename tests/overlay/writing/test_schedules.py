"""Exactly once, over thousands of random schedules of faults in virtual time: no duplicate, nothing lost, no wrong word."""

import random
from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from amili import AmiliError, Case, DecodeError, NoResponseError, OutcomeUnknownError, RateLimitedError, Retry, ServerError
from amili._core import writing as actions
from amili._core.writing import open_journal

from tests.overlay.writing.model import Crash, Network, Vendor, context, run
from tests.samples import CREDITOR, invoice
from tests.virtual_time import Clock

REGISTRATIONS, CREDITINGS, CANCELLATIONS = 6_000, 1_500, 1_000  # with the other tests here more than 10,000 in all


def world(seed: int, rate: float = 1 / 3) -> Network:
    """A vendor with a seed's habits, in a world that holds a few other cases already."""
    chance = random.Random(seed)
    vendor = Vendor(Clock(), skew=chance.choice([0.0, -400.0, 400.0, 3.0]), visible_after=chance.choice([0.0, 0.0, 2.0, 9.0]))
    if chance.random() < 0.2:  # the same invoice, registered on purpose some time ago: not ours
        vendor.add_case("INV-1")
        vendor.clock.seconds += 3600.0
    vendor.add_case("INV-0")
    vendor.clock.seconds += 30.0
    return Network(vendor, chance, rate, reference_only=chance.random() < 0.2)


def outcome_of(plan: Any, network: Network) -> Any:
    """Run a plan and return its receipt or its error; then let everything that is still under way come to its end."""
    try:
        result = run(plan, network)
    except AmiliError as problem:
        result = problem
    network.vendor.clock.seconds += 1000.0
    network.vendor.catch_up()
    return result


def judge(result: Any, network: Network, operation: str) -> str:
    """Hold what the client said against what happened; return which it was."""
    commits = [case for done, case in network.vendor.commits if done == operation]
    assert len(commits) <= 1, f"{len(commits)} times"
    if isinstance(result, OutcomeUnknownError):
        network.rate = 0.0
        try:
            found = run(actions.resolve(context(network), result), network)
        except OutcomeUnknownError:
            return "unknown"  # what the case shows does not tell, also on a good day
        assert (found is not None) == (len(commits) == 1), "resolve() was wrong"
        return "unknown"
    if isinstance(result, AmiliError):
        assert isinstance(result, NoResponseError | ServerError | RateLimitedError | DecodeError)
        assert commits == [], f"it said {result}, but it had happened"
        return "nothing written"
    assert len(commits) == 1, f"a receipt ({result.outcome}) for nothing"
    return str(result.outcome)


def test_a_registration_happens_at_most_once_and_the_client_says_what_happened() -> None:
    said: Counter[str] = Counter()
    requests = 0
    for seed in range(REGISTRATIONS):
        network = world(seed)
        result = outcome_of(actions.register(context(network), invoice("INV-1"), None), network)
        requests += network.requests
        try:
            said[judge(result, network, "register_invoice")] += 1
        except AssertionError as wrong:
            pytest.fail(f"schedule {seed}: {wrong}")
        if not isinstance(result, AmiliError):
            assert result.case == network.vendor.commits[0][1], f"schedule {seed}: the receipt of another case"
    assert said["unknown"] <= 0.02 * REGISTRATIONS
    assert requests <= 4 * REGISTRATIONS
    assert min(said["created"], said["reconciled"]) > 0, f"not all outcomes were met: {said}"


def test_on_the_worst_days_an_outcome_is_unknown_rather_than_wrong() -> None:
    said: Counter[str] = Counter()
    for seed in range(800):
        network = world(seed, rate=0.85)
        try:
            said[
                judge(
                    outcome_of(actions.register(context(network), invoice("INV-1"), None), network), network, "register_invoice"
                )
            ] += 1
        except AssertionError as wrong:
            pytest.fail(f"schedule {seed}: {wrong}")
    assert min(said[word] for word in ("created", "reconciled", "nothing written", "unknown")) > 0, f"not all outcomes: {said}"


@pytest.mark.parametrize("given", ["id", "case"])
def test_a_crediting_happens_at_most_once_and_the_client_says_what_happened(given: str) -> None:
    said: Counter[str] = Counter()
    for seed in range(CREDITINGS):
        network = world(seed)
        case = network.vendor.add_case("INV-2")
        network.vendor.clock.seconds += network.vendor.visible_after
        read = Case.from_dict(network.vendor.cases[-1]) if given == "case" else case["_id"]
        plan = actions.credit(context(network), read, actions.Crediting(Decimal("100.10")), None)
        try:
            said[judge(outcome_of(plan, network), network, "credit_case")] += 1
        except AssertionError as wrong:
            pytest.fail(f"schedule {seed}: {wrong}")
    assert said["unknown"] <= 0.02 * CREDITINGS
    assert min(said["created"], said["reconciled"]) > 0, f"not all outcomes were met: {said}"


@pytest.mark.parametrize("given", ["id", "case"])
def test_a_crediting_is_never_mistaken_for_that_of_somebody_else(given: str) -> None:
    said: Counter[str] = Counter()
    for seed in range(500):
        network = world(seed)
        vendor = network.vendor
        case = vendor.add_case("INV-2")
        read = Case.from_dict(vendor.cases[-1]) if given == "case" else case["_id"]
        other = {"case": case["_id"], "amount": 50}
        vendor.clock.seconds += vendor.visible_after
        due = vendor.clock() + network.chance.choice([0.0, 0.03, 1.0, 20.0])
        vendor.waiting.append((due, partial(credited_by_somebody_else, vendor, other)))
        plan = actions.credit(context(network), read, actions.Crediting(Decimal("100.10")), None)
        try:
            said[judge(outcome_of(plan, network), network, "credit_case")] += 1
        except AssertionError as wrong:
            pytest.fail(f"schedule {seed}: {wrong}")
    assert min(said["created"], said["reconciled"], said["unknown"]) > 0, f"not all outcomes were met: {said}"


def credited_by_somebody_else(vendor: Vendor, body: dict[str, Any]) -> None:
    vendor.commit("credit_case", body)
    vendor.commits.pop()


def test_a_cancellation_happens_at_most_once_and_the_client_says_what_happened() -> None:
    said: Counter[str] = Counter()
    for seed in range(CANCELLATIONS):
        network = world(seed)
        case = network.vendor.add_case("INV-2")
        network.vendor.clock.seconds += network.vendor.visible_after
        plan = actions.cancel(context(network), case["_id"], None)
        try:
            said[judge(outcome_of(plan, network), network, "cancel_case")] += 1
        except AssertionError as wrong:
            pytest.fail(f"schedule {seed}: {wrong}")
    assert min(said["created"], said["reconciled"]) > 0, f"not all outcomes were met: {said}"


def test_after_a_crash_the_journal_tells_what_to_do_and_nothing_happens_twice(tmp_path: Path) -> None:
    crashed = 0
    for seed in range(300):
        network, journal = world(seed), open_journal(tmp_path / f"{seed}.sqlite")
        network.crash_at = network.chance.choice([1, 2, 3])
        try:
            run(actions.register(context(network), invoice("INV-1"), journal), network)
        except Crash:
            crashed += 1
        except AmiliError:
            pass
        network.crash_at, network.rate = None, 0.0
        network.vendor.clock.seconds += 1000.0
        network.vendor.catch_up()
        for pending, receipt in run(actions.resolve_pending(context(network), journal), network):
            assert pending.key == f"invoice INV-1 of creditor {CREDITOR}"
            if receipt is None:
                run(actions.register(context(network), invoice("INV-1"), journal), network)
        assert journal.pending(network.vendor.clock.wall() + 10_000) == []
        assert len(network.vendor.commits) <= 1, f"schedule {seed}"
        journal.close()
    assert crashed > 50


def test_the_last_attempt_that_the_time_allows_is_still_looked_at() -> None:
    network = world(1, rate=0.0)
    network.script = ["late"]
    retry = Retry(attempts=1, total=20.0, settle=15.0)
    result = outcome_of(actions.register(context(network, retry), invoice("INV-1"), None), network)
    assert judge(result, network, "register_invoice") == "reconciled"
