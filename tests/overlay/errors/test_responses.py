"""Error responses of both forms, and of none, as errors for a person."""

import datetime
import json
import math
import re
import time
from typing import Any

import pytest
from amili import ApiError, ConflictError, NoResponseError, ServerError, ValidationError
from amili._errors import error_from_response, http_date, retry_after, safe_name
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import PERSONAL_NUMBER

NOW = datetime.datetime(2025, 10, 7, 7, 41, 1, tzinfo=datetime.UTC)


def error(status: int, document: Any = None, **headers: str) -> ApiError:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return error_from_response("register_invoice", status, {k.replace("_", "-"): v for k, v in headers.items()}, content, NOW)


def test_the_documented_form_is_understood() -> None:
    found = error(
        422,
        {
            "_status": "ERR",
            "_error": {"code": 4221, "message": "Validation failed", "details": {"invoice_number": "is accepted"}},
        },
        x_request_id="req-1",
    )
    assert isinstance(found, ValidationError)
    assert (found.status, found.code, found.message) == (422, 4221, "Validation failed")
    assert found.issues == {"invoice_number": "is accepted"}
    assert found.request_id == "req-1"
    assert found.retry_after is None
    assert str(found) == ("register_invoice failed with 422: invoice_number: … (nothing was stored; the full text is in .issues)")


def test_the_form_of_the_framework_is_understood() -> None:
    found = error(
        422,
        {
            "_status": "ERR",
            "_issues": {
                "customer": {"address": {"zip_code": "required field"}},
                "matrix": {"0": {"unit_price": ["must be a number", "min value is 0"]}},
                "currency": ["unallowed value EUR"],
            },
            "_error": {"code": 422, "message": "Insertion failure: 1 document(s) contain(s) error(s)"},
        },
    )
    assert found.issues == {
        "customer.address.zip_code": "required field",
        "matrix.0.unit_price": "must be a number; min value is 0",
        "currency": "unallowed value EUR",
    }
    assert str(found) == (
        "register_invoice failed with 422: customer.address.zip_code: required field; matrix.0.unit_price: "
        "must be a number; min value is 0; currency: unallowed value … (nothing was stored; the full text is in .issues)"
    )


@pytest.mark.parametrize(
    ("issues", "flat"),
    [
        (None, {}),
        ({}, {}),
        ([], {}),
        ({"a": None}, {}),
        ("a text", {"": "a text"}),
        ({"a": [{"b": "x"}, {"c": ["y", "z"]}, "w"]}, {"a": "w", "a.b": "x", "a.c": "y; z"}),
        ({"a": [["x"]]}, {"a": "x"}),
        ({"a": 5, "b": False}, {"a": "5", "b": "False"}),
        ({"a": [{"b": "x"}, {"b": "y"}]}, {"a.b": "x; y"}),
    ],
)
def test_issues_become_dotted_paths(issues: Any, flat: dict[str, str]) -> None:
    assert error(422, {"_issues": issues}).issues == flat


def test_issues_are_told_in_whichever_form_they_are() -> None:
    both = {"_issues": {"a": "x"}, "_error": {"details": {"a": "y", "b": "z"}}}
    assert error(422, both).issues == {"a": "x", "b": "z"}


def test_a_property_that_the_caller_sent_is_named_and_one_that_is_like_data_is_not() -> None:
    sent = {"invoice_numbr": "1", "Test Person": 1, "matrix": [{"unit_prise": 5, "sold_by": {"colour": 1}}]}
    issues = {
        "invoice_numbr": "unknown field",
        "Test Person": "unknown field",
        "matrix": {"0": {"unit_prise": "unknown field", "sold_by": {"colour": "unknown field"}, "Anna": "unknown field"}},
    }
    found = error_from_response("register_invoice", 422, {}, json.dumps({"_issues": issues}).encode(), NOW, sent=sent)
    assert str(found) == (
        "register_invoice failed with 422: invoice_numbr: unknown field; did you mean 'invoice_number'?; …: unknown field; "
        "matrix.0.unit_prise: unknown field; did you mean 'unit_price'?; matrix.0.sold_by.colour: unknown field; "
        "matrix.0.…: unknown field (nothing was stored; the full text is in .issues)"
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html><h1>502 Bad Gateway</h1></html>", b"\xff\xfe", b"null", b"[]", b"5", b"[" * 100_000]
)
def test_a_body_that_says_nothing_gives_an_error_that_still_reads_well(body: bytes) -> None:
    found = error(502, body)
    assert isinstance(found, ServerError)
    assert str(found) == "register_invoice failed with 502: no explanation in the response (the server failed)"
    assert (found.code, found.issues, found.message) == (502, {}, "")
    assert found.body == body.decode(errors="replace")


def test_issues_nested_deeper_than_python_goes_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    nested: Any = "x"
    for _ in range(100_000):
        nested = [nested]
    monkeypatch.setattr(json, "loads", lambda _: {"_issues": nested})  # as the reader of a later Python may return it
    found = error_from_response("x", 422, {}, b"", NOW)
    assert (found.status, found.issues) == (422, {})


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ({"message": "Please provide proper credentials"}, "Please provide proper credentials"),
        ({"_message": "Please provide proper credentials", "_code": None}, "Please provide proper credentials"),
        ({"message": {"_message": "Rate limit exceeded"}, "where": ["required field"]}, "Rate limit exceeded; required field"),
        ({"message": "Testa Persson is unknown"}, "…"),
        ({"message": ""}, "no explanation in the response"),
        ({}, "no explanation in the response"),
    ],
)
def test_a_message_that_is_an_object_reads_like_a_text(stated: Any, text: str) -> None:
    found = error(401, {"_status": "ERR", "_error": {"code": 401, "message": stated}})
    assert str(found).startswith(f"register_invoice failed with 401: {text} (")
    assert "Testa" not in str(found)
    assert found.message == {"…": "Testa Persson is unknown", "no explanation in the response": ""}.get(text, text)


