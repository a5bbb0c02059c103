import attrs
import pytest
import yaml
from amili_api import models

from contract_tests.privacy.scanner import ALLOWED_FILE, PERSONAL_KEYS, leaks, redacted


@pytest.mark.parametrize(
    "text",
    [
        "x-api-key:\n  - a1b2c3d4e5",
        '"X-API-Key": "a1b2c3d4e5"',
        '{"token": "abcdefgh12345678"}',
        "{&#34;token&#34;: &#34;abcdefgh12345678&#34;}",
        'string: "{\\"access_token\\": \\"abcdefgh12345678\\"}"',
        "eyJhbGciOiJFUzI1NiJ9.eyJhcGlfY29kZSI6InMifQ.c2lnbmF0dXJl",
        "-----BEGIN EC PRIVATE KEY-----",
        "Q2hlY2tpbmdBUmFuZG9tVG9rZW4tMTIzNDU2Nzg5MA",
        '{"api_code": "c0de-of-somebody"}',
        "https://api.example.se/authenticates/api-code?api_code=c0de-of-somebody",
        "https://api.example.se/cases?max_results=1&token=abcdefgh",
    ],
    ids=str.__len__,
)
def test_a_secret_is_found_however_it_is_written(text: str) -> None:
    assert leaks(text)


@pytest.mark.parametrize(
    "text",
    [
        '"id_number": "900101-1239"',
        "19900101-1239",
        "9001011239",
        "556012-3456",
        "someone@example.se",
        "+46701234567",
        '{"customer_name": "Somebody Real"}',
        'string: "{\\"name\\": \\"Somebody Real\\"}"',
        '{"address_line_1": "Storgatan 1"}',
        "<dd>{&quot;customer_name&quot;: &quot;Somebody Real&quot;}</dd>",
        '{"first_name": "Somebody"}',
        '{"address_line_2": "Storgatan 2"}',
        '{"name": "Somebody \\"Real\\""}',
        '{"customer.name": {"$in": ["Somebody Real"]}}',
        "case_9001011239",
        "case.9001011239.pdf",
        "report_556012-3456.html",
        "/cases?where=%7B%22customer_id_number%22%3A%22198112189876%22%7D",
        "/cases?where=%7B%22customer_name%22%3A%22Karin+Berg%22%7D",
        "/cases?where=%7B%22customer_name%22%3A+%22Karin%20Berg%22%7D",
        "<pre>/cases?where=%7B%22customer_name%22%3A%22Karin+Berg%22%7D&amp;page=2</pre>",
        "/cases?email=someone%40example.se",
    ],
    ids=str.__len__,
)
def test_data_on_a_person_is_found(text: str) -> None:
    assert leaks(text)


@pytest.mark.parametrize(
    "text",
    [
        '"customer_name": "Jane Smith", "customer_id_number": "556789-1234"',
        "X-API-Key:\n- FILTERED",
        '"ocr_number_ocr": "20252806663259506081"',
        '"_etag": "8bfdf8614dc48aa763568c6e6a914e3f0503e18e", "_id": "68e4c40d7fcb697a78cb1a32"',
        '"total_remaining_capital_amount": 1234567890.12',
        '"share": 0.9001011239',
        '"share": 5.0046701234567',
        "CT-05M11D10h41m59s-123-001",
        "/cases?where=%7B%22customer_name%22%3A%22Jane+Smith%22%2C%22debt.invoice_number%22%3A%22CT-05M11D10h41m59s-123-B1%22%7D",
        '\'{"name":"Ole O\'"\'"\'Neill <Søn> & \\\\"}\' -H "X-API-Key: ${AMILI_TOKEN%?}"',
    ],
    ids=str.__len__,
)
def test_the_sample_of_the_guide_and_plain_numbers_pass(text: str) -> None:
    assert leaks(text) == []


NUMBERS: list[str] = yaml.safe_load(ALLOWED_FILE.read_text(encoding="utf-8"))["numbers"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_made_up_number_belongs_to_no_person(number: str) -> None:
    digits = [int(digit) for digit in number if digit.isdigit()][-10:]
    doubled = [digit * 2 - 9 * (digit > 4) if position % 2 == 0 else digit for position, digit in enumerate(digits)]
    assert len(digits) == 10
    assert sum(doubled) % 10 != 0, "its last digit is the check digit"


def test_a_leak_is_named_but_not_shown() -> None:
    (leak,) = leaks("someone.private@example.se")
    assert "someone" not in str(leak)


def test_no_model_of_the_client_shows_a_personal_property_in_its_repr() -> None:
    kinds = [kind for kind in (getattr(models, name) for name in models.__all__) if attrs.has(kind)]
    personal = [(kind, field) for kind in kinds for field in attrs.fields(kind) if field.name in PERSONAL_KEYS]
    assert len(personal) > 8
    assert not [f"{kind.__name__}.{field.name}" for kind, field in personal if field.repr]


def test_redacting_keeps_the_shape_and_what_is_allowed() -> None:
    document = {"_items": [{"customer_name": "Somebody Real", "state": "invoice"}, {"customer_name": "Jane Smith"}]}
    assert redacted(document) == {"_items": [{"customer_name": "FILTERED", "state": "invoice"}, {"customer_name": "Jane Smith"}]}
    asked = {"customer.email": {"$in": ["somebody.real@example.se"]}, "state": {"$ne": "invoice"}}
    assert redacted(asked) == {"customer.email": {"$in": ["FILTERED"]}, "state": {"$ne": "invoice"}}
