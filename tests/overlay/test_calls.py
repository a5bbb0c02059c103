"""The four operations as values: what is sent, and what is refused before anything is sent."""

import datetime
import decimal
import json
from decimal import Decimal
from typing import Any

import pytest
from amili import CasePage, CreditorCancellation, CreditorCrediting, InvoiceRegistration, where
from amili._calls import cancellation_call, crediting_call, exact_amount, list_call, registration_call
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili_api.models.partial_case_page import PartialCasePage

from tests.overlay.support import CASE, CREDITOR, PERSONAL_NUMBER, invoice


def test_a_registration_from_a_dict_and_from_the_model_is_the_same_call() -> None:
    call, model = registration_call(invoice())
    assert registration_call(InvoiceRegistration.from_dict(invoice()))[0] == call
    assert (call.operation, call.method, call.route, call.writes) == ("register_invoice", "post", "/invoice-registration", True)
    assert call.build == InvoiceRegistrationReceipt.from_dict
    assert call.body is not None
    assert call.body["invoice_date"] == "Tue, 07 Oct 2025 10:11:22 GMT"
    assert model.customer.id_number == PERSONAL_NUMBER


def test_a_dict_may_hold_the_values_of_python() -> None:
    document = invoice(invoice_date=datetime.date(2025, 10, 7))
    document["matrix"][0]["unit_price"] = Decimal("0.10")
    call, _ = registration_call(document)
    assert json.loads(json.dumps(call.body))["matrix"][0]["unit_price"] == 0.1


def test_the_dict_that_was_handed_in_is_left_alone() -> None:
    document = invoice()
    registration_call(document)
    assert document == invoice()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"customer": {"name": "Test Person"}}, "invoice: customer.address: it is missing"),
        ({"matrix": [{"article_description": "x"}]}, "invoice: matrix.0.total_price_excluding_vat: it is missing"),
        ({"matrix": ["x"]}, r"invoice: matrix.0: its value is not what is expected \(text\)"),
        ({"matrix": None}, r"invoice: matrix: its value is not what is expected \(null\)"),
        ({"invoice_date": "7/10/25"}, r"invoice: invoice_date: .*'7/10/25' is neither an RFC 1123 nor an ISO 8601 date"),
        ({"invoice_date": None}, r"invoice: invoice_date: .*\(null\)"),
    ],
)
def test_a_dict_of_another_shape_is_told_where(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        registration_call(invoice(**change))
    assert caught.value.__suppress_context__


def test_a_missing_property_is_named() -> None:
    document = invoice()
    del document["creditor"]
    with pytest.raises(ValueError, match=r"^invoice: creditor: it is missing$"):
        registration_call(document)


@pytest.mark.parametrize("wrong", ["text", 5, None, [invoice()]])
def test_something_else_than_an_invoice_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"register\(\) takes an InvoiceRegistration or a dict, not"):
        registration_call(wrong)


@pytest.mark.parametrize("text", ["half a \ud800 character"])
def test_what_no_json_can_carry_is_refused_before_it_is_sent(text: str) -> None:
    document = invoice(invoice_headline=text)
    with pytest.raises(ValueError, match="half a character") as caught:
        registration_call(document)
    assert type(caught.value) is ValueError
    assert PERSONAL_NUMBER not in repr(caught.value.args)


def test_an_amount_beyond_what_json_carries_is_refused() -> None:
    document = invoice()
    document["matrix"][0]["unit_price"] = Decimal("12345678901234567.01")
    with pytest.raises(ValueError, match="can't be sent exactly"):
        registration_call(document)


def test_crediting_and_cancellation() -> None:
    crediting = crediting_call(CreditorCrediting(amount=Decimal("100.00"), creditor=CREDITOR, case=CASE))
    assert (crediting.operation, crediting.route, crediting.build) == (
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
    cancellation = cancellation_call(CreditorCancellation(creditor=CREDITOR, case=CASE))
    assert (cancellation.operation, cancellation.route, cancellation.build) == (
        "cancel_case",
        "/creditor-cancellation",
        CreditorCancellationReceipt.from_dict,
    )
    assert cancellation.body == {"creditor": CREDITOR, "case": CASE, "origin": "creditor_system"}


def test_a_list_call_writes_its_parameters_in_canonical_form() -> None:
    call = list_call(where.state == "invoice", sort="-_created", projection=["state", "debt"], page=2, page_size=50)
    assert (call.operation, call.method, call.route, call.writes) == ("list_cases", "get", "/cases", False)
    assert call.params == {
        "where": '{"state":"invoice"}',
        "sort": "-_created",
        "projection": '{"debt":1,"state":1}',
        "page": 2,
        "max_results": 50,
    }
    assert call.body is None
    assert call.build == PartialCasePage.from_dict
    assert list_call().params == {}
    assert list_call().build == CasePage.from_dict


def test_a_projection_may_leave_out_as_well() -> None:
    assert list_call(projection={"transactions": 0}).params["projection"] == '{"transactions":0}'
    assert list_call(projection=iter(["state"])).params["projection"] == '{"state":1}'


@pytest.mark.parametrize(
    ("projection", "kind", "says"),
    [("state", TypeError, "takes a list"), ([], ValueError, "no property"), ({}, ValueError, "no")],
)
def test_a_projection_that_is_none_is_refused(projection: Any, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        list_call(projection=projection)


@pytest.mark.parametrize("amount", [Decimal("100.00"), Decimal("0.01"), Decimal("1E+2"), Decimal("100.5000"), 1, 10**12])
def test_a_good_amount_is_exact(amount: Decimal | int) -> None:
    assert exact_amount(amount) == Decimal(amount)


@pytest.mark.parametrize("amount", [1.5, "100", True, None])
def test_an_amount_that_is_not_exact_by_its_type_is_refused(amount: Any) -> None:
    with pytest.raises(TypeError, match=r"an amount is a Decimal, such as Decimal\('100.00'\), not \w+: a float is not exact"):
        exact_amount(amount)


@pytest.mark.parametrize("amount", [0, -1, Decimal(0), Decimal("-0.01"), Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")])
def test_an_amount_that_is_not_above_zero_is_refused(amount: Decimal | int) -> None:
    with pytest.raises(ValueError, match="must be above zero"):
        exact_amount(amount)


def test_an_amount_finer_than_an_ore_is_refused_whatever_the_callers_context_rounds_to() -> None:
    for precision in (28, 3):
        with (
            decimal.localcontext(prec=precision),
            pytest.raises(ValueError, match="more than two decimals; round it to whole öre"),
        ):
            exact_amount(Decimal("100.001"))
