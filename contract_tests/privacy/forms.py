"""The forms in which secrets and data on a person are written. What is also a plain number must have a right check digit."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"  # not within a word; beside _ it may be a part of the name of a file
_NOT_SHOWN = r"(?!(?:FILTERED|hidden)(?![\w-])|\$\{?AMILI_)"
_DATE = r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_LOOSE_DATE = r"(?:(?:18|19|20)?\d\d)[ ._/-]?(?:0[1-9]|1[0-2])[ ._/-]?(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True)
class Form:
    """One form: the last group of its pattern is the value, which must fit."""

    what: str
    pattern: re.Pattern[str]
    fits: Callable[[str], bool] = _always

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the place and the text of each value; the digits after the point of a number are none."""
        for match in self.pattern.finditer(text):
            value = match.group(match.lastindex or 0) or match.group()
            of_a_fraction = value.isdigit() and re.fullmatch(r"\d\.", text[max(match.start() - 2, 0) : match.start()])
            if self.fits(value) and not of_a_fraction:
                yield match.start(), value


def _has_check_digit(value: str) -> bool:
    """Whether the last digit is the check digit of those before it, at most nine; the letter of an interim number counts as 1."""
    numbers = [int(each) if each.isdigit() else 1 for each in value if each.isalnum()][-10:]
    doubled = [2 * number - 9 * (number > 4) if place % 2 else number for place, number in enumerate(reversed(numbers))]
    return sum(doubled) % 10 == 0


def _is_organisation(value: str) -> bool:
    return _has_check_digit(value) and [each for each in value if each.isdigit()][-8] > "1"


def _is_vat(value: str) -> bool:
    return _has_check_digit(value.rstrip(" ")[:-2])


def _is_iban(value: str) -> bool:
    letters = value.replace(" ", "")
    turned = "".join(str(int(each, 36)) for each in letters[4:] + letters[:4])
    return 15 <= len(letters) <= 34 and int(turned) % 97 == 1


def _form(what: str, pattern: str, fits: Callable[[str], bool] = _always) -> Form:
    return Form(what, re.compile(pattern), fits)


FORMS = (
    _form("a signed token", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    _form("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    _form(
        "a token header",
        rf"(?i)(?:x-api-key|authorization|cookie)[\"']?\s*:\s*(?:\n\s*-\s*)?[\"']?{_NOT_SHOWN}([^\s\"',\\]{{4,}})",
    ),
    _form("a token in JSON", rf"(?i)\\?\"(?:access_|api_|_)?(?:token|key)\\?\"\s*:\s*\\?\"{_NOT_SHOWN}([^\"\\]{{8,}})"),
    _form("an API code", rf"(?i)\\?\"api_code\\?\"\s*:\s*\\?\"{_NOT_SHOWN}([^\"\\]{{4,}})"),
    _form("a secret in a query", rf"(?i)[?&](?:api_code|(?:access_|api_|x-api-)?(?:token|key))={_NOT_SHOWN}([^&\s\"'\\]{{4,}})"),
    _form("a random token", r"(?<![\w/+-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)(?![\w-]*?(\w)\1{9})[\w-]{40,}(?![\w-])"),
    _form("a personal number", rf"{_BEFORE}{_DATE}[-+]?\d{{4}}{_AFTER}"),
    _form("a personal number", rf"{_BEFORE}(?=({_LOOSE_DATE}[ ._/+-]{{0,3}}[\dTRSUWXJKLMN]\d{{3}}){_AFTER})", _has_check_digit),
    _form("an organisation number", rf"{_BEFORE}(?<!-)\d{{6}}-\d{{4}}(?![\d\w-])"),
    _form("an organisation number", rf"{_BEFORE}(?:16)?\d{{6}}(?:[ ._]| ?- ?)\d{{4}}{_AFTER}", _is_organisation),
    _form("a VAT number", rf"{_BEFORE}(?i:SE)[ -]?((?:16|19|20)?\d{{6}}[ -]?\d{{4}}[ -]?\d\d){_AFTER}", _is_vat),
    _form("a bank account", rf"{_BEFORE}[A-Z]{{2}}\d\d(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,4}})?{_AFTER}", _is_iban),
    _form("a bank account", rf"{_BEFORE}(?:dk|fi|no|se)\d\d(?: ?\d{{4}}){{2,5}}(?: ?\d{{1,4}})?{_AFTER}", _is_iban),
    _form(
        "a giro account",
        r"(?i)(?:bankgiro|plusgiro|postgiro|\b[bp]g)(?:[ _-]?(?:nr|no|nummer|number))?[\"'.:=#\s]{0,6}(\d[\d -]{2,10}\d)(?!\d)",
        _has_check_digit,
    ),
    _form("a giro account", r"(?<![\w.-])(?:\d{3,4}-\d{4}|(?:\d{1,3} )?\d\d \d\d-\d)(?![\w-])", _has_check_digit),
    _form("an address for e-mail", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    _form("a telephone number", rf"{_BEFORE}(?:\+[1-9]|00(?=4[5-7]|358))(?:[ ./()-]{{0,3}}\d){{8,13}}(?!\d)"),
    _form("a telephone number", rf"{_BEFORE}07\d(?:[ ./-]{{0,3}}\d){{7}}(?!\d)"),
    _form(
        "a telephone number",
        r"(?<![\w.-])(?!\d\d[-/ ]\d\d[-./ ](?:19|20)\d\d)\(?0[1-9]\d{0,2}(?:\) ?| ?[-/ ] ?)\d(?:[ .-]?\d){4,7}(?![\w-])",
    ),
)
