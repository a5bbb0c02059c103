"""Conditions as text become those of `where`, and what would match nothing is refused."""

from datetime import UTC, date, datetime

import pytest
from amili import InvalidInputError, where
from amili.cli.reads import condition_of, moment

NOW = datetime(2026, 11, 29, 12, 30, 15, 999, tzinfo=UTC)
RIGHT = {
    "state=invoice": where.state == "invoice",
    "state == invoice": where.state == "invoice",
    "total_remaining_capital_amount>0": where.total_remaining_capital_amount > 0,
    "total_remaining_capital_amount<=1234.50": where.total_remaining_capital_amount <= "1234.50",
    "debt.invoice_number!=INV-1": where.debt.invoice_number != "INV-1",
    "invoice_number=a=b": where.debt.invoice_number == "a=b",
    "debt.invoice_due_days_after_invoice_date<30": where.debt.invoice_due_days_after_invoice_date < 30,
    "reference_rate=true": where.case_settings.interest_rate.reference_rate == True,  # noqa: E712
    "reference_rate=false": where.case_settings.interest_rate.reference_rate == False,  # noqa: E712
    "debt.invoice_date=2025-10-07": where.debt.invoice_date == date(2025, 10, 7),
    "created>=2025-10-07T08:30Z": where.created >= datetime(2025, 10, 7, 8, 30, tzinfo=UTC),
    "_created<2025-10-07": where.created < date(2025, 10, 7),
    "has:closed": where.closed.exists(),
    "no:closed": where.closed.exists(False),
}
WRONG = {
    "stat=invoice": "did you mean state?",
    "zzz=1": "'zzz' is not a property of a case",
    "has:clsed": "did you mean closed?",
    "state": "quotes around < and >",
    "is:closed": "is not a condition",
    "closed=yes": "write has:closed or no:closed",
    "_created=2025-10-07": "would match nothing",
    "creditor=174": "24 hexadecimal digits",
    "invoice_number=68e4c40d93ee14723d28fa95": "would match nothing",
    "total_remaining_capital_amount>1,5": "plain digits",
    "total_remaining_capital_amount>1e3": "plain digits",
    "reference_rate=yes": "write true or false",
    "debt.invoice_due_days_after_invoice_date=30.5": "whole number",
    "_created>yesterday": "a day is written as",
    "_created>2025-10-07T08:30": "a day is written as",
    "_created>2025-13-07": "a day is written as",
    "_created>2025-10-07T99:30Z": "a day is written as",
}


@pytest.mark.parametrize("text", RIGHT)
def test_a_condition(text: str) -> None:
    assert condition_of([text], None, NOW) == RIGHT[text]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_condition_says_what_to_write(text: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        condition_of([text], None, NOW)
    assert WRONG[text] in str(raised.value)


def test_a_refusal_does_not_repeat_the_value() -> None:
    for text in ("customer_id_numer=19900101-0017", "_created>19900101-0017", "19900101-0017"):
        with pytest.raises(InvalidInputError) as raised:
            condition_of([text], None, NOW)
        assert "0017" not in str(raised.value)


def test_conditions_are_combined() -> None:
    assert condition_of([], None, NOW) is None
    both = condition_of(["state=invoice", "no:closed"], "2d", NOW)
    assert both == (where.state == "invoice") & where.closed.exists(False) & (
        where.updated >= datetime(2026, 11, 27, 12, 30, 15, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-07", datetime(2025, 10, 7, tzinfo=UTC)),
        ("2025-10-07T08:30:00+02:00", datetime(2025, 10, 7, 6, 30, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 29, 0, 30, 15, tzinfo=UTC)),
        ("30m", datetime(2026, 11, 29, 12, 0, 15, tzinfo=UTC)),
    ],
)
def test_since(text: str, expected: datetime) -> None:
    assert moment(text, NOW) == expected


def test_a_wrong_since_says_what_to_write() -> None:
    with pytest.raises(InvalidInputError, match=r"--since: a day is written .* or 7d, 12h, 30m for so long ago"):
        moment("last week", NOW)
