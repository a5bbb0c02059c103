"""Steps of crediting: money moves exactly, once, only down to nothing, and only for its owner."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.tour.invoices import INVOICE_DATE, line, rfc_1123
from contract_tests.tour.model import ModelCase
from contract_tests.tour.reading import batch
from contract_tests.tour.traveller import Traveller, document_of

CREDIT = "credit_case"
HUNDRED = Decimal("100.00")


def credit(tour: Traveller, of: ModelCase, amount: Decimal, /, **changes: Any) -> None:
    """Credit a case, which must succeed, and hold the receipt against what was asked."""
    receipt = tour.act(CREDIT, tour.crediting(of, amount, **changes))
    of.credit(amount)
    wanted: Mapping[str, Any] = {
        "_crediting_status": "completed",
        "_payment_status": "completed",
        "status": "completed",
        "settled_amount": amount,
        "case_invoice_number": of.number,
    }
    for name, value in wanted.items():
        if name in receipt:
            tour.expect(CREDIT, "a receipt says what was done", f"/{name}", value, receipt[name])
    if not {"_crediting_status", "_payment_status", "status"} & receipt.keys():
        tour.say(CREDIT, "a receipt says what was done", "/_crediting_status", "completed", "nothing")


def ore_add_up(tour: Traveller) -> None:
    """Small amounts add up without a remainder, by case and by invoice number, with and without what is optional."""
    case = batch(tour).cases[0]
    credit(tour, case, Decimal("0.10"), creditor_reference="CRED-2025-001", credit_invoice="CRE-1")
    credit(tour, case, Decimal("0.20"), case=None, invoice_number=case.number)
    credit(tour, case, Decimal("33.33"), client_registration_date=rfc_1123(INVOICE_DATE))
    tour.check(case, "a crediting moves exactly its amount")


def a_case_can_be_credited_in_whole(tour: Traveller) -> None:
    """All that remains can be credited, and then nothing remains."""
    case = tour.register([line("9999999999999.99")])
    credit(tour, case, Decimal("9999999999999.98"))
    tour.check(case, "a crediting moves exactly its amount")
    credit(tour, case, Decimal("0.01"))
    page = tour.look({"_id": case.id}, projection={"total_remaining_capital_amount": 1})
    for item in page["_items"]:
        left = item.get("total_remaining_capital_amount")
        tour.expect("list_cases", "a crediting moves exactly its amount", "/_items/0/total_remaining_capital_amount", 0, left)


def outcome(tour: Traveller, case: ModelCase, exchange: Exchange, amount: Decimal) -> str:
    """Say how a doubtful crediting ended, and carry it into the model if money moved."""
    receipt = document_of(exchange)
    if exchange.status in (400, 422):
        return "refused"
    if receipt.get("status") == "error":
        return "answered with an error"
    settled = receipt.get("settled_amount", amount)
    if settled:
        case.credit(settled)
    return "settled beyond what remains" if case.remaining < 0 else "settled in part"


def no_more_can_be_credited_than_remains(tour: Traveller) -> None:
    """Crediting more than remains never takes a case below zero."""
    case = tour.victim
    amount = case.remaining + Decimal("0.01")
    exchange = tour.caller.call(CREDIT, tour.crediting(case, amount))
    tour.behaves("overcrediting", CREDIT, outcome(tour, case, exchange, amount))
    tour.check(case, "no more is credited than remains")


def what_is_wrong_in_a_crediting_is_named(tour: Traveller) -> None:
    """A crediting that breaks a rule is refused, its properties are named, and no money moves."""
    case = tour.victim
    tour.refused(CREDIT, {}, "creditor", "currency", "amount", "origin")
    for amount in (Decimal("-1"), 0, Decimal("0.001")):
        tour.refused(CREDIT, tour.crediting(case, amount), "amount")
    tour.refused(CREDIT, tour.crediting(case, 1, currency="EUR", origin="somebody"), "currency", "origin")
    tour.refused(CREDIT, tour.crediting(case, 1, case="not an id"), "case")
    both = tour.refused(CREDIT, tour.crediting(case, 1, invoice_number=case.number))
    neither = tour.refused(CREDIT, tour.crediting(case, 1, case=None))
    for exchange in (both, neither):
        tour.expect(CREDIT, "exactly one of case and invoice_number", "", 422, exchange.status)
    tour.refused(CREDIT, tour.crediting(case, 1, case="f" * 24), "case", forbidden=False)
    tour.refused(CREDIT, tour.crediting(case, 1, case=None, invoice_number=tour.number()), "invoice_number", forbidden=False)
    tour.check(case, "a refused write leaves nothing behind")


def nobody_credits_the_case_of_another(tour: Traveller) -> None:
    """Neither another creditor of the account nor a stranger can credit or cancel a case, and a stranger does not see it."""
    case = tour.victim
    attempts: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    if tour.target.second_creditor:
        second = {"creditor": tour.target.second_creditor}
        attempts += [(CREDIT, tour.crediting(case, 1, **second), {}), ("cancel_case", tour.cancellation(case, **second), {})]
    if tour.target.stranger:
        stranger = tour.target.stranger
        attempts += [(CREDIT, tour.crediting(case, 1, creditor=stranger.creditor), {"as_": stranger})]
        attempts += [("cancel_case", tour.cancellation(case), {"as_": stranger})]
    for operation, body, call in attempts:
        exchange = tour.caller.call(operation, body, **call)
        error = document_of(exchange).get("status") == "error"
        seen = "refused" if exchange.status in (403, 404, 422) else "answered with an error" if error else "carried out"
        tour.behaves("foreign_case", operation, seen)
    if tour.target.stranger:
        exchange = tour.caller.call("list_cases", query={"where": {"_id": case.id}}, as_=tour.target.stranger)
        shown = len(document_of(exchange).get("_items", []))
        tour.expect("list_cases", "a stranger does not see the case", "/_items", 0, shown)
    tour.check(case, "nobody moves the money of another")


STEPS = (
    ore_add_up,
    a_case_can_be_credited_in_whole,
    no_more_can_be_credited_than_remains,
    what_is_wrong_in_a_crediting_is_named,
    nobody_credits_the_case_of_another,
)
