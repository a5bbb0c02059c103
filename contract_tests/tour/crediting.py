"""Steps of crediting: money moves exactly, once, only down to nothing, and only for its owner."""

from decimal import Decimal
from typing import Any

from contract_tests.findings import fact
from contract_tests.messages import Exchange, rfc_1123
from contract_tests.model import INVOICE_DATE, ModelCase, issues
from contract_tests.tour.random_data import NO_SUCH_DAYS
from contract_tests.tour.sample_cases import sample_cases
from contract_tests.tour.session import TourSession

CREDIT = "credit_case"
CLOSES = "closes the case"
ORE = Decimal("0.01")


def credit(tour: TourSession, of: ModelCase, amount: Decimal, /, *, alternate_path: bool = False, **changes: Any) -> None:
    """Credit a case, which must succeed, and compare the receipt with the request."""
    receipt = tour.act(CREDIT, tour.crediting(of, amount, **changes), of, alternate_path=alternate_path)
    of.credit(amount, receipt["_created"])
    wanted = {"_crediting_status": "completed", "_payment_status": "completed", "status": "completed", "settled_amount": amount}
    for name, value in wanted.items():
        if name in receipt:
            rule = "a receipt says what was done"
            tour.expect(CREDIT, rule, f"/{name}", value, receipt[name], rests_on=fact("receipt_result"))


def ore_add_up(tour: TourSession) -> None:
    """Amounts add up without a remainder: twice the same, by case and by invoice number, with and without what is optional."""
    case = sample_cases(tour)["full"]
    tour.target.pass_time(5)
    reference: dict[str, Any] = {"creditor_reference": tour.reference}
    for _ in range(2):
        credit(tour, case, Decimal("0.10"), credit_invoice="CRE-1", **reference)
    credit(tour, case, Decimal("9.50"), case=None, invoice_number=case.number, **reference)
    credit(tour, case, tour.random_data.amount("11.11", "44.44"), client_registration_date=rfc_1123(INVOICE_DATE), **reference)


def a_case_can_be_credited_in_whole(tour: TourSession) -> None:
    """All that remains can be credited, however much it is, and then nothing remains."""
    case = sample_cases(tour)["great"]
    credit(tour, case, case.remaining - ORE, alternate_path=True)
    credit(tour, case, ORE)
    names = ("total_remaining_capital_amount", "local_remaining_transaction_amount", "closed", "debt.capital_to_claim")
    page = tour.fetch_page({"_id": case.id}, projection=dict.fromkeys(names, 1))
    case.closed = closed = any("closed" in item for item in page["_items"])
    tour.record_answer("crediting_in_whole", CREDIT, CLOSES if closed else "leaves the case open")


def outcome(tour: TourSession, case: ModelCase, exchange: Exchange) -> str:
    """Say how a doubtful crediting ended, and carry it into the model if money moved; a receipt may not say how much."""
    receipt = exchange.object_or_empty
    if exchange.status in (400, 422):
        return "refused"
    if "error" in (receipt.get("status"), receipt.get("_crediting_status"), receipt.get("_payment_status")):
        return "answered with an error"
    settled = receipt["settled_amount"] if "settled_amount" in receipt else _booked_since(tour, case)
    if settled:
        case.credit(settled, receipt.get("_created", case.receipt["_created"]))
        case.closed = case.closed or (case.remaining == 0 and tour.answers.get("crediting_in_whole") == CLOSES)
    return "settled beyond what remains" if case.remaining < 0 else "settled in part"


def _booked_since(tour: TourSession, case: ModelCase) -> Decimal:
    """Return what was credited to a case beyond what is known, by its transactions."""
    page = tour.caller.call("list_cases", query={"where": {"_id": case.id}}).object_or_empty
    booked = [
        abs(entry["amount"])
        for item in page.get("_items", [])
        for entry in item.get("transactions", [])
        if entry.get("type") == "capital"
    ]
    return sum(booked[1 + len(case.credited) :], Decimal(0))


def no_more_can_be_credited_than_remains(tour: TourSession) -> None:
    """Crediting more than remains never takes a case below zero, by however little."""
    case = sample_cases(tour)[tour.random_data.choice("many", "minimal")]
    amount = case.remaining + ORE
    exchange = tour.attempt(CREDIT, tour.crediting(case, amount))
    tour.record_answer("overcrediting", CREDIT, outcome(tour, case, exchange))


