"""Random walks over the model of the tour, on the stand-in; and proof that they did not pass by doing nothing."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from amili_sandbox.process import SandboxProcess
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from contract_tests.baseline import Baseline
from contract_tests.caller import Caller
from contract_tests.contract import Contract
from contract_tests.findings import agree
from contract_tests.report.record import Record
from contract_tests.target import stand_in
from contract_tests.tour.cancelling import cancel
from contract_tests.tour.crediting import CREDIT, credit, outcome
from contract_tests.tour.invoices import line
from contract_tests.tour.model import ModelCase
from contract_tests.tour.traveller import Traveller

AMOUNTS = st.integers(1, 90_000).map(lambda ore: Decimal(ore) / 100)
RATES = st.sampled_from(["0%", "6%", "12%", "25%"])
LINES = st.lists(
    st.builds(lambda price, rate, units: line(str(price), rate, units), AMOUNTS, RATES, st.integers(1, 9)), min_size=1, max_size=4
)
WANTED = {("register", "accepted"), ("credit", "accepted"), ("credit", "refused"), ("cancel", "accepted"), ("cancel", "refused"),
          ("list", "found"), ("list", "nothing"), ("register", "refused")}  # fmt: skip


class Walk:
    """What all examples of a run share: the way to the server, and the count of what really happened."""

    def __init__(self, caller: Caller) -> None:
        self.tour = Traveller(caller, "machine")
        self.happened: Counter[tuple[str, str]] = Counter()

    def registered(self, lines: list[dict[str, Any]]) -> ModelCase:
        self.happened["register", "accepted"] += 1
        return self.tour.register(lines)


def machine_on(walk: Walk, baseline: Baseline) -> type[RuleBasedStateMachine]:
    """Return the machine for one server."""

    class CasesMachine(RuleBasedStateMachine):
        cases: Bundle[ModelCase] = Bundle("cases")

        @initialize(target=cases, lines=LINES)
        def first(self, lines: list[dict[str, Any]]) -> ModelCase:
            return walk.registered(lines)

        @rule(target=cases, lines=LINES)
        def register(self, lines: list[dict[str, Any]]) -> ModelCase:
            return walk.registered(lines)

        @rule(missing=st.sampled_from(["customer", "currency", "matrix", "invoice_date", "creditor"]))
        def register_in_part(self, missing: str) -> None:
            document = walk.tour.invoice()
            del document[missing]
            walk.tour.refused("register_invoice", document, missing)
            walk.happened["register", "refused"] += 1

        @rule(case=cases, share=st.integers(1, 100))
        def credit(self, case: ModelCase, share: int) -> None:
            amount = max((case.remaining * share / 100).quantize(Decimal("0.01")), Decimal("0.01"))
            if case.closed or amount > case.remaining:
                self._doubtful(case, amount)
            else:
                credit(walk.tour, case, amount)
                walk.happened["credit", "accepted"] += 1
            self.look(case)

        @rule(case=cases, beyond=AMOUNTS)
        def credit_too_much(self, case: ModelCase, beyond: Decimal) -> None:
            self._doubtful(case, case.remaining + beyond)

        def _doubtful(self, case: ModelCase, amount: Decimal) -> None:
            exchange = walk.tour.caller.call(CREDIT, walk.tour.crediting(case, amount))
            result = outcome(walk.tour, case, exchange, amount)
            walk.tour.behaves("crediting_a_closed_case" if case.closed else "overcrediting", CREDIT, result)
            walk.happened["credit", result] += 1

        @rule(case=cases)
        def cancel(self, case: ModelCase) -> None:
            if case.closed:
                exchange = walk.tour.caller.call("cancel_case", walk.tour.cancellation(case))
                result = "refused" if exchange.status == 422 else "accepted again"
                walk.tour.behaves("second_cancellation", "cancel_case", result)
                walk.happened["cancel", result] += 1
            else:
                cancel(walk.tour, case)
                walk.happened["cancel", "accepted"] += 1
            self.look(case)

        def look(self, case: ModelCase) -> None:
            walk.tour.check(case, "a case is what was done to it")
            walk.happened["list", "found"] += 1

        @rule()
        def look_for_nothing(self) -> None:
            page = walk.tour.look({"debt.invoice_number": "nobody has this number"})
            walk.tour.expect("list_cases", "conditions mean what they say", "/_meta/total", 0, page["_meta"]["total"])
            walk.happened["list", "nothing"] += 1

        @invariant()
        def contract_and_server_agree(self) -> None:
            found, walk.tour.caller.findings = walk.tour.caller.findings, []
            agree(baseline.news(found))

    return CasesMachine


@pytest.fixture(scope="module")
def walk(stand_in_process: SandboxProcess, contract: Contract, record: Record) -> Iterator[Walk]:
    caller = Caller(contract, stand_in(stand_in_process))
    yield Walk(caller)
    record.observed(caller.observations)
    caller.close()


def walk_at_random(walk: Walk, baseline: Baseline, number: int | None = None) -> None:
    """Walk from a seed, always the same one if none is given; raises Disagreement."""
    chosen = settings(
        max_examples=12,
        stateful_step_count=15,
        deadline=None,
        derandomize=number is None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        print_blob=False,
    )
    machine = machine_on(walk, baseline)
    run_state_machine_as_test(machine if number is None else seed(number)(machine), settings=chosen)


def test_whatever_is_done_in_whatever_order_money_and_state_are_right(walk: Walk, baseline: Baseline) -> None:
    walk_at_random(walk, baseline)


def test_everything_that_can_happen_did_happen(walk: Walk) -> None:
    print(dict(walk.happened), len(walk.tour.caller.exchanges), "requests")
    assert walk.happened.keys() >= WANTED, f"never happened: {sorted(WANTED - walk.happened.keys())}"
