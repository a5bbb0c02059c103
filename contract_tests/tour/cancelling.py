"""Steps of cancellation: a case is closed once, nothing is left to pay, and nothing moves afterwards."""

from decimal import Decimal
from typing import Any

from contract_tests.tour.crediting import CREDIT, outcome
from contract_tests.tour.model import ModelCase
from contract_tests.tour.reading import batch
from contract_tests.tour.traveller import Traveller, document_of

CANCEL = "cancel_case"


def cancel(tour: Traveller, of: ModelCase, /, **changes: Any) -> None:
    """Cancel a case, which must succeed, and hold the receipt against what was asked."""
    receipt = tour.act(CANCEL, tour.cancellation(of, **changes))
    wanted = {"_cancellation_status": "completed", "status": "completed", "case_invoice_number": of.number}
    for name, value in wanted.items():
        if name in receipt:
            tour.expect(CANCEL, "a receipt says what was done", f"/{name}", value, receipt[name])
    if not {"_cancellation_status", "status"} & receipt.keys():
        tour.say(CANCEL, "a receipt says what was done", "/_cancellation_status", "completed", "nothing")
    of.cancel(Decimal(0))


def seen_after(tour: Traveller, case: ModelCase) -> None:
    """Look at a cancelled case: what is left of its capital is not documented, all else is."""
    page = tour.look({"_id": case.id})
    left = page["_items"][0].get("total_remaining_capital_amount", Decimal(0)) if page["_items"] else Decimal(0)
    kept = left == case.capital - sum(case.credited[:-1], Decimal(0)) and left > 0
    tour.behaves("cancelled_capital", CANCEL, "nothing" if left == 0 else "all that was left" if kept else f"{left}")
    tour.check(case, "a cancelled case is closed")


def a_closed_case_does_not_move(tour: Traveller) -> None:
    """Neither a second cancellation nor a crediting changes a closed case; it can be closed by its invoice number."""
    case = batch(tour).cases[1]
    cancel(tour, case, case=None, invoice_number=case.number)
    tour.check(case, "a cancelled case is closed")
    exchange = tour.caller.call(CREDIT, tour.crediting(case, Decimal("5")))
    tour.behaves("crediting_a_closed_case", CREDIT, outcome(tour, case, exchange, Decimal("5")))
    exchange = tour.caller.call(CANCEL, tour.cancellation(case))
    refused = exchange.status in (400, 422)
    said = document_of(exchange).get("status", document_of(exchange).get("_cancellation_status"))
    tour.behaves("second_cancellation", CANCEL, "refused" if refused else str(said))
    tour.check(case, "a closed case does not move")


def what_is_wrong_in_a_cancellation_is_named(tour: Traveller) -> None:
    """A cancellation that breaks a rule is refused, its properties are named, and the case stays open."""
    case = tour.victim
    tour.refused(CANCEL, {}, "creditor", "origin")
    tour.refused(CANCEL, tour.cancellation(case, origin="somebody", creditor="not an id"), "origin", "creditor")
    tour.refused(CANCEL, tour.cancellation(case, invoice_number=case.number))
    tour.refused(CANCEL, tour.cancellation(case, case="f" * 24), "case", forbidden=False)
    tour.check(case, "a refused write leaves nothing behind")


STEPS = (a_closed_case_does_not_move, what_is_wrong_in_a_cancellation_is_named)