@pytest.mark.parametrize("facts", ["text", 5, None, [], {"code": "E1", "message": None}])
def test_an_envelope_of_another_shape_is_no_obstacle(facts: Any) -> None:
    found = error(409, {"_error": facts})
    assert isinstance(found, ConflictError)
    assert found.code == 409
    assert "no explanation in the response" in str(found)


@pytest.mark.parametrize("status", [418, 302, 520, 561, 599])
def test_a_status_that_nobody_knows_is_an_api_error(status: int) -> None:
    found = error(status, {})
    assert type(found) is (ServerError if status >= 500 else ApiError)
    assert found.status == status


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://me:secret@other.test:8443/v2/cases?where=secret#secret", "a redirect to other.test:8443/v2/cases"),
        ("/v2/cases?where=secret", "a redirect to /v2/cases"),
        ("//other.test", "a redirect to other.test"),
        ("https://[2001:db8::1]/x", "a redirect to [2001:db8::1]/x"),
        ("https://other.test/" + "x" * 200, "a redirect to other.test/" + "x" * 89),
        ("https://[secret", "a redirect"),
        ("?secret", "a redirect"),
        ("", "a redirect"),
    ],
)
def test_a_redirect_says_where_to_without_the_values_in_it(location: str, target: str) -> None:
    for status, processed in ((301, "nothing was processed; "), (308, "nothing was processed; "), (302, ""), (303, "")):
        found = str(error(status, {}, location=location))
        assert found.endswith(f"({target}, which is not followed; {processed}AMILI_BASE_URL may be wrong)")
        assert "secret" not in found
    assert "redirect" not in str(error(304, {}, location=location))


@given(st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ ([A-Z]{3}|[+-]\d{4,6})")))
def test_no_date_of_a_header_is_an_exception(text: str) -> None:
    date = http_date(text)
    assert date is None or date.tzinfo is datetime.UTC


@pytest.mark.parametrize(
    "text", ["Tue, 07 Oct 2025 07:41:01 GMT", "Tue, 07 Oct 2025 07:41:01 -0000", "07 Oct 2025 09:41:01 +0200"]
)
def test_a_date_of_a_header_is_read(text: str) -> None:
    assert http_date(text) == NOW


@pytest.mark.parametrize("name", ["x-request-id", "x-amzn-requestid", "x-cloud-trace-context"])
def test_request_ids_are_found_under_their_usual_names(name: str) -> None:
    assert error_from_response("x", 500, {name: "r"}, b"", NOW).request_id == "r"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "Tue, 07 Oct 2025 07:41:31 GMT"}, 30.0),
        ({"retry-after": "Tue, 07 Oct 2025 09:41:31 +0200"}, 30.0),
        ({"retry-after": "Tue, 07 Oct 2025 07:41:31 -0000"}, 30.0),
        ({"retry-after": "Tue, 07 Oct 2025 07:41:31"}, 30.0),
        ({"retry-after": "Tue, 07 Oct 2025 07:40:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "Tue, 07 Oct 99999999999999999999 00:00:00 GMT"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -1200"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 12)}, 12.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) - 12)}, 0.0),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": str(int(NOW.timestamp()) + 12)}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-reset": "12"}, 12.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "12"}, 12.0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 12)}, 12.0),
        ({"ratelimit-remaining": "1", "ratelimit-reset": "12"}, None),
        ({"retry-after": "9" * 400}, math.inf),
        ({"retry-after": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 12)}, 3.0),
    ],
)
def test_how_long_a_response_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert error_from_response("x", 429, headers, b"", NOW).retry_after == seconds


def test_a_date_whose_zone_is_not_told_is_utc_wherever_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "America/New_York")
        time.tzset()
        assert retry_after(429, {"retry-after": "Tue, 07 Oct 2025 07:41:31 -0000"}, NOW) == 30.0
    time.tzset()


def test_a_reset_without_what_remains_asks_nothing_unless_the_rate_was_the_reason() -> None:
    assert retry_after(503, {"x-ratelimit-reset": "12"}, NOW) is None
    assert retry_after(503, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "12"}, NOW) == 12.0


