import pytest

from contract_tests.scanner import leaks, redacted


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
    ],
    ids=str.__len__,
)
def test_the_sample_of_the_guide_and_plain_numbers_pass(text: str) -> None:
    assert leaks(text) == []


def test_a_leak_is_named_but_not_shown() -> None:
    (leak,) = leaks("someone.private@example.se")
    assert "someone" not in str(leak)


def test_redacting_keeps_the_shape_and_what_is_allowed() -> None:
    document = {"_items": [{"customer_name": "Somebody Real", "state": "invoice"}, {"customer_name": "Jane Smith"}]}
    assert redacted(document) == {"_items": [{"customer_name": "FILTERED", "state": "invoice"}, {"customer_name": "Jane Smith"}]}
