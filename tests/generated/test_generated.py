"""The generated client as people see it: exact money, aware dates, open enums, nothing lost on the way in and out."""

import ast
import asyncio
import copy
import datetime
import json
import locale
import pickle
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import amili_api
import attrs
import httpx
import pytest
from amili_api import AuthenticatedClient, Client
from amili_api import models as generated_models
from amili_api import request_types
from amili_api.api.actions import get_crediting
from amili_api.api.cases import list_cases
from amili_api.errors import UnexpectedStatus
from amili_api.models import (
    ActionStatus,
    Case,
    CasePage,
    CaseSettings,
    CaseState,
    CaseStatus,
    CreditorCrediting,
    Debt,
    EveError,
    InvoiceLine,
    InvoiceRegistration,
    InvoiceRegistrationReceipt,
    PartialCase,
    PartialStateChange,
    StateChange,
    Transaction,
)
from amili_api.codec import dump_any, dump_datetime, dump_decimal, parse_amount, parse_datetime, parse_decimal, parse_json
from hypothesis import example, given
from hypothesis import strategies as st

from tests.overlay.support import reply
from tests.samples import CASE, CREDITOR, MOMENT, case, invoice, page

FILES = sorted(Path(amili_api.__file__).parent.rglob("*.py"))
ENUMS: list[Any] = [ActionStatus, CaseState, CaseStatus]
MODELS = [model for model in (getattr(generated_models, name) for name in generated_models.__all__) if attrs.has(model)]

exact = st.builds(
    lambda digits, exponent, sign: Decimal((sign, tuple(map(int, str(digits))), exponent)),
    st.integers(0, 10**15 - 1),
    st.integers(-12, 3),
    st.integers(0, 1),
)
# What a double can't tell apart from its neighbour: more digits than it has.
inexact = st.integers(10**17, 10**25).map(lambda number: Decimal(number) + Decimal("0.1"))


# Money ------------------------------------------------------------------------------------------------------------------


@given(exact)
@example(Decimal("0.1") + Decimal("0.2"))
@example(Decimal("1E+2"))
@example(Decimal("-0"))
def test_any_amount_of_fifteen_digits_survives_the_wire(amount: Decimal) -> None:
    wire = json.dumps({"amount": dump_decimal(amount)})
    assert parse_decimal(parse_json(wire)["amount"]) == amount


@given(exact)
def test_any_amount_survives_a_server_that_reads_it_as_a_double(amount: Decimal) -> None:
    there = json.loads(json.dumps(dump_decimal(amount)))
    assert parse_decimal(parse_json(json.dumps(there))) == amount


@pytest.mark.parametrize(
    ("number", "read"), [(0.1 + 0.2, "0.3"), (1.1 * 3, "3.3"), (100.0, "100"), (1e15, "1000000000000000"), (5, "5")]
)
def test_what_only_a_double_adds_never_shows(number: float, read: str) -> None:
    for found in (parse_decimal(parse_json(json.dumps(number))), parse_decimal(number)):
        assert found == Decimal(read)


def test_an_amount_is_read_digit_by_digit() -> None:
    assert str(parse_decimal(parse_json(b'{"a": 100.10}')["a"])) == "100.10"
    assert str(parse_decimal(parse_json(b"123456789012.345"))) == "123456789012.345"


@given(inexact)
@example(Decimal("100.000000000000001"))
@example(Decimal("0.1234567890123456"))
@example(Decimal(0.1))  # noqa: RUF032 - the noise is the point
@example(Decimal("1E+400"))
@example(Decimal("1E-400"))
def test_an_amount_that_cannot_be_written_exactly_is_refused_rather_than_changed(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="can't be sent exactly: JSON numbers carry 15 significant digits"):
        dump_decimal(amount)


@pytest.mark.parametrize("wrong", ["100", True, None, [], Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf"), 1j])
def test_what_is_no_amount_is_refused_by_name(wrong: Any) -> None:
    for convert in (parse_decimal, dump_decimal):
        with pytest.raises(ValueError, match=r"is not (a number; write an int or a Decimal|an amount)"):
            convert(wrong)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '{"a": NaN}'])
def test_numbers_that_json_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a JSON number"):
        parse_json(text)


