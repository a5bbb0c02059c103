"""Looks for tokens and personal data in text that is going to be kept or shown: cassettes, reports, artefacts."""

import html
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ALLOWED_FILE = Path(__file__).parent / "allowed_persons.yaml"
FILTERED = "FILTERED"

_SECRETS = {
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token header": re.compile(
        r"(?i)(?:x-api-key|authorization|cookie)[\"']?\s*:\s*(?:\n\s*-\s*)?[\"']?(?!FILTERED|hidden|\$)([^\s\"',\\]{4,})"
    ),
    "a token in JSON": re.compile(r"(?i)\\?\"(?:access_|api_|_)?(?:token|key)\\?\"\s*:\s*\\?\"(?!FILTERED)([^\"\\]{8,})"),
    "a random token": re.compile(
        r"(?<![\w/+-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)(?![\w-]*?(\w)\1{9})[\w-]{40,}(?![\w-])"
    ),
}
_PERSONAL = {
    "a personal number": re.compile(r"(?<![\d\w.])(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]?\d{4}(?![\d\w])"),
    "an organisation number": re.compile(r"(?<![\d\w.-])\d{6}-\d{4}(?![\d\w-])"),
    "an address for e-mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(r"(?<![\d\w])(?:\+46|0046|07)[\d -]{8,12}\d(?!\d)"),
}
_TELLING_KEYS = {
    "name", "id_number", "address_line_1", "email", "mobile_number",
    "customer_name", "customer_id_number", "your_contact", "creditor_name",
}  # fmt: skip


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
    said: Mapping[str, list[str]] = yaml.safe_load(file.read_text())
    return frozenset(text for texts in said.values() for text in texts) | {FILTERED}


def leaks(text: str) -> list[Leak]:
    """Return what looks like a secret or like data on a person, except what is allowed by name."""
    plain = html.unescape(text)  # a page or an XML file has entities where JSON has quotes
    texts = (text,) if plain == text else (text, plain)
    return list(dict.fromkeys(leak for each in texts for leak in (*_by_pattern(each), *_by_key(each))))


def _by_pattern(text: str) -> Iterator[Leak]:
    for what, pattern in (_SECRETS | _PERSONAL).items():
        for match in pattern.finditer(text):
            value = match.group(match.lastindex or 0) or match.group()
            if value not in allowed():
                yield Leak(what, text.count("\n", 0, match.start()) + 1, f"{len(value)} characters, begins with {value[:2]}")


def _by_key(text: str) -> Iterator[Leak]:
    pattern = re.compile(r'\\?"(' + "|".join(_TELLING_KEYS) + r')\\?"\s*:\s*\\?"((?:[^"\\]|\\u[0-9a-fA-F]{4})*)\\?"')
    for match in pattern.finditer(text):
        key, value = match.group(1), _read(match.group(2))
        if value not in allowed():
            yield Leak(f"the value of {key}", text.count("\n", 0, match.start()) + 1, f"{len(value)} characters")


def _read(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def redacted(document: Any) -> Any:
    """Return a document with every value about a person that is not allowed replaced; the shape stays."""
    if isinstance(document, list):
        return [redacted(item) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        key: FILTERED if key in _TELLING_KEYS and isinstance(value, str) and value not in allowed() else redacted(value)
        for key, value in document.items()
    }


def main(files: Sequence[str]) -> int:
    """Scan files; return 1 if one of them must not leave this machine."""
    found = [f"{file}, {leak}" for file in files for leak in leaks(Path(file).read_text())]
    print(*found, sep="\n") if found else print(f"{len(files)} files, nothing private in them")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
