from typing import Any

import pytest

from contract_tests.conformance import response_invariants
from contract_tests.messages import Exchange, dumps
from contract_tests.model.error_checks import issues, refusal_differences, refused_credentials

BODY = {"currency": "EUR", "customer": {"name": "Jane Smith", "address": {"city": "Gothenburg"}}}


def refusal(document: Any, status: int = 422, **headers: str) -> Exchange:
    headers = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    content = document if isinstance(document, bytes) else dumps(document).encode()
    return Exchange("POST", "http://127.0.0.1/invoice-registration", status, headers=headers, body=content)


def differing(named: tuple[str, ...], output: Any) -> list[str]:
    return [pointer for _, pointer, *_ in refusal_differences(BODY, named, refusal({"_issues": output}))]


def test_a_refusal_that_names_what_is_wrong_and_nothing_else_is_right() -> None:
    assert differing(("currency",), {"currency": "unallowed value"}) == []
    assert differing(("customer.name",), {"customer": {"name": ["is wrong"]}}) == []
    assert differing(("customer",), {"customer": "exactly one kind"}) == []
    assert differing(("matrix.0.unit_price",), {"matrix": {"0": {"unit_price": "no"}}}) == []


@pytest.mark.parametrize(("named", "output", "pointers"), [
    (("currency",), {}, ["/_issues/currency"]),
    (("currency",), {"customer": "no"}, ["/_issues/currency", "/_issues/customer"]),
    (("currency",), {"currency": "no", "matrix": "no"}, ["/_issues/matrix"]),
    (("customer.name",), {"customer": {"email": "no"}}, ["/_issues/customer/name", "/_issues/customer/email"]),
    (("currency",), {"currency": " "}, ["/_issues/currency"]),
    (("currency",), {"currency": "not for Jane Smith"}, [""]),
    (("currency",), {"currency": "not in Gothenburg"}, [""]),
])  # fmt: skip
def test_a_refusal_that_names_another_or_a_person_is_not(named: tuple[str, ...], output: Any, pointers: list[str]) -> None:
    assert differing(named, output) == pointers


def test_both_forms_of_an_error_are_read() -> None:
    document = {"_issues": {"a": {"0": ["x", {"b": "y"}]}}, "_error": {"code": 422, "message": "m", "details": {"c.d": "z"}}}
    assert issues(document) == {"c.d": "z", "a.0": "x", "a.0.b": "y"}


def test_refused_accounts_are_wrong_configuration() -> None:
    assert "AMILI_CREDITOR" in refused_credentials(refusal({"_issues": {"creditor": "no"}}))
    assert refused_credentials(refusal({"_issues": {"creditor": "no", "currency": "no"}})) == ""
    assert refused_credentials(refusal({"_issues": {}})) == ""


ERROR = {"_status": "ERR", "_error": {"code": 422, "message": "no"}}


@pytest.mark.parametrize(("exchange", "rule"), [
    (refusal(ERROR), None),
    (refusal(ERROR, content_type="application/json; charset=UTF-8"), None),
    (refusal(ERROR, content_type="application/json; charset=latin-1"), "text is UTF-8"),
    (refusal('{"a": "ö"}'.encode("latin-1")), "text is UTF-8"),
    (refusal(b"\xef\xbb\xbf{}"), "text is UTF-8"),
    (refusal("{}".encode("utf-16-le")), "text is UTF-8"),
    (refusal(ERROR, 400), "an error says its own status"),
    (refusal({"a": "my-secret"}), "a response does not repeat the token"),
    (refusal(ERROR, x_debug="key=my-secret"), "a response does not repeat the token"),
])  # fmt: skip
def test_what_is_true_of_every_response(exchange: Exchange, rule: str | None) -> None:
    assert {finding.rule for finding in response_invariants("register_invoice", exchange, "my-secret")} == (
        {rule} if rule else set()
    )
