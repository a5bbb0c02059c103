"""What the model takes up from a server where no page says how it must be: said once, and right from then on."""

from decimal import Decimal

from contract_tests.findings import fact, open_questions
from contract_tests.messages import CLOCKS_MAY_DIFFER
from contract_tests.model.case import ModelCase
from contract_tests.model.invoices import line
from contract_tests.model.page_checks import Query, known_case_differences, page_invariants
from contract_tests.tests.model.test_case_and_pages import fresh, page

LATER = "Tue, 07 Oct 2025 09:41:01 GMT"


def test_what_a_cancellation_left_of_the_capital_is_known_from_then_on() -> None:
    model, _ = fresh()
    model.credit(Decimal(100), LATER)
    model.cancel(Decimal(0), LATER)
    assert model.remaining == 0
    assert len(model.credited) == 2
    model.keep(model.capital - 100)
    assert model.closed
    assert model.credited == [Decimal(100)]
    assert model.document()["total_remaining_capital_amount"] == model.capital - 100


def test_a_capital_that_is_rounded_otherwise_is_found_once() -> None:
    first, case = fresh()
    lines = [line("0.30", "25%"), line("0.30", "25%"), line("0.30", "25%")]
    model = ModelCase(first.id, first.receipt, {**first.registration, "matrix": lines})
    known = model.document()
    assert model.capital == Decimal("1.13")
    shown = {**case, **known, "debt": {**case["debt"], **known["debt"]}}
    shown["transactions"] = [{**case["transactions"][0], "amount": Decimal("1.14")}]
    shown["debt"] |= {"initial_capital": Decimal("1.14"), "capital_to_claim": Decimal("1.14")}
    shown |= {name: Decimal("1.14") for name in shown if name.endswith(("_capital_amount", "_transaction_amount"))}
    assert {why for why, *_ in model.differences(shown)} == {fact("rounded_tax")}
    assert [*model.differences(shown)] == []
    assert (model.capital, model.remaining) == (Decimal("1.14"), Decimal("1.14"))


def test_what_remains_after_a_fraction_of_an_ore_rests_on_whole_ore() -> None:
    model, _ = fresh()
    model.credit(Decimal("0.001"), LATER)
    assert model.why("/total_remaining_capital_amount", "invoice") == fact("whole_ore")
    assert model.why("/total_added_costs_amount", "invoice") == fact("no_costs_at_first")


def test_bookings_of_a_cancelled_case_rest_on_what_a_cancellation_leaves() -> None:
    model, case = fresh()
    model.cancel(Decimal(0), LATER)
    closed = {**case, "closed": {}}
    whys = {pointer: why for why, pointer, *_ in model.differences(closed)}
    assert whys["/transactions"] == open_questions()["cancelled_capital"].fact


def test_a_page_without_a_total_is_checked_by_its_cases() -> None:
    model, case = fresh()
    model.seen = case
    empty = page()
    del empty["_meta"]["total"]
    assert [*page_invariants(Query(), empty, {}, CLOCKS_MAY_DIFFER)] == []
    assert [pointer for _, pointer, *_ in known_case_differences(Query(), empty, [model], "CT-")] == ["/_items"]


def test_a_projection_that_leaves_out_dates_and_etag_hides_nothing_that_was_asked_for() -> None:
    model, case = fresh()
    model.seen = case
    asked = Query(projection={"_etag": 1, "customer_number": 1})
    shown = {name: case[name] for name in ("_id", "_etag", "customer_number")}
    assert [*known_case_differences(asked, page(shown), [model], "CT-")] == []
    other = {**shown, "customer_number": "7"}
    assert [pointer for _, pointer, *_ in known_case_differences(asked, page(other), [model], "CT-")]