def what_is_wrong_in_a_crediting_is_named(tour: TourSession) -> None:
    """A crediting that breaks a rule is refused, and its properties are named."""
    case = sample_cases(tour)["many"]
    tour.refused(CREDIT, {}, "creditor", "currency", "amount", "origin")
    wrongs: tuple[dict[str, Any], ...] = (
        {"amount": Decimal("-1"), "currency": "EUR", "origin": "somebody", "client_registration_date": NO_SUCH_DAYS[0]},
        {"amount": "much", "currency": 7, "case": "not an id", "creditor": "nobody", "client_registration_date": "yesterday"},
        {"amount": tour.random_data.choice(Decimal("-1"), 0)},
        {"amount": Decimal("0.001")},
    )
    for wrong in wrongs:
        exchange = tour.refused(CREDIT, tour.crediting(case, 1) | wrong, *wrong)
        if exchange.status < 300:  # the finding says so; the case is as it is
            outcome(tour, case, exchange)
    tour.refused(CREDIT, tour.crediting(case, 1, invoice_number=case.number))  # exactly one of the two
    tour.refused(CREDIT, tour.crediting(case, 1, case=None))
    tour.refused(CREDIT, tour.crediting(case, 1, case="f" * 24), "case", violates_contract=False)
    nowhere = tour.crediting(case, 1, case=None, invoice_number=tour.number())
    tour.refused(CREDIT, nowhere, "invoice_number", violates_contract=False)


def what_no_page_says_about_creditings(tour: TourSession) -> None:
    """A number that two cases have, an unknown property, and what only the server sets: answered as before."""
    case = sample_cases(tour)["tax"]
    if len([other for other in tour.cases if other.number == case.number]) > 1:
        exchange = tour.attempt(CREDIT, tour.crediting(case, ORE, case=None, invoice_number=case.number))
        tour.record_answer("number_of_two_cases", CREDIT, "refused" if exchange.status == 422 else "accepted")
    exchange = tour.attempt(CREDIT, tour.crediting(case, ORE, no_such_property="x", settled_amount=0))
    named = issues(exchange.object_or_empty)
    tour.record_answer("set_by_the_server", CREDIT, "refused" if "settled_amount" in named else "accepted")
    tour.record_unknown(CREDIT, ["no_such_property"], named)
    if exchange.status == 201:
        case.credit(ORE, exchange.object_or_empty.get("_created", case.receipt["_created"]))


def another_account_can_not_move_money(tour: TourSession) -> None:
    """Another creditor or account can't credit or cancel a case, and another account does not see it."""
    case = sample_cases(tour)["many"]
    attempts: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    if tour.target.second_creditor:
        second = {"creditor": tour.target.second_creditor}
        attempts += [(CREDIT, tour.crediting(case, 1, **second), {}), ("cancel_case", tour.cancellation(case, **second), {})]
    if tour.target.other_account:
        other_account = tour.target.other_account
        attempts += [(CREDIT, tour.crediting(case, 1, creditor=other_account.creditor), {"as_": other_account})]
        attempts += [("cancel_case", tour.cancellation(case), {"as_": other_account})]
    for operation, body, call in attempts:
        exchange = tour.attempt(operation, body, **call)
        error = exchange.object_or_empty.get("status") == "error"
        seen = "refused" if exchange.status in (403, 404, 422) else "answered with an error" if error else "carried out"
        tour.record_answer("foreign_case", operation, seen)
    if tour.target.other_account:
        for where in ({}, {"_id": case.id}):
            exchange = tour.caller.call("list_cases", query={"where": where, "max_results": 100}, as_=tour.target.other_account)
            page = exchange.object_or_empty
            ours = {item.get("_id") for item in page.get("_items", [])} & {case.id for case in tour.cases}
            rule = "a stranger does not see our cases"
            tour.expect("list_cases", rule, "/_items", [], sorted(ours), rests_on=fact("accounts_apart"))
            shown = len(page["_items"])
            uncounted = page["_meta"].get("total", shown) - shown
            rule = "a stranger does not count our cases"
            tour.expect("list_cases", rule, "/_meta/total", 0, uncounted, rests_on=fact("accounts_apart"))
    tour.check_cases(tour.cases)


STAND_IN_ONLY = (another_account_can_not_move_money,)  # it needs another account
STEPS = (
    ore_add_up,
    a_case_can_be_credited_in_whole,
    no_more_can_be_credited_than_remains,
    what_is_wrong_in_a_crediting_is_named,
    what_no_page_says_about_creditings,
    another_account_can_not_move_money,
)