def test_a_model_holds_money_as_decimal_in_and_out() -> None:
    debt = Debt.from_dict(case()["debt"] | {"initial_capital": 0.1 + 0.2, "capital_to_claim": 500})
    assert (debt.initial_capital, debt.capital_to_claim) == (Decimal("0.3"), Decimal(500))
    assert json.dumps(debt.to_dict()["initial_capital"]) == "0.3"


LINE = {"article_description": "x", "unit_price": 1, "total_price_excluding_vat": 1, "unit_vat_percent": "0%"}


@pytest.mark.parametrize(
    "given", [500, Decimal("5E+2"), "500", "500.00", "0500.0", 500.0, 5e2, 99.5, "-3", 0.1648, "0.1648", -0.0]
)
def test_a_request_takes_every_form_of_an_exact_amount(given: Any) -> None:
    meant = Decimal(str(given))
    line = InvoiceLine.from_dict(LINE | {"unit_price": given, "number_of_units": given})
    assert (line.unit_price, line.number_of_units) == (meant, meant)
    assert CreditorCrediting.from_dict({"creditor": CREDITOR, "currency": "SEK", "origin": "creditor_system", "amount": given}).amount == meant
    assert json.loads(json.dumps(line.to_dict()))["unit_price"] == float(meant)


@given(exact.filter(lambda amount: int(amount.as_tuple().exponent) <= 0))
def test_text_of_plain_digits_is_the_amount_that_it_shows(amount: Decimal) -> None:
    assert parse_amount(f"{amount:f}").as_tuple() == amount.as_tuple()


@given(exact)
@example(Decimal(123456789012345))
def test_a_float_is_the_amount_of_its_shortest_digits(amount: Decimal) -> None:
    assert parse_amount(float(amount)) == amount


@pytest.mark.parametrize("text", ["", " 5", "5 ", "1e3", "1 000", "5,00", "+5", "5.", ".5", "--5", "NaN", "Infinity", "0x1", "1_000", "٣", "5\n"])
def test_other_text_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"^text must be plain digits such as '500\.00'"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (0.1 + 0.2, r"^this float has a rounding error: round it, or use a Decimal"),
        (3 * 1.1, "a rounding error"),
        (1 / 3, "a rounding error"),
        (float("nan"), "no amounts"),
        (-float("inf"), "no amounts"),
        (Decimal("NaN"), "no amounts"),
        (Decimal("sNaN"), "no amounts"),
        (True, "is needed, not bool"),
        (None, "is needed, not NoneType"),
        (b"5", "is needed, not bytes"),
        (1j, "is needed, not complex"),
    ],
)
def test_what_is_no_exact_amount_is_told(wrong: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_amount(wrong)


@pytest.mark.parametrize("name", ["InvoiceRegistration", "Customer", "Address", "InvoiceLine", "CreditorCrediting", "CreditorCancellation"])
def test_the_type_of_a_plain_dict_has_the_keys_of_the_contract(name: str) -> None:
    typed, model = getattr(request_types, f"{name}Dict"), getattr(generated_models, name)
    fields = {field.alias: field for field in attrs.fields(model) if field.name not in ("additional_properties", "file_import_report")}
    assert typed.__annotations__.keys() == fields.keys()
    assert typed.__required_keys__ == {key for key, field in fields.items() if field.default is attrs.NOTHING}
    assert typed.__optional_keys__ == fields.keys() - typed.__required_keys__


# Dates ------------------------------------------------------------------------------------------------------------------

moments = st.datetimes(
    datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30), timezones=st.timezones() | st.just(datetime.UTC)
)


@given(moments)
def test_a_moment_survives_rfc_1123_to_the_second(moment: datetime.datetime) -> None:
    written = dump_datetime(moment)
    read = parse_datetime(written)
    assert read == moment.astimezone(datetime.UTC).replace(microsecond=0)
    assert read.utcoffset() == datetime.timedelta(0)
    assert dump_datetime(read) == written
    assert len(written) == 29


