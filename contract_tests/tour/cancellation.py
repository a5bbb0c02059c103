"""Steps of cancellation: a case is closed once, nothing is left to pay, and nothing moves afterwards."""

from decimal import Decimal
from typing import Any

from contract_tests.findings import fact, open_questions
from contract_tests.model import ModelCase
from contract_tests.tour.crediting import CREDIT, outcome
from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import TourSession

CANCEL = "cancel_case"
KEPT = "all that was left"


def cancel(tour: TourSession, of: ModelCase, /, *, alternate_path: bool = False, **changes: Any) -> None:
    """Cancel a case, which must succeed, and compare the receipt with the request."""
    receipt = tour.act(CANCEL, tour.cancellation(of, **changes), of, alternate_path=alternate_path)
    for name in ("_cancellation_status", "status"):
        if name in receipt:
            rule = "a receipt says what was done"
            tour.expect(CANCEL, rule, f"/{name}", "completed", receipt[name], rests_on=fact("receipt_result"))
    left = tour.answers.get("cancelled_capital", open_questions()["cancelled_capital"].expected)
    of.cancel(of.remaining if left == KEPT else Decimal(0), receipt["_created"])


def check_after_cancellation(tour: TourSession, case: ModelCase) -> None:
    """Check a cancelled case: what is left of its capital is not documented, all else is."""
    found = tour.check_case(case)
    left = found.get("total_remaining_capital_amount", Decimal(0))
    kept = left == case.capital - sum(case.credited[:-1], Decimal(0)) and left > 0
    tour.record_answer("cancelled_capital", CANCEL, "nothing" if left == 0 else KEPT if kept else f"{left}")
    if kept:
        case.keep(left)


def what_is_wrong_in_a_cancellation_is_named(tour: TourSession) -> None:
    """A cancellation that breaks a rule is refused, its properties are named, and the case stays open."""
    case = sample_cases(tour)["company"]
    tour.refused(CANCEL, {}, "creditor", "origin")
    odd = tour.cancellation(case, origin="somebody", creditor="not an id", no_such_property="x")
    tour.refused(CANCEL, odd, "origin", "creditor", unknown=["no_such_property"])
    tour.refused(CANCEL, tour.cancellation(case, invoice_number=case.number))  # exactly one of the two
    tour.refused(CANCEL, tour.cancellation(case, case="f" * 24), "case", violates_contract=False)


def a_closed_case_does_not_move(tour: TourSession) -> None:
    """Neither a second cancellation nor a crediting changes a closed case; it can be closed by its invoice number."""
    case = sample_cases(tour)["company"]
    cancel(tour, case, case=None, invoice_number=case.number, alternate_path=True)
    amount = tour.random_data.amount("0.01", "9.99")
    exchange = tour.attempt(CREDIT, tour.crediting(case, amount))
    tour.record_answer("crediting_a_closed_case", CREDIT, outcome(tour, case, exchange))
    exchange = tour.attempt(CANCEL, tour.cancellation(case))
    refused = exchange.status in (400, 422)
    status = exchange.object_or_empty.get("status", exchange.object_or_empty.get("_cancellation_status"))
    tour.record_answer("second_cancellation", CANCEL, "refused" if refused else str(status))
    tour.check_cases(tour.cases)


STEPS = (what_is_wrong_in_a_cancellation_is_named, a_closed_case_does_not_move)
