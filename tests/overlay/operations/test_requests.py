"""The four operations as values: what is sent, and what is refused before anything is sent."""

import datetime
import decimal
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from amili import (
    CasePage,
    Condition,
    CreditorCancellation,
    CreditorCancellationReceipt,
    CreditorCrediting,
    CreditorCreditingReceipt,
    InvalidInputError,
    InvoiceRegistration,
    InvoiceRegistrationReceipt,
    where,
)
from amili._core.operations import (
    cancellation_request,
    check_amount,
    crediting_request,
    list_request,
    registration_request,
    total_with_vat,
)
from amili_api.contract.requests import REQUESTS
from amili_api.contract.schemas import SCHEMAS
from amili_api.models.partial_case_page import PartialCasePage

from tests.samples import CASE, CREDITOR, PERSONAL_NUMBER, invoice

NO_DATE = "it must be a date, or a moment with a time zone, as a datetime or as a string in RFC 1123 or ISO 8601"
WRONG_TYPES: list[tuple[dict[str, Any], str]] = [
    ({"invoice_number": 15}, "invoice: invoice_number: a string is needed, not int"),
    ({"creditor": b"x"}, "invoice: creditor: a string is needed, not bytes"),
    ({"account": None}, "invoice: account: it is missing"),
    ({"increment_invoice_number": "no"}, "invoice: increment_invoice_number: True or False is needed, not str"),
    ({"invoice_headline": 5}, "invoice: invoice_headline: a string is needed, not int"),
    ({"matrix": {}}, "invoice: matrix: a list is needed, not dict"),
    ({"invoice_delivery_date": "soon"}, f"invoice: invoice_delivery_date: {NO_DATE}"),
]


def test_a_registration_from_a_dict_and_from_the_model_is_the_same_call() -> None:
    call, model = registration_request(invoice())
    assert registration_request(InvoiceRegistration.from_dict(invoice()))[0] == call
    assert (call.operation, call.method, call.route, call.writes) == ("register_invoice", "post", "/invoice-registration", True)
    assert call.parse == InvoiceRegistrationReceipt.from_dict
    assert call.body is not None
    assert call.body["invoice_date"] == "Tue, 07 Oct 2025 00:00:00 GMT"
    assert model.customer.id_number == PERSONAL_NUMBER


def test_a_dict_may_hold_the_values_of_python() -> None:
    document = invoice(invoice_date=datetime.date(2025, 10, 7))
    document["matrix"][0]["unit_price"] = Decimal("0.10")
    call, _ = registration_request(document)
    assert json.loads(json.dumps(call.body))["matrix"][0]["unit_price"] == 0.1