@given(moments)
def test_a_moment_survives_iso_8601_whole(moment: datetime.datetime) -> None:
    moment = moment.replace(fold=0)
    utc = moment.astimezone(datetime.UTC)
    assert parse_datetime(utc.isoformat()) == utc
    assert parse_datetime(utc.isoformat().replace("+00:00", "Z")) == utc
    assert parse_datetime(utc.replace(tzinfo=None).isoformat()) == utc


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 07 Oct 2025 07:41:01 GMT", "2025-10-07T07:41:01+00:00"),
        ("Fri, 07 Oct 2025 07:41:01 GMT", "2025-10-07T07:41:01+00:00"),  # a Tuesday
        ("2025-10-07T07:41:01.123456Z", "2025-10-07T07:41:01.123456+00:00"),
        ("2025-10-07T07:41:01.123456789Z", "2025-10-07T07:41:01.123456+00:00"),
        ("2025-10-07T09:41:01+02:00", "2025-10-07T07:41:01+00:00"),
        ("2025-10-07T07:41:01", "2025-10-07T07:41:01+00:00"),
        ("2025-10-07", "2025-10-07T00:00:00+00:00"),
    ],
)
def test_every_documented_way_to_write_a_date_is_read(text: str, moment: str) -> None:
    assert parse_datetime(text) == datetime.datetime.fromisoformat(moment)
    assert parse_datetime(text).tzinfo is not None


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "yesterday",
        "7/10/2025",
        "19900101-0017",
        "20251007",
        "2025-W41-2",
        "2025-02-31",
        "Tue, 31 Feb 2025 00:00:00 GMT",
        "Tue, 07 Okt 2025 07:41:01 GMT",
        "Xyz, 07 Oct 2025 07:41:01 GMT",
        "Tue, 07 Oct 2025 07:41:01",
        "Tue, 07 Oct 2025 07:41:01 CET",
        "Tue, 07 Oct 2025 074101.5 GMT",
        "Tue, 07 Oct 2025",
        "Tue, ",
        "2025-10-07T25:00:00Z",
        1_760_000_000,
        None,
        True,
    ],
    ids=repr,
)
def test_anything_else_is_a_value_error_that_names_the_value(garbage: Any) -> None:
    with pytest.raises(ValueError, match="is n") as caught:
        parse_datetime(garbage)
    assert repr(garbage) in str(caught.value)


@given(st.text(max_size=40))
def test_no_text_crashes_the_reading_of_a_date(text: str) -> None:
    said, read = "", None
    try:
        read = parse_datetime(text)
    except ValueError as problem:
        said = str(problem)
    assert repr(text) in said if read is None else read.tzinfo is not None


def test_a_datetime_without_a_zone_is_refused_as_it_could_mean_two_moments() -> None:
    for convert in (parse_datetime, dump_datetime):
        with pytest.raises(ValueError, match=r"has no time zone; write datetime\(\.\.\., tzinfo=timezone\.utc\)"):
            convert(datetime.datetime(2025, 10, 7))


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_gmt_cannot_hold_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="is outside the years 1 to 9999"):
        dump_datetime(datetime.datetime.fromisoformat(text))


def test_dates_are_written_in_english_whatever_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("sv_SE.UTF-8", "de_DE.UTF-8", "C.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:  # not installed here
                continue
            assert dump_datetime(datetime.date(2025, 10, 7)) == "Tue, 07 Oct 2025 00:00:00 GMT"
            assert parse_datetime("Tue, 07 Oct 2025 00:00:00 GMT").month == 10
    finally:
        locale.setlocale(locale.LC_TIME, before)


def test_dates_do_not_ask_the_locale_at_all() -> None:
    tree = ast.parse((Path(amili_api.__file__).parent / "codec.py").read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & {"strptime", "strftime"}
    assert "%b" not in ast.unparse(tree)
    assert "%a" not in ast.unparse(tree)


# Enums ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ENUMS)
@given(text=st.text())
def test_an_enum_is_open_and_equal_to_its_text(kind: Any, text: str) -> None:
    value = kind(text)
    assert value == text
    assert hash(value) == hash(text)
    assert str(value) == f"{value}" == value.value == text
    assert isinstance(value, kind)
    assert json.dumps(value) == json.dumps(text)
    for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value)), kind(value)):  # noqa: S301
        assert twin == value
        assert type(twin) is kind


