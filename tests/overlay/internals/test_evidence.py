"""Did that write happen? The verdicts, from the documents alone.

Inside: a verdict is a pure decision about what the API returned; through a client each row here would need a lost response.
"""

import datetime
import decimal
from decimal import Decimal
from typing import Any

import pytest
from amili import Case, InvoiceRegistration, UnreadablePropertyError, where
from amili._core.operations import total_with_vat
from amili._core.writing.evidence import CancellationEvidence, CreditingEvidence, RegistrationEvidence
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import CASE, CREDITOR, MOMENT, OTHER_CASE, PERSONAL_NUMBER, case, invoice

SINCE = datetime.datetime(2025, 10, 7, 7, 41, 1, tzinfo=datetime.UTC)  # when the cases of the tests were created
LATER = "Tue, 07 Oct 2025 07:45:00 GMT"
LONG_AGO = "Mon, 06 Oct 2025 07:40:00 GMT"
EARLIER = "Tue, 07 Oct 2025 07:40:00 GMT"


def a_case(identifier: str = CASE, **changes: Any) -> Case:
    return Case.from_dict(case(identifier, **changes))


def transaction(amount: float, date: str = MOMENT, kind: str = "capital") -> dict[str, Any]:
    return {"amount": amount, "registration_date": date, "type": kind}


REGISTRATION = RegistrationEvidence.of(InvoiceRegistration.from_dict(invoice()))


def debt(capital: float) -> dict[str, Any]:
    found: dict[str, Any] = case()["debt"] | {"initial_capital": capital}
    return found


def test_a_registration_is_looked_for_by_its_number_under_its_creditor() -> None:
    assert REGISTRATION.key == f"invoice INV-2025-015 of creditor {CREDITOR}"
    lookup, number = REGISTRATION.lookup() or pytest.fail("it can be looked up")
    assert lookup.condition([number]) == (where.debt.invoice_number == "INV-2025-015") & (where.creditor == CREDITOR)
    assert RegistrationEvidence(CASE, CREDITOR, None, None).lookup() is None


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([], Absent),
        ([a_case(_created=LONG_AGO)], Absent),
        ([a_case(_created=EARLIER)], Inconclusive),  # it may be this one, if clocks differ
        ([a_case(_created=EARLIER, debt=debt(7.0))], Absent),
        ([a_case(_created="Tue, 07 Oct 2025 07:26:01 GMT")], Inconclusive),
        ([a_case(_created="Tue, 07 Oct 2025 07:26:00 GMT")], Absent),
        ([a_case()], Confirmed),
        ([a_case(_created="Tue, 07 Oct 2025 07:40:59 GMT")], Confirmed),  # whole seconds on both sides
        ([a_case(_created="Tue, 07 Oct 2025 07:40:58 GMT")], Inconclusive),
        ([a_case(), a_case(OTHER_CASE, _created=EARLIER)], Confirmed),
        ([a_case(), a_case(OTHER_CASE)], Inconclusive),
        ([a_case(), a_case(OTHER_CASE, debt=debt(7.0))], Inconclusive),
        ([a_case(debt=debt(7.0))], Inconclusive),
        ([a_case(debt=debt(500.01))], Confirmed),  # tax is rounded somewhere
        ([a_case(debt=debt(500.02))], Inconclusive),
        ([a_case(debt=debt(501.0))], Inconclusive),
        ([a_case(customer_id_number="19900101-0025")], Inconclusive),
        ([a_case(customer_id_number="900101-0017")], Confirmed),
        ([a_case(customer_id_number="199001010017")], Confirmed),
        ([a_case(customer_id_number=199001010017)], Confirmed),
    ],
)
def test_a_registration_happened_if_just_one_case_of_it_appeared(cases: list[Case], verdict: type) -> None:
    judged = REGISTRATION.judge(cases, SINCE)
    assert type(judged) is verdict
    if isinstance(judged, Confirmed):
        assert judged.found is cases[0]
    if isinstance(judged, Inconclusive):
        assert PERSONAL_NUMBER not in judged.why


@pytest.mark.parametrize(
    "changes",
    [{"customer_id_number": None}, {"debt": {}}, {"debt": debt(7) | {"initial_capital": "500.0"}}, {"_created": "today"}],
    ids=repr,
)
def test_what_a_registration_is_known_by_must_be_readable(changes: Any) -> None:
    with pytest.raises(UnreadablePropertyError):
        REGISTRATION.judge([a_case(**changes)], SINCE)