def test_the_dict_that_was_handed_in_is_left_alone() -> None:
    document = invoice()
    registration_request(document)
    assert document == invoice()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"customer": {"name": "Test Person"}, "creditor": 5},
            "invoice: creditor: a string is needed, not int; customer.id_number: it is missing; customer.address: it is missing",
        ),
        (
            {"matrix": [{"article_description": "x", "unit_price": 1, "unit_vat_percent": "0%"}]},
            "invoice: matrix.0.total_price_excluding_vat: it is missing",
        ),
        ({"matrix": ["x"]}, "invoice: matrix.0: a dict is needed, not str"),
        ({"matrix": None}, "invoice: matrix: it is missing"),
        ({"matrix": "x"}, "invoice: matrix: a list is needed, not str"),
        ({"customer": "x"}, "invoice: customer: a dict is needed, not str"),
        ({"invoice_date": "7/10/25"}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": PERSONAL_NUMBER}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": 20251007}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": []}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": datetime.datetime(2025, 10, 7)}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": "2025-10-07T00:00:00"}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": "9999-12-31T23:30:00Z"}, f"invoice: invoice_date: {NO_DATE}"),
        ({"invoice_date": None}, "invoice: invoice_date: it is missing"),
        ({"currency": "Test Person"}, "invoice: currency: only SEK is accepted"),
        *WRONG_TYPES,
    ],
)
def test_a_dict_of_another_shape_is_told_where_without_its_value(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{re.escape(says)}$"):
        registration_request(invoice(**change))


@pytest.mark.parametrize(("change", "says"), WRONG_TYPES)
def test_a_model_of_other_types_is_told_where(change: dict[str, Any], says: str) -> None:
    model = InvoiceRegistration.from_dict(invoice())
    for name, value in change.items():
        setattr(model, name, value)
    with pytest.raises(InvalidInputError, match=f"^{re.escape(says)}$"):
        registration_request(model)


NO_RATE = "a VAT rate is text such as '25%' (Sweden has '0%', '6%', '12%', '25%'), not a fraction such as 0.25"
NO_RATES: list[Any] = [0.25, Decimal("0.25"), "0.25", "25,5%", "lots", "", 24, True, [], 1e30]
LINE_CHANGES: list[tuple[str, Any, str]] = [
    *(("unit_vat_percent", rate, NO_RATE) for rate in NO_RATES),
    ("unit_vat_percent", None, "it is missing"),
    ("unit_price", "5,00", "text must be plain digits such as '500.00', without spaces, commas or exponents"),
    ("unit_price", True, "a Decimal, an int or text such as '500.00' is needed, not bool"),
    ("unit_price", 0.1 + 0.2, "this float has a rounding error: round it, or use a Decimal such as Decimal('500.00')"),
    ("total_price_excluding_vat", "100.005", "an amount has at most two decimals"),
    ("total_price_excluding_vat", 100.005, "an amount has at most two decimals"),
    ("total_price_excluding_vat", Decimal("100.005"), "an amount has at most two decimals"),
    ("unit_price", 10**30, "this amount can't be sent: it must be finite and have at most 15 significant digits"),
    ("unit_price", Decimal("NaN"), "NaN and Infinity are no amounts"),
    (
        "number_of_units",
        Decimal("0.1234567890123456789"),
        "this amount can't be sent: it must be finite and have at most 15 significant digits",
    ),
]


@pytest.mark.parametrize(("name", "value", "says"), LINE_CHANGES)
def test_a_line_of_other_types_is_told_where_in_a_dict_and_in_a_model(name: str, value: Any, says: str) -> None:
    document, model = invoice(), InvoiceRegistration.from_dict(invoice())
    document["matrix"][0][name] = value
    setattr(model.matrix[0], name, value)
    for given in (document, model):
        with pytest.raises(InvalidInputError, match=f"^{re.escape(f'invoice: matrix.0.{name}: {says}')}$"):
            registration_request(given)


@pytest.mark.parametrize("number", [float, Decimal, str])
def test_a_price_may_have_more_decimals_than_an_amount(number: Callable[[str], Any]) -> None:
    """A kWh may cost 0.1648 SEK; the total of the line is still in whole öre."""
    document = invoice()
    document["matrix"][0] |= {"unit_price": number("0.1648"), "number_of_units": 7000, "total_price_excluding_vat": 1153.6}
    request, model = registration_request(document)
    assert model.matrix[0].unit_price == Decimal("0.1648")
    assert json.loads(json.dumps(request.body))["matrix"][0]["unit_price"] == 0.1648


@pytest.mark.parametrize("amount", [500, 500.0, "500", "500.00", Decimal("500.00")])
def test_an_invoice_is_the_same_whatever_its_amounts_are_given_as(amount: Any) -> None:
    expected, document, model = registration_request(invoice()), invoice(), InvoiceRegistration.from_dict(invoice())
    document["matrix"][0] |= {"unit_price": amount, "total_price_excluding_vat": amount}
    model.matrix[0].unit_price = model.matrix[0].total_price_excluding_vat = amount
    for given in (document, model, InvoiceRegistration.from_dict(document)):
        request, sent = registration_request(given)
        assert (request, total_with_vat(sent.matrix)) == (expected[0], Decimal(500))


@pytest.mark.parametrize(
    ("rate", "sent"),
    [
        *(
            (given, "25%")
            for given in ("25%", "25 %", "25\u00a0%", " 25% ", "25", "25.00", 25, 25.0, Decimal(25), Decimal("25.0"))
        ),
        *((given, "0%") for given in (0, "0", Decimal("0.00"), "0%")),
        *((given, "6%") for given in (6, "6", "6 %")),
        ("24%", "24%"),  # of another country: the API decides
        ("25.5%", "25.5%"),
    ],
)
def test_a_vat_rate_that_can_be_understood_is_sent_as_the_api_takes_it(rate: Any, sent: str) -> None:
    document, model = invoice(), InvoiceRegistration.from_dict(invoice())
    document["matrix"][0]["unit_vat_percent"] = model.matrix[0].unit_vat_percent = rate
    for given in (document, model, InvoiceRegistration.from_dict(document)):
        body = registration_request(given)[0].body
        assert body is not None
        assert body["matrix"][0]["unit_vat_percent"] == sent
    assert document["matrix"][0]["unit_vat_percent"] is rate


def test_every_property_of_the_models_is_checked_by_the_contract() -> None:
    for operation, model in (
        ("register_invoice", InvoiceRegistration),
        ("credit_case", CreditorCrediting),
        ("cancel_case", CreditorCancellation),
    ):
        names = {attribute.alias for attribute in attrs.fields(model)} - {"additional_properties"}
        assert SCHEMAS[REQUESTS[operation]]["properties"].keys() == names


def test_everything_that_is_wrong_with_an_invoice_is_told_at_once_each_with_its_path() -> None:
    document = invoice(creditor=5, invoice_date="soon", currency="EUR", invoice_headline="\ud800")
    document["invoice_numbr"] = document.pop("invoice_number")
    document["customer"]["adress"] = document["customer"].pop("address")
    document["matrix"] += [{"unit_price": "x", "unit_prise": Decimal(1)}, "x"]
    document |= {"unit_price": Decimal(1), "colour": {"since": datetime.datetime(2025, 10, 7)}, "Test Person": {1, 2}}
    with pytest.raises(InvalidInputError) as caught:
        registration_request(document)
    missing = "it is missing"
    assert caught.value.issues == {
        "invoice_number": missing,
        "creditor": "a string is needed, not int",
        "invoice_date": NO_DATE,
        "currency": "only SEK is accepted",
        "invoice_headline": "a string has a lone surrogate (half of a character), which can't be sent",
        "customer.address": missing,
        "customer.adress": "the contract does not list it; did you mean 'address'?",
        "matrix.1.article_description": missing,
        "matrix.1.total_price_excluding_vat": missing,
        "matrix.1.unit_vat_percent": missing,
        "matrix.1.unit_price": "text must be plain digits such as '500.00', without spaces, commas or exponents",
        "matrix.1.unit_prise": "the contract does not list it; did you mean 'unit_price'?",
        "matrix.2": "a dict is needed, not str",
        "invoice_numbr": "the contract does not list it; did you mean 'invoice_number'?",
        "unit_price": "the contract does not list it; did you mean 'matrix.*.unit_price'?",
        "colour": "it has a date without a time zone, or a number that can't be sent",
        "*": "a value has no form in JSON: use strings, numbers, booleans, None, lists and dicts",
    }
    assert str(caught.value).count("it is missing") == 5
    assert "Test Person" not in str(caught.value)


def test_a_name_that_is_no_string_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"^invoice: \*: the name of a property must be a string, not int$"):
        registration_request(invoice() | {5: "x"})  # type: ignore[arg-type]


