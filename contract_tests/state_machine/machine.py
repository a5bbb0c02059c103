"""The state machine: random walks over the model of the tour, on the stand-in, whose clock can be moved."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from contract_tests.findings import Baseline, agree
from contract_tests.model import NUMBER, ModelCase, line
from contract_tests.state_machine.actions import Walk
from contract_tests.tour import CANCEL, CREDIT, answers_come_in_time, cancel, credit

Do = TypeVar("Do", bound=Callable[..., Any])
AMOUNTS = st.one_of(st.integers(1, 90_000), st.integers(10**14, 9 * 10**14)).map(lambda ore: Decimal(ore) / 100)
PRICES = st.one_of(st.integers(1, 90_000), st.sampled_from([12_345_678_901_234])).map(lambda ore: Decimal(ore) / 100)
RATES = st.sampled_from(["0%", "6%", "12%", "25%"])
LINES = st.lists(
    st.builds(lambda price, rate, units: line(str(price), rate, units), PRICES, RATES, st.integers(1, 9)), min_size=1, max_size=4
)
NAMES = st.sampled_from(["Jane Smith", "Åsa Öström-Ñandú 猫 🧾", "Ole O'Neill <Søn> & \\"])
# What is wrong with a registration, and the property that must be named.
WRONG: tuple[tuple[Mapping[str, Any], str], ...] = (
    *(({name: None}, name) for name in ("customer", "currency", "matrix", "invoice_date", "creditor", "invoice_number")),
    ({"currency": "EUR"}, "currency"),
    ({"invoice_due_date": "soon"}, "invoice_due_date"),
    ({"matrix": [line("1", "25")]}, "matrix"),
    ({"matrix": [line("1", unit_price="much")]}, "matrix"),
    ({"customer": {"name": "Jane Smith"}}, "customer"),
    ({"account": "f" * 23}, "account"),
    ({"no_such_property": "x"}, "no_such_property"),
    ({"invoice_number": "9" * 500}, "invoice_number"),
)
AMOUNT = "total_remaining_capital_amount"
CONDITIONS = st.one_of(
    st.builds(
        lambda name, value: {AMOUNT: {name: value}}, st.sampled_from(["$gt", "$gte", "$lt", "$lte", "$ne", "$eq"]), AMOUNTS
    ),
    st.builds(lambda there: {"closed": {"$exists": there}}, st.booleans()),
    st.builds(lambda value: {"$or": [{AMOUNT: {"$gt": value}}, {"closed": {"$exists": True}}]}, AMOUNTS),
    st.sampled_from([{}, {"currency": "SEK"}, {"debt.invoice_number": "nobody has this number"}, {"state": "invoice"}]),
)
SORTS = st.sampled_from([None, f"{NUMBER},_id", f"-{AMOUNT},_id", "-_created,_id", "state,-debt.initial_capital,_id"])
PROJECTIONS = st.sampled_from([None, None, {NUMBER: 1, AMOUNT: 1}, {"debt": 0}, {"state_history.state": 1, "currency": 1}])


def machine_on(walk: Walk, baseline: Baseline) -> type[RuleBasedStateMachine]:
    """Return the machine for one server."""

    def step(**given: Any) -> Callable[[Do], Do]:
        """Make a rule of what can be done; a reply that can't be read ends it with what is wrong with the reply."""

        def of(do: Do) -> Do:
            @wraps(do)
            def read(*arguments: Any, **drawn: Any) -> Any:
                with walk.readable(baseline.news):
                    return do(*arguments, **drawn)

            made: Callable[[Any], Do] = rule(**given)
            return made(read)

        return of

    class CasesMachine(RuleBasedStateMachine):
        cases: Bundle[ModelCase] = Bundle("cases")

        @initialize(target=cases, lines=LINES, name=NAMES)
        def first(self, lines: list[dict[str, Any]], name: str) -> ModelCase:
            with walk.readable(baseline.news):
                return walk.registered(lines, name)

        @step(target=cases, lines=LINES, name=NAMES)
        def register(self, lines: list[dict[str, Any]], name: str) -> ModelCase:
            return walk.registered(lines, name)

        @step(wrong=st.sampled_from(WRONG))
        def register_wrongly(self, wrong: tuple[Mapping[str, Any], str]) -> None:
            changes, named = wrong
            document = {name: value for name, value in {**walk.tour.invoice(), **changes}.items() if value is not None}
            walk.tour.refused("register_invoice", document, named, forbidden=walk.forbidden(document))
            walk.happened["register", "refused"] += 1

        @step(case=cases, share=st.integers(1, 100), by_number=st.booleans())
        def credit(self, case: ModelCase, share: int, by_number: bool) -> None:
            amount = max((case.remaining * share / 100).quantize(Decimal("0.01")), Decimal("0.01"))
            if case.closed or amount > case.remaining:
                walk.doubtful(case, amount)
            else:
                how: dict[str, Any] = {"case": None, "invoice_number": case.number} if by_number else {}
                credit(walk.tour, case, amount, **how)
                walk.happened["credit", "accepted"] += 1
            walk.look(case)

        @step(case=cases, beyond=st.sampled_from([Decimal("0.01"), Decimal(1), Decimal("1000000")]))
        def credit_too_much(self, case: ModelCase, beyond: Decimal) -> None:
            walk.doubtful(case, case.remaining + beyond)

        @step(case=cases, amount=st.sampled_from([0, Decimal("-0.01"), Decimal("0.001"), "much"]))
        def credit_wrongly(self, case: ModelCase, amount: Any) -> None:
            walk.tour.refused(CREDIT, walk.tour.crediting(case, amount), "amount")
            walk.happened["credit", "refused"] += 1

        @step(case=cases, by_number=st.booleans())
        def cancel(self, case: ModelCase, by_number: bool) -> None:
            if case.closed:
                walk.cancel_again(case)
            else:
                how: dict[str, Any] = {"case": None, "invoice_number": case.number} if by_number else {}
                cancel(walk.tour, case, **how)
                walk.happened["cancel", "accepted"] += 1
            walk.look(case)

        @step(where=CONDITIONS, sort=SORTS, projection=PROJECTIONS, page=st.integers(1, 3), size=st.sampled_from([1, 2, 5, 100]))
        def ask(self, where: Mapping[str, Any], sort: str | None, projection: Any, page: int, size: int) -> None:
            walk.ask(where, sort=sort, projection=projection, page=page, max_results=size)

        @step(
            case=cases,
            token=st.sampled_from([None, "nobody"]),
            operation=st.sampled_from(["register_invoice", CREDIT, CANCEL, "list_cases"]),
        )
        def knock(self, case: ModelCase, token: str | None, operation: str) -> None:
            walk.knock(case, token, operation)

        @step(query=st.sampled_from([{"where": '{"state":'}, {"page": 0}, {"projection": "{state"}]))
        def ask_nonsense(self, query: Mapping[str, Any]) -> None:
            walk.ask_nonsense(query)

        @step(method=st.sampled_from(["DELETE", "PATCH", "PUT"]))
        def do_what_is_not_offered(self, method: str) -> None:
            walk.do_what_is_not_offered(method)

        @step(case=cases, cancelling=st.booleans())
        def by_another_creditor(self, case: ModelCase, cancelling: bool) -> None:
            body = walk.tour.cancellation(case) if cancelling else walk.tour.crediting(case, 1)
            walk.by_another(case, body, CANCEL if cancelling else CREDIT)

        @step(case=cases, hours=st.sampled_from([1, 30, 24 * 40]))
        def time_passes(self, case: ModelCase, hours: int) -> None:
            walk.wait(hours)
            walk.look(case)

        @invariant()
        def contract_and_server_agree(self) -> None:
            answers_come_in_time(walk.tour)
            found, walk.tour.caller.findings = walk.tour.caller.findings, []
            agree(baseline.news(found))

    return CasesMachine


def walk_at_random(walk: Walk, baseline: Baseline) -> None:
    """Walk from the seed of the walk; raises Disagreement."""
    chosen = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        print_blob=False,
    )
    run_state_machine_as_test(seed(walk.seed)(machine_on(walk, baseline)), settings=chosen)