@pytest.mark.parametrize("kind", ENUMS)
def test_an_unknown_value_is_not_added_to_the_enum_and_known_ones_stay_themselves(kind: Any) -> None:
    before = list(kind)
    unknown = kind("never seen")
    assert (unknown.name, list(kind)) == ("UNKNOWN", before)
    assert unknown not in before
    for member in before:
        assert kind(str(member)) is member
        assert pickle.loads(pickle.dumps(member)) is member  # noqa: S301
    for wrong in (5, None, True):
        with pytest.raises(ValueError, match="is not a"):
            kind(wrong)


def test_an_unknown_state_does_not_lose_a_page() -> None:
    read = CasePage.from_dict(page(case(state="enforcement", status="contested")))
    assert (read.items[0].state, read.items[0].status) == ("enforcement", "contested")
    assert read.to_dict()["_items"][0]["state"] == "enforcement"


# Models -----------------------------------------------------------------------------------------------------------------


def test_what_the_contract_does_not_know_is_kept_and_written_back() -> None:
    text = json.dumps(case()).encode()[:-1] + b', "new": {"rate": 0.30, "list": [1.10, {"deep": 2.5}]}}'
    read = Case.from_dict(parse_json(text))
    assert read["new"] == {"rate": Decimal("0.30"), "list": [Decimal("1.10"), {"deep": Decimal("2.5")}]}
    assert "new" in read
    assert read.additional_keys == ["new"]
    assert json.loads(json.dumps(read.to_dict()))["new"] == {"rate": 0.3, "list": [1.1, {"deep": 2.5}]}
    read["other"] = datetime.date(2025, 10, 7)
    assert read.to_dict()["other"] == "Tue, 07 Oct 2025 00:00:00 GMT"
    del read["other"]
    assert "other" not in read


def test_extras_of_any_shape_are_written_in_their_wire_form() -> None:
    assert dump_any({"a": (Decimal("0.1"), datetime.datetime(2025, 10, 7, tzinfo=datetime.UTC)), "b": None}) == {
        "a": [0.1, "Tue, 07 Oct 2025 00:00:00 GMT"],
        "b": None,
    }


def test_having_looked_for_what_is_not_known_changes_nothing() -> None:
    looked_at, untouched = CaseSettings(), CaseSettings()
    assert looked_at.additional_properties == {}
    assert (looked_at, repr(looked_at), looked_at.to_dict()) == (untouched, repr(untouched), {})
    looked_at["note"] = untouched.additional_properties["note"] = "mine"
    assert looked_at == untouched == CaseSettings(additional_properties={"note": "mine"})
    assert looked_at.to_dict() == {"note": "mine"}
    assert repr(looked_at) == "CaseSettings(additional_properties=…)"
    untouched.additional_properties = {}
    assert looked_at != untouched == CaseSettings()


def test_a_known_property_wins_over_an_extra_of_the_same_name() -> None:
    read = Case.from_dict(case())
    read["currency"] = "EUR"
    assert read.to_dict()["currency"] == "SEK"


def test_an_absent_property_is_none_and_stays_absent() -> None:
    read = Case.from_dict(case())
    assert (read.closed, read.transactions, read.reference_number) == (None, None, None)
    assert not {"closed", "transactions", "reference_number"} & read.to_dict().keys()
    assert Case.from_dict(case(reference_number=None)).reference_number is None
    assert PartialCase.from_dict({}) == PartialCase()


def test_a_case_survives_its_own_writing() -> None:
    document = case(transactions=[{"amount": -100.5, "registration_date": MOMENT, "type": "capital"}], closed={"x": 1})
    assert json.loads(json.dumps(Case.from_dict(document).to_dict())) == document


def test_reading_leaves_the_document_alone() -> None:
    document = case()
    Case.from_dict(document)
    assert document == case()


SAMPLES = [
    Case.from_dict(case(state="never seen", new={"rate": Decimal("0.1")})),
    CasePage.from_dict(page(case())),
    InvoiceRegistration.from_dict(invoice()),
    InvoiceRegistrationReceipt(case=CASE),
    Transaction(
        amount=Decimal("1.10"), registration_date=datetime.datetime(2025, 10, 7, tzinfo=datetime.UTC), type_="capital"
    ),
    EveError.from_dict({"_status": "ERR", "_error": {"code": 422, "message": "x"}, "_issues": {"a": {"b": ["c"]}}}),
    EveError.from_dict({"_status": 5, "_error": {"code": "422"}, "_issues": []}),
    Case.from_dict(case(customer_name=5, debt={"initial_capital": "500"}, state_history=[{"state": 5}], closed=[None])),
    PartialCase.from_dict({"customer_name": {"a": Decimal("0.5")}, "total_added_costs_amount": "x", "debt": {}}),
    InvoiceRegistrationReceipt.from_dict({"_case": None, "_etag": 5}),
]