def test_a_property_that_the_contract_does_not_list_is_sent_if_nothing_else_is_wrong() -> None:
    model = InvoiceRegistration.from_dict(invoice())
    model.additional_properties["colour"] = Decimal("0.1")
    for given in (invoice(colour=Decimal("0.1")), model):
        assert registration_request(given)[0].body == registration_request(invoice())[0].body | {"colour": 0.1}


def test_an_invoice_with_a_thousand_mistakes_is_told_in_a_line_and_all_of_them_are_kept() -> None:
    with pytest.raises(InvalidInputError, match=r"^invoice: matrix\.0: .*; and \d{3} more, all in \.issues$") as caught:
        registration_request(invoice(matrix=["x"] * 1000))
    assert (len(caught.value.issues), len(str(caught.value)) <= 4000) == (1000, True)


def test_a_missing_property_is_named() -> None:
    document = invoice()
    del document["creditor"]
    with pytest.raises(InvalidInputError, match=r"^invoice: creditor: it is missing$"):
        registration_request(document)


@pytest.mark.parametrize("wrong", ["text", 5, None, [invoice()]])
def test_something_else_than_an_invoice_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"register\(\) needs an InvoiceRegistration or a dict, not"):
        registration_request(wrong)


@pytest.mark.parametrize("text", ["half a \ud800 character"])
def test_what_no_json_can_carry_is_refused_before_it_is_sent(text: str) -> None:
    document = invoice(invoice_headline=text)
    with pytest.raises(InvalidInputError, match="half of a character") as caught:
        registration_request(document)
    assert PERSONAL_NUMBER not in repr(caught.value.args)


