"""Success responses: read, property by property where one does not match, or refused if they are no JSON object."""

import json
from typing import Any

import attrs
import pytest
from amili import AmiliError, CasePage, DecodeError, UnreadablePropertyError
from amili._core.operations import decode

from tests.samples import CASE, OTHER_CASE, PERSONAL_NUMBER, case, page


def test_a_good_response_is_its_model() -> None:
    read = decode("list_cases", json.dumps(page(case(), total=1)).encode(), CasePage.from_dict)
    assert [found.id for found in read.items] == [CASE]
    assert read.meta.total == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"<html></html>", b"{", b"\xff", b'{"a": NaN', b"[NaN]", b"NaN", b"[]", b"null", b'"text"', b"5", b"[" * 100_000],
)
def test_what_is_no_json_object_is_a_decode_error_without_a_place(content: bytes) -> None:
    with pytest.raises(DecodeError, match="the response to list_cases is not") as caught:
        decode("list_cases", content, CasePage.from_dict)
    assert (caught.value.operation, caught.value.path, caught.value.is_json) == ("list_cases", "", False)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e99999999999999999999"])
@pytest.mark.parametrize("place", ["/_items/1/debt/initial_capital", "/_items/0/new", "/_meta", f"/_items/0/{PERSONAL_NUMBER}"])
def test_a_number_that_is_none_is_told_with_its_place(text: str, place: str) -> None:
    whole, steps, told = page(case(), case(OTHER_CASE)), place[1:].split("/"), place.replace(PERSONAL_NUMBER, "…")
    inner: Any = whole
    for step in steps[:-1]:
        inner = inner[int(step) if isinstance(inner, list) else step]
    inner[steps[-1]] = "NUMBER"
    content = json.dumps(whole).replace('"NUMBER"', text).encode()
    with pytest.raises(DecodeError, match=f"at {told}: it is not a finite number") as caught:
        decode("list_cases", content, CasePage.from_dict)
    assert (caught.value.path, caught.value.is_json) == (told, True)


def broken(*path: str | int, value: Any = ...) -> dict[str, Any]:
    """A page of two cases of which one property is missing, or has this value."""
    whole: Any = page(case(), case(OTHER_CASE))
    place = whole
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    result: dict[str, Any] = whole
    return result


def decoded(*path: str | int, value: Any = ...) -> Any:
    return decode("list_cases", json.dumps(broken(*path, value=value)).encode(), CasePage.from_dict)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("creditor_name",), ..., "has no creditor_name: the response left out creditor_name"),
        (("creditor_name",), None, "has null there"),
        (("customer_name",), 5, "has a number there"),
        (("_id",), 5.5, "has a number there"),
        (("account",), True, "has a boolean there"),
        (("transactions",), {}, "has an object there"),
        (("transactions",), ["text"], "has an array there"),
        (("state_history",), [None], "has an array there"),
        (("state",), 5, "has a number there"),
        (("debt",), ..., "has no debt"),
        (("debt",), "text", "has a string there"),
        (("_created",), f"on {PERSONAL_NUMBER}", "has a string there"),
        (("total_remaining_capital_amount",), "500.0", "has a string there"),
        (("debt", "initial_capital"), PERSONAL_NUMBER, "has a string there"),
        (("debt", "invoice_date"), ..., "has no invoice_date"),
        (("debt", "invoice_due_days_after_invoice_date"), 8.5, "has a number there"),
        (("state_history", 0, "state_date"), "yesterday", "has a string there"),
        (("case_settings", "interest_rate"), [], "has an array there"),
        (("case_settings", "interest_rate", "reference_rate"), 1, "has a number there"),
    ],
    ids=repr,
)
def test_a_property_that_does_not_match_is_told_when_it_is_read_and_all_others_can_be_read(
    path: tuple[str | int, ...], value: Any, says: str
) -> None:
    read = decoded("_items", 1, *path, value=value)
    *steps, last = path
    model: Any = read.items[1]
    for step in steps:
        model = model[step] if isinstance(step, int) else getattr(model, step)
    name = str(last).lstrip("_")
    with pytest.raises(UnreadablePropertyError, match=says) as caught:
        getattr(model, name)
    assert (caught.value.path, caught.value.is_json) == (f"/{last}", True)
    assert (getattr(model, name, None), hasattr(model, name)) == (None, False)
    assert f"{name}=<unreadable>" in repr(model)
    assert PERSONAL_NUMBER not in f"{caught.value} {caught.value.args} {model!r}"
    assert caught.value.__context__ is None
    if value is not ...:
        assert model[str(last)] == value  # as it was received
    others = {field.name for field in attrs.fields(type(model))} - {name}
    assert all(hasattr(model, other) for other in others)
    assert read.items[0] == CasePage.from_dict(page(case())).items[0]
    assert read.to_dict() == broken("_items", 1, *path, value=value)


def test_the_error_for_a_property_names_the_case_if_its_identifier_is_one() -> None:
    for identifier, named in ((OTHER_CASE, f"Case {OTHER_CASE} has no"), (PERSONAL_NUMBER, "Case has no"), (5, "Case has no")):
        document = case(identifier)  # type: ignore[arg-type]
        del document["creditor_name"]
        read = decode("list_cases", json.dumps(page(document)).encode(), CasePage.from_dict)
        with pytest.raises(UnreadablePropertyError, match=f"^{named} creditor_name"):
            _ = read.items[0].creditor_name


@pytest.mark.parametrize(("path", "value"), [(("_items",), ...), (("_items", 0), None), (("_items", 1), "text"), (("_meta",), 5)])
def test_a_page_without_cases_or_counts_has_none(path: tuple[str | int, ...], value: Any) -> None:
    read = decoded(*path, value=value)
    with pytest.raises(UnreadablePropertyError) as caught:
        getattr(read, str(path[0]).lstrip("_"))
    assert caught.value.path == f"/{path[0]}"


def test_an_integer_may_be_written_with_a_fraction_of_zero() -> None:
    assert decoded("_items", 0, "debt", "invoice_due_days_after_invoice_date", value=8.0).items[0].debt == (
        decoded("_items", 0, "debt", "invoice_due_days_after_invoice_date", value=8).items[0].debt
    )
    content = json.dumps(page(case())).replace('"total": 1', '"total": 1e300').encode()
    with pytest.raises(UnreadablePropertyError):
        _ = decode("list_cases", content, CasePage.from_dict).meta.total


def test_null_is_absent_where_a_property_is_optional() -> None:
    read = decoded("_items", 0, "closed", value=None).items[0]
    assert read.closed is None
    assert "closed" not in read


def test_an_attribute_that_no_model_has_is_told_as_usual() -> None:
    with pytest.raises(AttributeError, match="'Case' object has no attribute 'creditor_nam'") as caught:
        _ = decoded("_items", 0, "creditor_name").items[0].creditor_nam
    assert not isinstance(caught.value, AmiliError)
