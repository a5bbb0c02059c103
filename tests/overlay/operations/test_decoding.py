"""Success responses: read, or refused with a pointer to the place that does not fit."""

import json
from typing import Any

import pytest
from amili import CasePage, DecodeError
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


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("_items",), ..., "missing"),
        (("_items",), None, r"\(null\)"),
        (("_items",), 5, r"\(number\)"),
        (("_items",), True, r"\(boolean\)"),
        (("_items", 0), None, r"\(null\)"),
        (("_items", 1), None, r"\(null\)"),
        (("_items", 1), "text", r"\(string\)"),
        (("_items", 1), [], r"\(array\)"),
        (("_items", 1, "_id"), ..., "missing"),
        (("_items", 1, "debt"), ..., "missing"),
        (("_items", 1, "debt"), "text", r"\(string\)"),
        (("_items", 1, "debt", "initial_capital"), PERSONAL_NUMBER, r"\(string\)"),
        (("_items", 1, "debt", "initial_capital"), None, r"\(null\)"),
        (("_items", 1, "debt", "initial_capital"), {}, r"\(object\)"),
        (("_items", 1, "_created"), f"on {PERSONAL_NUMBER}", r"\(string\)"),
        (("_items", 0, "state"), 5, r"\(number\)"),
        (("_items", 0, "state_history", 0, "state_date"), "yesterday", r"\(string\)"),
        (("_items", 0, "state_history", 0), "text", r"\(string\)"),
        (("_items", 0, "case_settings", "interest_rate"), [], r"\(array\)"),
        (("_meta",), None, r"\(null\)"),
        (("_meta", "total"), ..., "missing"),
    ],
    ids=repr,
)
def test_one_unreadable_place_in_a_page_is_pointed_at(path: tuple[str | int, ...], value: Any, says: str) -> None:
    content = json.dumps(broken(*path, value=value)).encode()
    with pytest.raises(DecodeError, match=says) as caught:
        decode("list_cases", content, CasePage.from_dict)
    pointer = "".join(f"/{step}" for step in path)
    assert caught.value.path == pointer
    assert f"does not match the contract at {pointer}: " in str(caught.value)


def test_the_value_that_does_not_fit_is_not_shown() -> None:
    document = broken("_items", 0, "_created", value=f"on {PERSONAL_NUMBER}")
    with pytest.raises(DecodeError) as caught:
        decode("list_cases", json.dumps(document).encode(), CasePage.from_dict)
    shown: BaseException | None = caught.value
    while shown is not None:  # neither in the error nor in what a traceback prints below it
        assert PERSONAL_NUMBER not in f"{shown} {shown!r} {shown.args}"
        shown = shown.__context__


def test_pointers_are_escaped() -> None:
    def build(document: dict[str, Any]) -> Any:
        return document["a/b~c"]["d"]

    with pytest.raises(DecodeError) as caught:
        decode("list_cases", b'{"a/b~c": {}}', build)
    assert caught.value.path == "/a~1b~0c/d"


def test_a_place_that_cannot_be_found_again_is_the_whole() -> None:
    attempts = iter([KeyError("x")])

    def fails_once(document: dict[str, Any]) -> Any:
        for problem in attempts:
            raise problem

    with pytest.raises(DecodeError, match="at /: a second attempt could decode it") as caught:
        decode("list_cases", b"{}", fails_once)
    assert caught.value.path == ""