def test_an_amount_beyond_what_json_carries_is_refused() -> None:
    document = invoice()
    document["matrix"][0]["unit_price"] = Decimal("12345678901234567.01")
    with pytest.raises(InvalidInputError, match="this amount can't be sent"):
        registration_request(document)


def test_crediting_and_cancellation() -> None:
    crediting = crediting_request(CreditorCrediting(amount=Decimal("100.00"), creditor=CREDITOR, case=CASE))
    assert (crediting.operation, crediting.route, crediting.parse) == (
        "credit_case",
        "/creditor-crediting",
        CreditorCreditingReceipt.from_dict,
    )
    assert crediting.body == {
        "amount": 100,
        "creditor": CREDITOR,
        "case": CASE,
        "currency": "SEK",
        "origin": "creditor_system",
    }
    cancellation = cancellation_request(CreditorCancellation(creditor=CREDITOR, case=CASE))
    assert (cancellation.operation, cancellation.route, cancellation.parse) == (
        "cancel_case",
        "/creditor-cancellation",
        CreditorCancellationReceipt.from_dict,
    )
    assert cancellation.body == {"creditor": CREDITOR, "case": CASE, "origin": "creditor_system"}


def test_a_list_call_writes_its_parameters_in_canonical_form() -> None:
    call = list_request(where.state == "invoice", sort="-_created", projection={"state": 1, "debt": 1}, page=2, page_size=50)
    assert (call.operation, call.method, call.route, call.writes) == ("list_cases", "get", "/cases", False)
    assert call.params == {
        "where": '{"state":"invoice"}',
        "sort": "-_created",
        "projection": '{"debt":1,"state":1}',
        "page": 2,
        "max_results": 50,
    }
    assert call.body is None
    assert call.parse == PartialCasePage.from_dict
    assert list_request().params == {}
    assert list_request().parse == CasePage.from_dict


def test_a_projection_may_leave_out_as_well() -> None:
    assert list_request(projection={"transactions": 0}).params["projection"] == '{"transactions":0}'


def test_a_condition_that_fits_into_no_address_is_refused_before_anything_is_sent() -> None:
    numbers = [f"INV-2025-{number:05}" for number in range(6000)]
    with pytest.raises(InvalidInputError, match=r"the query has \d+ characters, .*; split the list of values"):
        list_request(where.debt.invoice_number.in_(numbers))
    with pytest.raises(InvalidInputError, match="split the list"):
        list_request(Condition({"debt.invoice_number": {"$in": ["å" * 10_100]}}))
    for fitting in (where.debt.invoice_number.in_(numbers[:2000]), {"state": "y" * 59_000}):
        assert len(list_request(fitting).params["where"]) > 30_000


@pytest.mark.parametrize(
    "amount", [Decimal("100.00"), Decimal("0.01"), Decimal("1E+2"), Decimal("100.5000"), 1, 10**12, "0.10", 99.95]
)
def test_a_good_amount_is_exact(amount: Any) -> None:
    assert check_amount(amount) == Decimal(str(amount))


@pytest.mark.parametrize("amount", [True, None, [], b"1"])
def test_an_amount_of_another_type_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"a Decimal, an int or text such as '500.00' is needed, not \w+$"):
        check_amount(amount)


@pytest.mark.parametrize("amount", [0.1 + 0.2, 100.10000000000001, "1 000", "1e3", "5,00", "NaN"])
def test_an_amount_that_is_not_exact_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"rounding error|plain digits"):
        check_amount(amount)


@pytest.mark.parametrize("amount", [10**30, 10**5000, Decimal("1E+5000"), Decimal("12345678901234567.01")], ids=lambda _: "x")
def test_an_amount_that_no_json_number_is_is_refused(amount: Decimal | int) -> None:
    with pytest.raises(InvalidInputError, match="this amount can't be sent: it must be finite and have"):
        check_amount(amount)


@pytest.mark.parametrize("amount", [0, -1, Decimal(0), Decimal("-0.01"), "-3", -0.0])
def test_an_amount_that_is_not_above_zero_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidInputError, match="must be above zero"):
        check_amount(amount)


def test_an_amount_finer_than_an_ore_is_refused_whatever_the_callers_context_rounds_to() -> None:
    for precision in (28, 3):
        with (
            decimal.localcontext(prec=precision),
            pytest.raises(InvalidInputError, match="more than two decimals; round it to whole öre"),
        ):
            check_amount("100.001")
