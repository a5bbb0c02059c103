"""Looks for tokens and personal data in text that is going to be kept or shown: cassettes, reports, artefacts."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus

import yaml

from contract_tests.privacy.forms import FORMS

ALLOWED_FILE = Path(__file__).parent / "synthetic_persons.yaml"
FILTERED = "FILTERED"
TOOL = "amili-contract"  # what this suite calls itself where a format has a key `name` for that
_MOST_DECODINGS = 3

PERSONAL_KEYS = {
    "name", "first_name", "last_name", "id_number", "address_line_1", "address_line_2", "email", "mobile_number",
    "customer_name", "customer_id_number", "your_contact", "creditor_name",
}  # fmt: skip
# A key with its value, also as a condition of a query, and in a text that is itself a JSON string: then every quote has as
# many backslashes before it, and one within the value has more.
_KEY = re.compile(
    r'(?s)(\\*)"(?:[\w.]+\.)?(' + "|".join(sorted(PERSONAL_KEYS)) + r')\1"\s*:\s*(?:\{\s*\1"\$\w+\1"\s*:\s*)?(?:\[\s*)?'
    r'\1"(.*?(?<!\\)(?:\1\1\\\\)*)\1"'
)
_QUERY = re.compile(r"\?[^\s\"'<>]+")
_IN_QUERY = re.compile(r"[?&;](?:[\w.]+\.)?(" + "|".join(sorted(PERSONAL_KEYS)) + r")=([^&#\s\"'<>]+)")
_ESCAPE = re.compile(r"\\+(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))")  # of JSON and YAML
_DASHES, _BLANKS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "\xa0\u2007\u2009\u202f\u3000"
_UNSEEN = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff"))
_AS_TYPED = {**_UNSEEN, **dict.fromkeys(map(ord, _DASHES), "-"), **dict.fromkeys(map(ord, _BLANKS), " ")}
_YAML_LETTER = re.compile(r"(?<!\\)\\(?:U([0-9A-F]{8})|x([0-9A-F]{2}))")
_SHELL_QUOTE = re.compile(r"""'\\*"'\\*"'""")  # how shlex writes a ' within quotes


@dataclass(frozen=True)
class Leak:
    """Something that must not be kept; it is named, never shown."""

    what: str
    line: int
    hint: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what} ({self.hint})"


@cache
def allowed(file: Path = ALLOWED_FILE) -> frozenset[str]:
    """Return every text about a person that may be kept: the guide's sample, and persons made up here."""
    groups: Mapping[str, list[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return frozenset(text for texts in groups.values() for text in texts) | {FILTERED}


def leaks(text: str) -> list[Leak]:
    """Return what looks like a secret or like data on a person, except what is allowed by name."""
    texts = dict.fromkeys(_SHELL_QUOTE.sub("'", each) for each in _ways_to_read(text))
    found = (leak for each in texts for leak in (*_by_form(each), *_by_key(each), *_by_query(each)))
    return list(dict.fromkeys(found))


def _ways_to_read(text: str) -> Iterator[str]:
    """Yield a text as it is, and with what may be encoded in it decoded, also more than once."""
    yield text
    for _ in range(_MOST_DECODINGS):
        for decode in (html.unescape, _without_percent, _without_escapes):
            text = decode(text)
            yield text


def _without_percent(text: str) -> str:
    """Undo percent-encoding, and in queries a + that stands for a space."""
    return unquote(_QUERY.sub(lambda query: query.group().replace("+", " "), text))


def _without_escapes(text: str) -> str:
    """Undo escapes of what numbers are written with, and write dashes and blanks of all kinds as they are typed."""
    return _ESCAPE.sub(_unescaped, text).translate(_AS_TYPED)


def _unescaped(escape: re.Match[str]) -> str:
    letter = chr(int(escape.group(1) or escape.group(2), 16))
    return (
        letter if ord(letter) in _AS_TYPED or (letter.isascii() and (letter.isalnum() or letter in " +-./@_")) else escape.group()
    )


def _by_form(text: str) -> Iterator[Leak]:
    for form in FORMS:
        for place, value in form.find(text):
            if value not in allowed():
                yield Leak(form.what, text.count("\n", 0, place) + 1, f"{len(value)} characters, begins with {value[:2]}")


def _by_query(text: str) -> Iterator[Leak]:
    for match in _IN_QUERY.finditer(text):
        rest = text[match.start(2) :]  # where it was decoded, a blank does not end the value
        known = any(rest.startswith(each) and not rest[len(each) :][:1].isalnum() for each in allowed())
        if not known and unquote_plus(match.group(2)) not in allowed():
            yield Leak(
                f"the value of {match.group(1)}", text.count("\n", 0, match.start()) + 1, f"{len(match.group(2))} characters"
            )


def _by_key(text: str) -> Iterator[Leak]:
    for match in _KEY.finditer(text):
        key, value = match.group(2), _read(match.group(3), (len(match.group(1)) + 1).bit_length())
        if not {value, html.unescape(value)} & (allowed() | {TOOL}):
            yield Leak(f"the value of {key}", text.count("\n", 0, match.start()) + 1, f"{len(value)} characters")


def _read(text: str, times: int) -> str:
    """Read a JSON string that was written as a string so many times; YAML writes letters in ways of its own."""
    text = _YAML_LETTER.sub(lambda found: chr(int(found.group(1) or found.group(2), 16)), text)
    for _ in range(times):
        try:
            text = str(json.loads(f'"{text}"', strict=False))
        except ValueError:
            return text
    return text


def redacted(document: Any, *, is_personal: bool = False) -> Any:
    """Return a document with every value about a person that is not allowed replaced; `telling`: all its texts are about one."""
    if isinstance(document, list):
        return [redacted(item, is_personal=is_personal) for item in document]
    if isinstance(document, dict):
        return {
            key: redacted(value, is_personal=is_personal or str(key).rpartition(".")[2] in PERSONAL_KEYS)
            for key, value in document.items()
        }
    return FILTERED if is_personal and isinstance(document, str) and document not in allowed() else document


def scan_files(files: Sequence[str]) -> int:
    """Scan files; return 1 if one of them must not leave this machine. Raises OSError if one can't be read."""
    found = [f"{file}, {leak}" for file in files for leak in leaks(Path(file).read_text(encoding="utf-8", errors="replace"))]
    print(*found, sep="\n") if found else print(f"{len(files)} files, nothing private in them")
    return 1 if found else 0