@pytest.mark.parametrize("model", SAMPLES, ids=lambda model: type(model).__name__)
def test_models_pickle_copy_and_compare(model: Any) -> None:
    sent = type(model).from_dict(parse_json(json.dumps(model.to_dict())))
    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), sent):  # noqa: S301
        assert twin == model
        assert type(twin) is type(model)
        twin["new property"] = 1
        assert twin != model


@pytest.mark.parametrize("model", SAMPLES, ids=lambda model: type(model).__name__)
def test_two_models_differ_if_one_has_what_the_other_lacks(model: Any) -> None:
    for field in attrs.fields(type(model)):
        if hasattr(model, field.name):
            twin = copy.copy(model)
            delattr(twin, field.name)
            assert twin != model
            assert model != twin


def test_models_of_two_classes_and_other_things_are_not_equal() -> None:
    document = {"state": "invoice", "state_date": MOMENT}
    one, other = StateChange.from_dict(document), PartialStateChange.from_dict(document)
    assert one.to_dict() == other.to_dict()
    assert one != other
    assert one != document
    assert one == StateChange.from_dict(document)


def test_without_a_package_above_the_error_is_that_of_the_generated_client() -> None:
    code = "from amili_api.models import Case\nfrom amili_api.errors import UnreadablePropertyError as Mine\nimport sys\n"
    code += "try: Case.from_dict({'_id': 5}).id\nexcept AttributeError as problem: error = problem\n"
    code += "assert type(error) is Mine and error.path == '/_id' and 'amili' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def test_attributes_have_the_names_that_a_person_would_guess() -> None:
    receipt = InvoiceRegistrationReceipt.from_dict(
        {"_id": CASE, "_case": CASE, "_created": MOMENT, "_etag": "e", "_status": "OK"}
    )
    assert (receipt.id, receipt.case, receipt.etag, receipt.created) == (CASE, CASE, "e", parse_datetime(MOMENT))
    read = CasePage.from_dict(page(case()))
    assert (read.items[0].id, read.items[0].created, read.meta.total) == (CASE, parse_datetime(MOMENT), 1)


def test_no_two_properties_of_a_model_meet_in_one_attribute() -> None:
    from amili_api.models import CreditorCancellationReceipt, CreditorCreditingReceipt

    crediting = CreditorCreditingReceipt.from_dict({"_status": "OK", "status": "warning", "_crediting_status": "error"})
    assert (crediting.eve_status, str(crediting.status), str(crediting.crediting_status)) == ("OK", "warning", "error")
    assert crediting.to_dict() == {"_status": "OK", "status": "warning", "_crediting_status": "error"}
    cancellation = CreditorCancellationReceipt.from_dict({"_status": "OK", "status": "completed"})
    assert (cancellation.eve_status, str(cancellation.status)) == ("OK", "completed")


def test_there_are_models_and_each_says_what_it_is() -> None:
    assert len(MODELS) > 20
    for model in MODELS:
        assert model.__doc__, model


def test_a_property_of_any_type_is_written_as_json_whatever_it_holds() -> None:
    read = Case.from_dict(parse_json(json.dumps(case(original_invoice={"pages": 2, "weight": 0.5}))))
    assert read.original_invoice == {"pages": 2, "weight": Decimal("0.5")}
    assert json.loads(json.dumps(read.to_dict()))["original_invoice"] == {"pages": 2, "weight": 0.5}


def test_a_constant_of_the_contract_is_the_only_value() -> None:
    with pytest.raises(ValueError, match="'EUR' is not 'SEK', the only value that the contract allows"):
        InvoiceRegistration.from_dict(invoice(currency="EUR"))


def test_attributes_are_keywords_only_so_that_a_new_property_never_shifts_them() -> None:
    for model in MODELS:
        assert all(attribute.kw_only for attribute in attrs.fields(model)), model