@pytest.mark.parametrize(
    ("price", "lines", "capital", "verdict"),
    [
        ("500.50", 1, 500.5, Confirmed),
        ("500.50", 1, 501.0, Confirmed),  # the vendor may round to whole kronor, and a half up
        ("500.50", 1, 500.0, Inconclusive),
        ("500.40", 1, 500.0, Confirmed),
        ("500.40", 1, 500.3, Inconclusive),
        ("500.40", 1, 501.0, Inconclusive),
        ("0.01", 100, 1.5, Confirmed),  # each line may be rounded
        ("0.01", 100, 1.51, Inconclusive),
    ],
)
def test_a_case_of_another_amount_is_another_registration(price: str, lines: int, capital: float, verdict: type) -> None:
    line = invoice()["matrix"][0] | {"total_price_excluding_vat": Decimal(price), "unit_vat_percent": "0%"}
    trace = RegistrationEvidence.of(InvoiceRegistration.from_dict(invoice(matrix=[line] * lines)))
    with decimal.localcontext(prec=2):  # whatever the caller's own context rounds to
        assert type(trace.judge([a_case(debt=debt(capital))], SINCE)) is verdict


@pytest.mark.parametrize(
    ("cases", "verdict"), [([], Absent), ([a_case()], Inconclusive), ([a_case(_created=LONG_AGO)], Inconclusive)]
)
def test_where_clocks_contradict_each_other_only_no_case_at_all_proves_absence(cases: list[Case], verdict: type) -> None:
    assert type(REGISTRATION.judge(cases, None)) is verdict


def test_what_is_not_known_of_an_invoice_is_not_compared() -> None:
    bare = RegistrationEvidence("INV-2025-015", CREDITOR, None, None)
    assert bare.judge([a_case(debt=debt(7.0), customer_id_number="x")], SINCE) == Confirmed(
        a_case(debt=debt(7.0), customer_id_number="x")
    )


def test_a_trace_does_not_show_the_debtor() -> None:
    assert PERSONAL_NUMBER not in repr(REGISTRATION)
    assert "9001010017" not in repr(REGISTRATION)


@pytest.mark.parametrize(
    ("rates", "total"),
    [
        (["0%"], Decimal(500)),
        (["25%"], Decimal(625)),
        (["25"], Decimal(625)),
        (["6%", "12%"], Decimal(1090)),
        (["lots"], None),
        (["25%", ""], None),
    ],
)
def test_the_total_is_the_lines_with_their_vat(rates: list[str], total: Decimal | None) -> None:
    line = invoice()["matrix"][0]
    document = invoice(matrix=[line | {"unit_vat_percent": rate} for rate in rates])
    assert total_with_vat(InvoiceRegistration.from_dict(document).matrix) == total


def crediting(amount: str = "100.00", **before: Any) -> CreditingEvidence:
    return CreditingEvidence.of(a_case(**before), Decimal(amount))


def test_a_crediting_is_looked_for_in_its_case() -> None:
    trace = crediting()
    assert trace.key == f"100.00 SEK on case {CASE}"
    lookup, identifier = trace.lookup()
    assert lookup.condition([identifier]) == (where.id == CASE)


OLD = transaction(500.0, EARLIER)


@pytest.mark.parametrize(
    ("after", "verdict", "settled"),
    [
        ({}, Absent, None),
        ({"transactions": [OLD, transaction(-100.0)], "total_remaining_capital_amount": 400.0}, Confirmed, "100.00"),
        ({"transactions": [OLD, transaction(100.0)], "total_remaining_capital_amount": 400.0}, Confirmed, "100.00"),
        ({"total_remaining_capital_amount": 400.0}, Confirmed, "100"),
        ({"total_remaining_capital_amount": 300.0}, Inconclusive, None),
        ({"total_remaining_capital_amount": 600.0}, Inconclusive, None),
        ({"transactions": [OLD, transaction(-7.0)]}, Inconclusive, None),
        ({"transactions": [OLD, transaction(-100.0), transaction(-100.0)]}, Inconclusive, None),
        (
            {"transactions": [OLD, transaction(-100.0), transaction(-100.0)], "total_remaining_capital_amount": 300.0},
            Inconclusive,
            None,
        ),
    ],
)
def test_a_crediting_happened_if_the_case_shows_just_that(after: dict[str, Any], verdict: type, settled: str | None) -> None:
    trace = crediting(transactions=[OLD])
    judged = trace.judge([a_case(**({"transactions": [OLD]} | after))], SINCE)
    assert type(judged) is verdict
    if isinstance(judged, Confirmed):
        assert judged.settled == Decimal(settled or 0)