@pytest.mark.parametrize(
    "text",
    [
        f"value '{PERSONAL_NUMBER}' for field 'id_number' is not unique",
        f'"{PERSONAL_NUMBER}" is taken',
        f"unallowed value {PERSONAL_NUMBER}",
        f"id_number {PERSONAL_NUMBER} is accepted",
        "199001010017 is accepted",
        "+46701234567 is no number",
        "test.person@example.se is accepted",
    ],
)
def test_what_the_api_repeats_of_a_person_is_left_out_of_the_message(text: str) -> None:
    for document in ({"_issues": {"customer": text}}, {"_error": {"message": text}}, {"_issues": {text: "x"}}):
        found = error(422, document)
        for secret in (PERSONAL_NUMBER, "199001010017", "46701234567", "test.person"):
            assert secret not in str(found)
            assert secret not in repr(found)
            assert secret not in repr(found.args)
        assert "…" in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "must be of string type",
        "min value is 0",
        "min value is 0.01",
        "required field",
        "unknown field",
        "field is read-only",
        "max length is 40",
        "null value not allowed; required field",
        "Insertion failure: 1 document(s) contain(s) error(s)",
        "Please provide proper credentials",
        "Unable to parse `where` clause",
        "length of list should be 2, it is 10",
    ],
)
def test_what_names_no_value_is_shown_as_it_is(text: str) -> None:
    assert text in str(error(422, {"_issues": {"customer": {"name": text}}}))
    assert text in str(error(400, {"_error": {"message": text}}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("unallowed value Anna Andersson", "unallowed value …"),
        ("value 'Anna Andersson' is not unique", "value … is not unique"),
        ("value 'Anna' must exist in resource 'customers', field '_id'.", "value … must exist in resource …"),
        ("value does not match regex '^Anna$'", "value does not match regex …"),
        ("'Anna Andersson' is not a document, must be a dict", "… is not a document, must be a dict"),
        ("'name' must not be present with 'Anna Andersson'", "… must not be present with …"),
        ("field 'Anna' cannot be coerced: Andersson\nof Anna", "field … cannot be coerced: …"),
        ("required field; Anna Andersson has no address", "required field; …"),
        ("must be of Anna Andersson type", "…"),
        ("min value is 199001010017", "…"),
        ("Anna Andersson", "…"),
        ("bad token tok-secret", "…"),
        ("unknown api_code code-secret", "…"),
    ],
)
def test_of_what_the_api_says_only_known_sentences_are_repeated_without_values(text: str, shown: str) -> None:
    for found in (error(422, {"_issues": {"customer": text}}), error(401, {"_error": {"message": text}})):
        assert shown in str(found)
        assert not re.search("Anna|Andersson|19900101|secret", str(found))
        assert f"the full text is in .{'issues' if found.issues else 'message'}" in str(found)
        assert text in (*found.issues.values(), found.message)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("customer.address.zip_code", "customer.address.zip_code"),
        ("matrix.0.unit_price", "matrix.0.unit_price"),
        ("creditor_reference", "creditor_reference"),
        ("customer.Anna", "customer.…"),
        ("Anna Andersson", "…"),
        ("matrix.19900101", "matrix.…"),
        ("", "…"),
    ],
)
def test_a_path_is_repeated_as_far_as_the_contract_knows_it(path: str, shown: str) -> None:
    assert str(error(422, {"_issues": {path: "required field"}})).startswith(
        f"register_invoice failed with 422: {shown}: required field (nothing was stored"
    )


def test_an_error_is_one_line_of_bounded_length_whatever_the_api_says() -> None:
    issues = dict.fromkeys(("account", "creditor"), "required field\nunknown field") | {
        f"customer.{'name.' * 50}{number}": "required field" for number in range(500)
    }
    found = error(422, {"_issues": issues})
    assert 3800 < len(str(found)) <= 4000
    assert str(found).endswith("(nothing was stored; the full text is in .issues)")
    assert len(str(error(409, {"_issues": issues}))) <= 500
    told = NoResponseError("one\ntwo\x1b[31m \u202e three" + "x" * 100_000)
    assert str(told).startswith("one two [31m three")
    assert len(str(told)) == 500
    assert str(told).isprintable()


@pytest.mark.parametrize("text", ["api.crediting.settled_in_part", "debt_collection", "_x", "A1", "x-ratelimit-limit", "$ref"])
def test_a_key_of_the_api_is_repeated(text: str) -> None:
    assert safe_name(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Anna Andersson",
        PERSONAL_NUMBER,
        "199001010017",
        "",
        "a" * 65,
        "a\nb",
        "api.199001010017",
        "å",
        "jane@domain.se",
        "case_68e4c40d93ee",
    ],
)
def test_what_looks_like_no_key_of_the_api_is_not_repeated(text: str) -> None:
    assert (safe_name(text), safe_name(text, "*")) == ("…", "*")