def test_equal_strings_are_read_once_but_amounts_keep_their_digits() -> None:
    one, two, other = (parse_decimal(parse_json(text)) for text in ("500.00", "500.00", "500.0"))
    assert one is two
    assert (one, str(one), str(other)) == (other, "500.00", "500.0")
    assert parse_datetime(MOMENT) is parse_datetime(MOMENT)


# Client -----------------------------------------------------------------------------------------------------------------


def answering(response: httpx.Response, **options: Any) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url="http://amili.test", token="s3cret", httpx_args={"transport": httpx.MockTransport(lambda _: response)}, **options
    )


@pytest.mark.parametrize("status", [200, 401, 418, 520, 561, 599])
def test_a_status_that_the_standard_library_does_not_know_is_no_crash(status: int) -> None:
    document: Any = page() if status == 200 else {"_status": "ERR", "_error": {"code": status, "message": "x"}}
    with answering(reply(document, status)) as client:
        answered = list_cases.sync_detailed(client=client)
    assert answered.status_code == status
    assert type(answered.parsed) is {200: CasePage, 418: type(None)}.get(status, EveError)

    async def main() -> int:
        async with answering(reply(document, status)) as client:
            return (await list_cases.asyncio_detailed(client=client)).status_code

    assert asyncio.run(main()) == status


def test_an_undocumented_status_can_be_made_to_raise() -> None:
    with answering(reply({}, 418), raise_on_unexpected_status=True) as client, pytest.raises(UnexpectedStatus) as caught:
        list_cases.sync(client=client)
    assert caught.value.status_code == 418


def test_a_client_shows_no_token_and_has_a_timeout() -> None:
    client = AuthenticatedClient(base_url="http://amili.test", token="s3cret", headers={"X": "s3cret"}, cookies={"x": "s3cret"})
    with client:
        assert "s3cret" not in repr(client)
        assert client.get_httpx_client().headers["X-API-Key"] == "s3cret"
        assert client.get_httpx_client().timeout == httpx.Timeout(30.0, connect=5.0)
    with Client(base_url="http://amili.test") as plain:
        assert plain.get_httpx_client().timeout.read == 30.0


DERIVED: dict[str, Callable[[AuthenticatedClient], AuthenticatedClient]] = {
    "headers": lambda client: client.with_headers({"X-New": "new"}),
    "cookies": lambda client: client.with_cookies({"new": "new"}),
    "timeout": lambda client: client.with_timeout(httpx.Timeout(7.0)),
}


def shown_by(request: httpx.Request) -> tuple[str | None, ...]:
    """What a server sees of the settings of a client."""
    return tuple(request.headers.get(name) for name in ("X-API-Key", "X-Old", "X-New", "Cookie"))


SEEN = {
    "headers": ("s3cret", "old", "new", "old=old"),
    "cookies": ("s3cret", "old", None, "old=old; new=new"),
    "timeout": ("s3cret", "old", None, "old=old"),
}
FIRST = ("s3cret", "old", None, "old=old")


