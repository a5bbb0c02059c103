"""Looks for tokens and personal data in text that is going to be kept or shown: cassettes, reports, artefacts."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

ALLOWED_FILE = Path(__file__).parent / "synthetic_persons.yaml"
FILTERED = "FILTERED"

_SECRETS = {
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token header": re.compile(
        r"(?i)(?:x-api-key|authorization|cookie)[\"']?\s*:\s*(?:\n\s*-\s*)?[\"']?(?!FILTERED|hidden|\$)([^\s\"',\\]{4,})"
    ),
    "a token in JSON": re.compile(r"(?i)\\?\"(?:access_|api_|_)?(?:token|key)\\?\"\s*:\s*\\?\"(?!FILTERED)([^\"\\]{8,})"),
    "an API code": re.compile(r"(?i)\\?\"api_code\\?\"\s*:\s*\\?\"(?!FILTERED)([^\"\\]{4,})"),
    "a secret in a query": re.compile(
        r"(?i)[?&](?:api_code|(?:access_|api_|x-api-)?(?:token|key))=(?!FILTERED|\$)([^&\s\"'\\]{4,})"
    ),
    "a random token": re.compile(
        r"(?<![\w/+-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)(?![\w-]*?(\w)\1{9})[\w-]{40,}(?![\w-])"
    ),
}
_BEFORE = r"(?<![^\W_])(?<!\d\.)"  # not within a word or a fraction; after _ it may be the end of a name of a file
_PERSONAL = {
    "a personal number": re.compile(
        _BEFORE + r"(?<!CT-)(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]?\d{4}(?![\d\w])"  # CT-: the time of a run
    ),
    "an organisation number": re.compile(_BEFORE + r"(?<!-)\d{6}-\d{4}(?![\d\w-])"),
    "an address for e-mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(_BEFORE + r"(?:\+46|0046|07)[\d -]{8,12}\d(?!\d)"),
}
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
    plain = html.unescape(text)  # a page or an XML file has entities where JSON has quotes
    texts = dict.fromkeys(_SHELL_QUOTE.sub("'", each) for each in (text, plain, _decoded(plain)))
    return list(dict.fromkeys(leak for each in texts for leak in (*_by_pattern(each), *_by_key(each))))


def _decoded(text: str) -> str:
    """Undo percent-encoding, and in queries a + that stands for a space."""
    return unquote(_QUERY.sub(lambda query: query.group().replace("+", " "), text))


def _by_pattern(text: str) -> Iterator[Leak]:
    for what, pattern in (_SECRETS | _PERSONAL).items():
        for match in pattern.finditer(text):
            value = match.group(match.lastindex or 0) or match.group()
            if value not in allowed():
                yield Leak(what, text.count("\n", 0, match.start()) + 1, f"{len(value)} characters, begins with {value[:2]}")


def _by_key(text: str) -> Iterator[Leak]:
    for match in _KEY.finditer(text):
        key, value = match.group(2), _read(match.group(3), (len(match.group(1)) + 1).bit_length())
        if not {value, html.unescape(value)} & allowed():
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
