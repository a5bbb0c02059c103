"""Swedish personal, coordination and organisation numbers: their forms and their check digit."""

import re

_FORM = r"(?:1[689]|20)?(\d{6})[-+]?(\d{4})"  # an organisation number of twelve digits begins with 16


def identity_number_problem(number: str, *, is_person: bool) -> str | None:
    """Return what is wrong with the number of a Swedish debtor, or None; a sole trader is a company with a personal number."""
    found = re.fullmatch(_FORM, number, re.ASCII)
    digits = "" if found is None else found[1] + found[2]
    if not digits or not (_is_organisation(digits) or _has_birthday(digits)):
        return "it is not a Swedish personal, coordination or organisation number; a debtor abroad has is_foreign"
    if check_digit(digits[:-1]) != digits[-1]:
        return "its check digit is wrong: a digit is mistyped, or two have changed places"
    if is_person and _is_organisation(digits):
        return "it is an organisation number, but is_person is True"
    return None


def check_digit(digits: str) -> str:
    """Return the tenth digit that follows nine; the century does not count."""
    products = (int(digit) * (2 - position % 2) for position, digit in enumerate(digits))
    return str(-sum(product // 10 + product % 10 for product in products) % 10)


def _is_organisation(digits: str) -> bool:
    """Return whether the place of the month is above 12: it is at least 20 in an organisation number."""
    return digits[2:4] >= "20"


def _has_birthday(digits: str) -> bool:
    """Return whether month and day can be of a person; 60 is added to the day of a coordination number."""
    return "01" <= digits[2:4] <= "12" and 1 <= int(digits[4:6]) % 60 <= 31