class Recording:
    """A client with settings of its own, whose requests are recorded."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.headers, self.cookies = {"X-Old": "old"}, {"old": "old"}
        self.httpx_args = {"transport": httpx.MockTransport(self.answer)}
        self.client = AuthenticatedClient(
            base_url="http://amili.test",
            token="s3cret",
            headers=self.headers,
            cookies=self.cookies,
            httpx_args=self.httpx_args,
            timeout=httpx.Timeout(3.0),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return reply(page())

    def settings_are_untouched(self) -> bool:
        return (self.headers, self.cookies, [*self.httpx_args]) == ({"X-Old": "old"}, {"old": "old"}, ["transport"])


@pytest.mark.parametrize("used_before", [True, False])
@pytest.mark.parametrize("kind", DERIVED)
def test_a_derived_client_is_authenticated_independent_and_leaves_the_first_alone(kind: str, used_before: bool) -> None:
    made = Recording()
    first = made.client
    if used_before:
        list_cases.sync(client=first)
    derived = DERIVED[kind](first)
    made.requests.clear()
    for client in (derived, first):
        assert list_cases.sync_detailed(client=client).status_code == 200
    assert [shown_by(request) for request in made.requests] == [SEEN[kind], FIRST]
    assert derived.get_httpx_client() is not first.get_httpx_client()
    timeouts = [client.get_httpx_client().timeout.read for client in (derived, first)]
    assert timeouts == [7.0 if kind == "timeout" else 3.0, 3.0]
    assert made.settings_are_untouched()
    derived.get_httpx_client().close()
    assert list_cases.sync_detailed(client=first).status_code == 200


@pytest.mark.parametrize("used_before", [True, False])
@pytest.mark.parametrize("kind", DERIVED)
def test_a_derived_asynchronous_client_is_as_independent(kind: str, used_before: bool) -> None:
    made = Recording()
    first = made.client

    async def main() -> list[float | None]:
        if used_before:
            await list_cases.asyncio(client=first)
        derived = DERIVED[kind](first)
        made.requests.clear()
        for client in (derived, first):
            assert (await list_cases.asyncio_detailed(client=client)).status_code == 200
        assert derived.get_async_httpx_client() is not first.get_async_httpx_client()
        await derived.get_async_httpx_client().aclose()
        assert (await list_cases.asyncio_detailed(client=first)).status_code == 200
        return [client.get_async_httpx_client().timeout.read for client in (derived, first)]

    assert asyncio.run(main()) == [7.0 if kind == "timeout" else 3.0, 3.0]
    assert [shown_by(request) for request in made.requests] == [SEEN[kind], FIRST, FIRST]
    assert made.settings_are_untouched()


@pytest.mark.parametrize("kind", DERIVED)
def test_a_derived_client_keeps_the_authentication_of_an_http_client_that_was_set_by_hand(kind: str) -> None:
    auth = httpx.BasicAuth("user", "password")
    with httpx.Client(auth=auth) as blocking:
        derived = DERIVED[kind](AuthenticatedClient(base_url="http://amili.test", token="").set_httpx_client(blocking))
        with derived:
            assert derived.get_httpx_client().auth is auth
        assert not blocking.is_closed

    async def main() -> None:
        async with httpx.AsyncClient(auth=auth) as client:
            derived = DERIVED[kind](AuthenticatedClient(base_url="http://amili.test", token="").set_async_httpx_client(client))
            async with derived:
                assert derived.get_async_httpx_client().auth is auth
            assert not client.is_closed

    asyncio.run(main())


def test_a_prefix_and_a_header_of_another_name_can_be_given() -> None:
    with AuthenticatedClient(base_url="http://amili.test", token="t", prefix="Bearer", auth_header_name="Authorization") as client:
        assert client.get_httpx_client().headers["Authorization"] == "Bearer t"


def test_every_generated_file_begins_by_saying_so() -> None:
    overlay = Path(__file__).resolve().parents[2] / "overlay" / "amili"
    package = Path(amili_api.__file__).parent
    files = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for file in [*files, overlay / "_query" / "case_fields.py"]:
        source = "scripts/generator/codec.py" if file.name == "codec.py" else "openapi/amili.yaml"
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# Generated by scripts/regenerate from {source}; do not edit.", file


def test_imports_sit_at_module_level_and_lead_nowhere_else() -> None:
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                lazy = file.name == "__init__.py"  # a name that is imported when it is first used
                lazy |= isinstance(node, ast.ImportFrom) and node.module == "zoneinfo"  # needed for a moment only
                assert lazy or node in tree.body, f"{file.name}:{node.lineno}"
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert not any(name.split(".")[0] in {"amili", "amili_sandbox"} for name in names), file.name


def test_a_document_is_read_by_its_identifier_which_can_not_leave_its_path() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(404, json={"_status": "ERR", "_error": {"code": 404, "message": {"message": "x"}}})

    transport = httpx.MockTransport(answer)
    with AuthenticatedClient(base_url="http://amili.test", token="s3cret", httpx_args={"transport": transport}) as client:
        found = get_crediting.sync("68e4c69c0da90297b3be0dfd", client=client)
        get_crediting.sync("../cases?page=2", client=client)
    assert isinstance(found, EveError)
    assert found.error is not None
    assert found.error.message == {"message": "x"}
    assert asked == ["/creditor--creditings/68e4c69c0da90297b3be0dfd", "/creditor--creditings/..%2Fcases%3Fpage%3D2"]
