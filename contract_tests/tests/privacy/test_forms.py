"""The forms in which numbers of persons are written, each with a number that was made up and a right check digit.

The numbers are put together here, so that this file holds none of them.
"""

import pytest

from contract_tests.privacy.scanner import leaks


def checked(numbers: str) -> str:
    """Return digits with their check digit; the letter of an interim number counts as 1."""
    values = [int(each) if each.isdigit() else 1 for each in numbers]
    doubled = [2 * value - 9 * (value > 4) if place % 2 == 0 else value for place, value in enumerate(reversed(values))]
    return numbers + str(-sum(doubled) % 10)


def iban(country: str, account: str) -> str:
    letters = "".join(str(int(each, 36)) for each in f"{account}{country}00")
    return f"{country}{98 - int(letters) % 97:02}{account}"


def grouped(text: str) -> str:
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


PERSON, COORDINATION, INTERIM = checked("900101" + "123"), checked("900161" + "123"), checked("900101" + "T23")
DAY, LAST = PERSON[:6], PERSON[6:]
YEAR, MONTH, DATE = DAY[:2], DAY[2:4], DAY[4:]
COMPANY, ACCOUNT = checked("556012" + "345"), iban("SE", "50000000" + "058398257466")
BANKGIRO, PLUSGIRO = checked("123" + "456"), checked("123" + "456")


