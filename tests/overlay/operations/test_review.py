"""`check()`: what `register()` refuses, and what looks wrong; nothing is sent, and no text quotes a value."""

import pickle
from decimal import Decimal
from typing import Any

import amili
import pytest
from amili import InvalidInputError, InvoiceProblem, InvoiceRegistration, check
from amili._core.operations import registration_request
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import PERSONAL_NUMBER, invoice

Json = dict[str, Any]
digit = st.sampled_from("0123456789")


def check_digit(nine: str) -> str:
    """The digit that makes the sum a multiple of ten, where every second digit is doubled and digits of products are added."""
    total = sum(sum(map(int, str(int(each) * weight))) for each, weight in zip(nine, (2, 1) * 5, strict=False))
    return str((10 - total % 10) % 10)


@st.composite
def numbers(draw: st.DrawFn, kind: str) -> str:
    """Ten digits of a person, of a person with a coordination number, or of an organisation."""
    month = draw(st.integers(20, 99) if kind == "organisation" else st.integers(1, 12))
    day = draw(st.integers(0, 99) if kind == "organisation" else st.integers(1, 31)) + 60 * (kind == "coordination")
    nine = f"{draw(st.integers(0, 99)):02}{month:02}{day:02}{draw(st.integers(0, 999)):03}"
    return nine + check_digit(nine)


any_number = st.sampled_from(["personal", "coordination", "organisation"]).flatmap(numbers)


def with_customer(**changes: Any) -> Json:
    document = invoice()
    return document | {"customer": {**document["customer"], "is_person": None, **changes}}


def with_line(**changes: Any) -> Json:
    document = invoice()
    return document | {"matrix": [document["matrix"][0], {**document["matrix"][0], **changes}]}


def warnings(document: Json) -> dict[str, str]:
    """The warnings on a dict that can be sent, which are the same for the model."""
    found = check(document)
    assert check(registration_request(document)[1]) == found
    assert not any(problem.refused for problem in found)
    return {problem.path: problem.text for problem in found}


def test_nothing_is_said_of_an_invoice_that_is_right() -> None:
    assert check(invoice()) == check(InvoiceRegistration.from_dict(invoice())) == []


# Identity numbers -------------------------------------------------------------------------------------------------------


@given(any_number, st.sampled_from(["", "-", "+"]))
def test_every_number_with_its_check_digit_is_right_in_each_form(number: str, sign: str) -> None:
    century = "16" if number[2:4] >= "20" else "19"
    for form in (number[:6] + sign + number[6:], century + number[:6] + sign + number[6:]):
        assert warnings(with_customer(id_number=form, is_company=True)) == {}


@given(any_number, st.integers(0, 9), st.integers(1, 9))
def test_any_single_digit_that_is_changed_is_told(number: str, position: int, by: int) -> None:
    changed = f"{number[:position]}{(int(number[position]) + by) % 10}{number[position + 1 :]}"
    assert set(warnings(with_customer(id_number=changed, is_company=True))) == {"customer.id_number"}


@given(any_number, st.integers(0, 8))
def test_two_neighbours_that_changed_places_are_told_unless_they_are_0_and_9(number: str, at: int) -> None:
    pair = number[at : at + 2]
    changed = number[:at] + pair[::-1] + number[at + 2 :]
    told = "customer.id_number" in warnings(with_customer(id_number=changed, is_company=True))
    assert told or pair[0] == pair[1] or set(pair) == {"0", "9"}


@given(numbers("organisation"))
def test_a_person_with_an_organisation_number_is_told(number: str) -> None:
    found = warnings(with_customer(id_number=number, is_person=True))
    assert found == {"customer.id_number": "it is an organisation number, but is_person is True"}


@given(numbers("personal") | numbers("coordination"))
def test_a_company_may_have_a_personal_number_as_a_sole_trader_does(number: str) -> None:
    assert warnings(with_customer(id_number=number, is_company=True)) == {}
    assert warnings(with_customer(id_number=number, is_person=True)) == {}


NO_NUMBERS = ["5", "12345", "000000-0000", "901301-0010", "900132-0010", "900100-0010", "٩٠٠١٠١٠٠١٧", "SE12", " "]


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_swedish_number_is_told_unless_the_debtor_is_foreign(number: str) -> None:
    [said] = warnings(with_customer(id_number=number, is_company=True)).values()
    assert said.startswith("it is not a Swedish personal, coordination or organisation number")
    assert warnings(with_customer(id_number=number, is_foreign=True)) == {}


@pytest.mark.parametrize("kinds", [{}, {"is_person": False}, {"is_person": True, "is_company": True}])
def test_a_debtor_is_of_one_kind(kinds: Json) -> None:
    assert warnings(with_customer(**kinds)) == {"customer": "exactly one of is_person, is_company, is_foreign must be True"}