@pytest.mark.parametrize(("amount", "before", "after", "settled"), [(900, 500, 0, 500), (100, 60, 0, 60), (100, 500, 470, None)])
def test_a_crediting_of_more_than_is_left_settles_what_was_left(
    amount: int, before: float, after: float, settled: int | None
) -> None:
    evidence = CreditingEvidence.of(a_case(total_remaining_capital_amount=before), Decimal(amount))
    judged = evidence.judge([a_case(total_remaining_capital_amount=after)], SINCE)
    assert (judged.settled if isinstance(judged, Confirmed) else None) == settled


def test_equal_transactions_are_counted() -> None:
    twice = [transaction(-100.0), transaction(-100.0)]
    trace = crediting(transactions=twice[:1])
    assert isinstance(trace.judge([a_case(transactions=twice, total_remaining_capital_amount=400.0)], SINCE), Confirmed)
    assert isinstance(trace.judge([a_case(transactions=twice[:1])], SINCE), Absent)


@pytest.mark.parametrize("origin", ["bank", "kronofogden", ""])
def test_a_payment_of_the_same_amount_is_not_taken_for_the_crediting(origin: str) -> None:
    paid = transaction(-100.0) | {"origin": origin}
    for new in (
        [paid],
        [paid, transaction(-100.0)],
        [paid | {"amount": -7.0}, transaction(-100.0)],
        [paid | {"amount": -100.01}],
    ):
        after = a_case(transactions=[OLD, *new], total_remaining_capital_amount=400.0)
        assert isinstance(crediting(transactions=[OLD]).judge([after], SINCE), Inconclusive)
    ours = a_case(transactions=[OLD, transaction(-100.0) | {"origin": "creditor_system"}], total_remaining_capital_amount=400.0)
    assert isinstance(crediting(transactions=[OLD]).judge([ours], SINCE), Confirmed)


def test_a_caller_who_rounds_does_not_keep_a_crediting_from_being_found() -> None:
    with decimal.localcontext(prec=3):
        before = a_case(transactions=[transaction(1234.56)], total_remaining_capital_amount=1234.56)
        after = a_case(transactions=[transaction(1234.56), transaction(-234.55)], total_remaining_capital_amount=1000.01)
        judged = CreditingEvidence.of(before, Decimal("234.55")).judge([after], SINCE)
    assert isinstance(judged, Confirmed)
    assert judged.settled == Decimal("234.55")


def test_a_case_without_amounts_proves_nothing() -> None:
    document = case()
    del document["total_remaining_capital_amount"]
    bare = Case.from_dict(document)
    assert CreditingEvidence.of(bare, Decimal(1)).judge([bare], SINCE) == Inconclusive(
        "the case does not state its remaining capital"
    )


def test_a_fee_of_the_same_amount_is_not_the_crediting() -> None:
    trace = crediting("60.00", transactions=[OLD])
    judged = trace.judge([a_case(transactions=[OLD, transaction(60.0, kind="cost")])], SINCE)
    assert not isinstance(judged, Confirmed)


@pytest.mark.parametrize(
    ("trace", "count"), [(crediting(), 0), (crediting(), 2), (CancellationEvidence(CASE), 0), (CancellationEvidence(CASE), 2)]
)
def test_a_case_that_is_not_to_be_found_proves_nothing(trace: Any, count: int) -> None:
    assert trace.judge([a_case()] * count, SINCE) == Inconclusive("the case can't be found")


def test_a_cancellation_happened_if_the_case_is_closed() -> None:
    trace = CancellationEvidence(CASE)
    assert trace.key == f"case {CASE}"
    assert trace.lookup() == crediting().lookup()
    closed = a_case(closed={"reason": "cancelled"})
    assert trace.judge([closed], SINCE) == Confirmed(closed)
    assert CancellationEvidence(CASE, was_closed=True).judge([closed], SINCE) == Absent(), (
        "nothing shows whether it was cancelled"
    )
    assert trace.judge([a_case()], SINCE) == Absent()


@given(st.decimals("0.01", "500", places=2), st.decimals("-600", "600", places=2))
def test_whatever_else_a_case_does_a_crediting_is_only_found_when_just_its_amount_is_gone(
    amount: Decimal, change: Decimal
) -> None:
    judged = CreditingEvidence.of(a_case(), amount).judge([a_case(total_remaining_capital_amount=float(500 - change))], SINCE)
    if change == 0:
        assert judged == Absent()
    elif change == amount:
        assert isinstance(judged, Confirmed)
        assert judged.settled == amount
    else:
        assert isinstance(judged, Inconclusive)