def other_check_digit(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


NUMBERS = {
    "ten digits": PERSON,
    "twelve digits": f"19{PERSON}",
    "a hyphen": f"{DAY}-{LAST}",
    "older than a hundred": f"{DAY}+{LAST}",
    "a wrong check digit": other_check_digit(f"19{PERSON}"),
    "a blank": f"{DAY} {LAST}",
    "twelve digits with a blank": f"19{DAY} {LAST}",
    "a no-break blank": f"{DAY}\xa0{LAST}",
    "a thin blank": f"{DAY}\u2009{LAST}",
    "a hyphen that does not break": f"{DAY}\u2011{LAST}",
    "an en dash": f"{DAY}\u2013{LAST}",
    "an em dash": f"{DAY}\u2014{LAST}",
    "a minus": f"{DAY}\u2212{LAST}",
    "a full-width hyphen": f"{DAY}\uff0d{LAST}",
    "a dash between blanks": f"{DAY} \u2013 {LAST}",
    "a soft hyphen within": f"{DAY}\xad{LAST}",
    "a blank without width within": f"{DAY}\u200b{LAST}",
    "an underscore": f"{DAY}_{LAST}",
    "a point": f"{DAY}.{LAST}",
    "a date in groups": f"{YEAR} {MONTH} {DATE} {LAST}",
    "a date with hyphens": f"19{YEAR}-{MONTH}-{DATE}-{LAST}",
    "a date with points": f"19{YEAR}.{MONTH}.{DATE} {LAST}",
    "a date with slashes": f"19{YEAR}/{MONTH}/{DATE}-{LAST}",
    "in the name of a file": f"case_{PERSON}_2.pdf",
    "first in a numbered list": f"1.{DAY}-{LAST}",
    "after the prefix of our invoices": f"CT-{DAY}-{LAST}",
    "a coordination number": COORDINATION,
    "a coordination number with a hyphen": f"{COORDINATION[:6]}-{COORDINATION[6:]}",
    "a coordination number of twelve digits": f"19{COORDINATION}",
    "an interim number": INTERIM,
    "an interim number with a hyphen": f"19{INTERIM[:6]}-{INTERIM[6:]}",
    "a VAT number": f"SE{PERSON}01",
    "a VAT number of twelve digits": f"SE19{PERSON}01",
    "a VAT number with blanks": f"se {DAY}-{LAST} 01",
    "an escape of JSON": f"{DAY}\\u002d{LAST}",
    "an escape of JSON with a dash": f"{DAY}\\u2013{LAST}",
    "an escape of YAML": f"{DAY}\\x2d{LAST}",
    "an escape that was escaped": f"{DAY}\\\\u002D{LAST}",
    "an escaped digit": f"\\u0039{PERSON[1:]}",
    "an entity": f"{DAY}&#45;{LAST}",
    "an entity that was escaped": f"{DAY}&amp;#x2d;{LAST}",
    "a percent code": f"?x={DAY}%2D{LAST}",
    "a percent code of a blank": f"?x={DAY}%20{LAST}",
    "a plus for a blank": f"?x={DAY}+{LAST}",
    "a percent code twice": f"?x={DAY}%252D{LAST}",
    "a percent code three times": f"?x={DAY}%25252D{LAST}",
    "an organisation number": f"{COMPANY[:6]}-{COMPANY[6:]}",
    "an organisation number with a wrong check digit": other_check_digit(f"{COMPANY[:6]}-{COMPANY[6:]}"),
    "an organisation number with a blank": f"{COMPANY[:6]} {COMPANY[6:]}",
    "an organisation number with a dash": f"16{COMPANY[:6]}\u2013{COMPANY[6:]}",
    "an IBAN": ACCOUNT,
    "an IBAN in groups": grouped(ACCOUNT),
    "an IBAN in small letters": ACCOUNT.lower(),
    "an IBAN of another country": iban("GB", "WEST" + "12345698765432"),
    "a bankgiro number": f"{BANKGIRO[:3]}-{BANKGIRO[3:]}",
    "a bankgiro number as a property": f'"bankgiro": "{BANKGIRO}"',
    "a bankgiro number with its name": f"Bankgironr: {BANKGIRO[:3]}-{BANKGIRO[3:]}",
    "a plusgiro number": f"{PLUSGIRO[:2]} {PLUSGIRO[2:4]} {PLUSGIRO[4:6]}-{PLUSGIRO[6:]}",
    "a plusgiro number with its name": f"PG {PLUSGIRO[:6]}-{PLUSGIRO[6:]}",
}
TELEPHONES = {
    "a mobile number": ("070", "1234567"),
    "a mobile number with a hyphen": ("070", "-123 45 67"),
    "a mobile number with blanks": ("070", " 123 45 67"),
    "a mobile number with points": ("070", ".123.45.67"),
    "a landline": ("08", "-123 456 78"),
    "a landline of another town": ("031", "-12 34 56"),
    "a landline of a village": ("0511", "/123 45"),
    "a landline with a dash": ("08", "\u2013123 456 78"),
    "a landline with brackets": ("(08)", " 123 456 78"),
    "a landline from abroad": ("+46", " (0)8-123 456 78"),
    "a landline with two zeros": ("0046", " 8 12345678"),
    "another country": ("+47", " 22 12 34 56"),
}
QUERIES = {
    "a name": ("/cases?customer_name", "Karin+Berg"),
    "a name in percent codes": ("/cases?page=1&customer_name", "Karin%20Berg"),
    "a name encoded twice": ("/cases?customer_name", "Karin%2520Berg"),
    "a name of a property of a property": ("/cases?customer.name", "Karin"),
    "a name after an entity": ("/cases?page=1&amp;name", "Karin"),
    "a name that only begins like one that is known": ("/cases?customer_name", "Jane+Smithson"),
    "an address": ("/cases?address_line_1", "Storgatan+1"),
    "a condition encoded twice": ("/cases?where", "%257B%2522customer_name%2522" + "%253A%2522Karin%2522%257D"),
}
TOKENS = {
    "a token that begins like none": ("X-API-Key", "FILTERED-but-not-really"),
    "a token that begins like a variable": ("X-API-Key", "$ecret-of-somebody"),
}


@pytest.mark.parametrize("text", NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_found_in_every_form(text: str) -> None:
    assert leaks(text)
    assert leaks(f"so {text}, it says")


@pytest.mark.parametrize("parts", TELEPHONES.values(), ids=TELEPHONES)
def test_a_telephone_number_is_found_in_every_form(parts: tuple[str, str]) -> None:
    assert "a telephone number" in {leak.what for leak in leaks(f"call {''.join(parts)} today")}


@pytest.mark.parametrize("parts", QUERIES.values(), ids=QUERIES)
def test_a_name_in_a_query_is_found(parts: tuple[str, str]) -> None:
    assert leaks("=".join(parts))


@pytest.mark.parametrize("parts", TOKENS.values(), ids=TOKENS)
def test_a_token_that_begins_like_what_may_be_shown_is_found(parts: tuple[str, str]) -> None:
    assert leaks(": ".join(parts))


@pytest.mark.parametrize("place", range(9))
def test_a_number_in_groups_with_a_wrong_check_digit_is_none(place: int) -> None:
    wrong = PERSON[:place] + str((int(PERSON[place]) + 1) % 10) + PERSON[place + 1 :]
    assert leaks(f"{wrong[:6]} {wrong[6:]}") == []


HARMLESS = {
    "a time": "2025-11-29 10:13:59 20251129T101359Z 2025-11-29T10:13:59.123456+00:00",
    "dates": "07-10-2025 07/10/2025 01-02-03",
    "amounts": '"amount": 500.00, "rate": 0.1648, "share": 0.' + PERSON,
    "an invoice number of ours": "CT-05M11D10h41m59s-123-001 CT-local-B1",
    "an OCR number": "20252806663259506081",
    "identifiers": "68e4c40d93ee14723d28fa95 8bfdf8614dc48aa763568c6e6a914e3f0503e18e 550e8400-e29b-41d4-a716-446655440000",
    "an IBAN with a wrong check digit": f"{other_check_digit(ACCOUNT)} {other_check_digit(ACCOUNT).lower()}",
    "a VAT number with a wrong check digit": f"SE{other_check_digit(COMPANY)}01",
    "an organisation number with a blank and a wrong check digit": f"{COMPANY[:6]} {other_check_digit(COMPANY[6:])}",
    "a bankgiro number with a wrong check digit": f"{BANKGIRO[:3]}-{other_check_digit(BANKGIRO[3:])}",
    "a named giro number with a wrong check digit": f"bankgiro {other_check_digit(BANKGIRO)}",
    "a known name in a query": "/cases?customer_name=Jane+Smith&page=2 /cases?customer_name=Jane%20Smith",
    "what was left out": "/cases?customer_name=FILTERED X-API-Key: FILTERED X-API-Key: $AMILI_TOKEN X-API-Key: ${AMILI_TOKEN%?}",
    "numbers in a row": "1 2 3 10 20 30 100 200 300 404 500-599 8080-8081",
    "a version": "1.10.2 0.29.1 >=0.28.1,<0.29 3.11.7",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_like_a_number_of_a_person_passes(text: str) -> None:
    assert leaks(text) == []