# Sums and dates ---------------------------------------------------------------------------------------------------------


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 10**4), st.integers(-5, 5))
def test_a_row_whose_total_is_not_price_times_units_is_told(price: Decimal, units: int, off: int) -> None:
    total = round(price * units, 2) + off * Decimal("0.01")
    found = warnings(with_line(unit_price=price, number_of_units=units, total_price_excluding_vat=total))
    assert bool(found) == (abs(price * units - total) >= Decimal("0.01"))
    assert bool(found) == (off != 0) or abs(off) == 1  # half an öre may be rounded up or down
    assert set(found) <= {"matrix.1.total_price_excluding_vat"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"unit_price": "100.00", "number_of_units": 3}, "it is not unit_price times number_of_units"),
        ({"unit_price": 400}, "it is not unit_price: without number_of_units it is one unit"),
        ({"unit_price": 400, "unit_vat_percent": 25}, "it includes VAT"),
        ({"unit_price": 200.0, "number_of_units": "2", "unit_vat_percent": "25 %"}, "it includes VAT"),
    ],
)
def test_what_a_wrong_total_is_told(line: Json, says: str) -> None:
    assert warnings(with_line(**line)) == {"matrix.1.total_price_excluding_vat": says}


@pytest.mark.parametrize("rate", ["24%", "0.25%", "7%"])
def test_a_rate_that_sweden_does_not_have_is_told(rate: str) -> None:
    assert warnings(with_line(unit_vat_percent=rate)) == {"matrix.1.unit_vat_percent": "Sweden has only 0%, 6%, 12%, 25%"}


DUE = [("2025-10-06", True), ("2025-10-07", False), ("2025-10-06T22:00:00Z", False), ("2025-10-06T21:00:00Z", True)]


@pytest.mark.parametrize(("due", "told"), DUE)  # midnight in Sweden is 22:00 in GMT
def test_a_due_date_before_the_date_is_told(due: str, told: bool) -> None:
    found = warnings(invoice(invoice_date="2025-10-07T10:11:22Z", invoice_due_date=due))
    assert found == ({"invoice_due_date": "it is before invoice_date"} if told else {})


# What is refused --------------------------------------------------------------------------------------------------------


def test_a_property_that_may_be_misspelt_is_a_warning_since_it_is_sent() -> None:
    found = {"your_referense": "the contract does not list it; did you mean 'your_reference'?"}
    assert warnings(invoice(your_referense="x")) == found
    assert InvoiceProblem("your_referense", found["your_referense"], refused=False) in check({"your_referense": "x"})


def test_what_is_refused_is_not_a_warning_as_well() -> None:
    [problem] = check(invoice(colour={1, 2}))
    assert (problem.path, problem.refused) == ("colour", True)


def test_one_call_says_what_is_refused_and_what_looks_wrong() -> None:
    document = with_line(unit_price=0.1 + 0.2, unit_vat_percent="7%") | {"invoice_due_date": "2025-10-01", "invoice_headline": 5}
    document["customer"]["id_number"] = "900101-1234"
    del document["creditor"]
    with pytest.raises(InvalidInputError) as caught:
        registration_request(document)
    found = check(document)
    assert {problem.path: problem.text for problem in found if problem.refused} == caught.value.issues
    assert list(map(str, found)) == [
        "creditor: it is missing",
        "matrix.1.unit_price: this float has a rounding error: round it, or use a Decimal such as Decimal('500.00')",
        "invoice_headline: a string is needed, not int",
        "invoice_due_date: it is before invoice_date",
        "customer.id_number: its check digit is wrong: a digit is mistyped, or two have changed places",
        "matrix.1.unit_vat_percent: Sweden has only 0%, 6%, 12%, 25%",
    ]


SHAPES: list[Any] = [
    {},
    {5: 5},
    {"matrix": 5, "customer": []},
    {"matrix": [5, {}], "customer": {"id_number": 5}},
    invoice(invoice_headline="\ud800"),
]


@pytest.mark.parametrize("document", SHAPES, ids=range(len(SHAPES)))
def test_a_document_of_another_shape_is_refused_and_never_an_error(document: Any) -> None:
    assert any(problem.refused for problem in check(document))


@pytest.mark.parametrize("wrong", [None, "INV-1", [invoice()]])
def test_what_is_no_document_is_refused_as_a_whole(wrong: Any) -> None:
    [problem] = check(wrong)
    assert (problem.path, problem.refused) == ("", True)
    assert str(problem).startswith("invoice: register() needs an InvoiceRegistration or a dict, not ")


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=5) | st.datetimes()
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2))
changed = st.one_of(
    st.builds(lambda name, value: invoice(**{name: value}), st.sampled_from(sorted(invoice())), trees),
    st.builds(lambda name, value: with_customer(**{name: value}), st.sampled_from(sorted(invoice()["customer"])), trees),
    st.builds(lambda name, value: with_line(**{name: value}), st.sampled_from(sorted(invoice()["matrix"][0])), trees),
)


@given(changed)
def test_whatever_a_property_holds_check_refuses_what_register_refuses(document: Json) -> None:
    try:
        registration_request(document)
        refused = False
    except InvalidInputError:
        refused = True
    assert any(problem.refused for problem in check(document)) == refused


def test_no_text_quotes_a_value_of_a_person() -> None:
    document = with_customer(id_number=PERSONAL_NUMBER[:-1] + "8", name=5, email="jane.smith@domain.se", is_person=True)
    shown = " ".join(map(repr, check(document)))
    assert "check digit" in shown
    assert PERSONAL_NUMBER[:8] not in shown
    assert "jane" not in shown


def test_a_problem_is_a_small_value() -> None:
    [problem] = check(invoice(invoice_due_date="2025-10-01"))
    assert problem == InvoiceProblem("invoice_due_date", "it is before invoice_date", refused=False)
    assert pickle.loads(pickle.dumps(problem)) == problem  # noqa: S301
    assert type(problem) is amili.InvoiceProblem
