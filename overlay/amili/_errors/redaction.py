"""What the message of an error may quote from a response: keys and known sentences, never a value."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from amili._errors.suggestion import similar_name

# The sentences of the framework behind the API that may be quoted. `{}` stands for text that may be a value, and so a debtor's
# data: it is left out. `<n>` is a number and `<w>` a word of the rule that was broken.
_SENTENCES = """
    required field|unknown field|field is read-only|null value not allowed|empty values not allowed|document is missing
    must be of <w> type|must be a number|min length is <n>|max length is <n>|min value is <n>|max value is <n>
    length of list should be <n>, it is <n>|value does not match regex {}|unallowed value {}|unallowed values {}
    value {} is not unique|value {} must exist in resource {}|field {} is required|depends on these values: {}
    {} must not be present with {}|{} is not a document, must be a dict|field {} cannot be coerced: {}|missing members {}
    no definitions validate|none or more than one rule validate|one or more definitions validate
    Validation failed|Insertion failure: <n> document(s) contain(s) error(s)|Please provide proper credentials
    Rate limit exceeded|Client and server etags don't match|filter on {} not allowed|filter on {} is invalid
    Unable to parse `where` clause|Unable to parse `sort` clause|Unable to parse `projection` clause
    Unknown or no Content-Type header supplied|The method is not allowed for the requested URL.
    The browser (or proxy) sent a request that this server could not understand.
    The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.
"""

_SLOTS = {re.escape("{}"): ".*", re.escape("<n>"): r"(-?\d{1,9}(?:\.\d{1,6})?)", re.escape("<w>"): "([a-z]{1,20})"}

_NAME, _MAX_DIGITS = r"[A-Za-z_$][A-Za-z0-9_.$-]{0,63}", 2  # compiled on first use


def safe_name(text: str, otherwise: str = "…") -> str:
    """Return a string of the API if it looks like the name of a property, state or reason; else `otherwise`: it may be data."""
    return str(text) if re.fullmatch(_NAME, text) and sum(map(str.isdigit, text)) <= _MAX_DIGITS else otherwise


@cache
def _known_sentences() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences of the framework as patterns, each with the part that may be quoted."""
    found = []
    for sentence in (part.strip() for line in _SENTENCES.strip().splitlines() for part in line.split("|")):
        pattern, numbers = re.escape(sentence), itertools.count(1)
        for slot, values in _SLOTS.items():
            pattern = pattern.replace(slot, values)
        shown = re.sub("<[nw]>", lambda _, numbers=numbers: f"\\{next(numbers)}", sentence.replace("{}", "…"))  # type: ignore[misc]
        found.append((re.compile(pattern, re.DOTALL), shown))
    return found


def redact(text: str) -> str:
    """Return the known sentences in a message of the API, without the values in them, and `…` for any other sentence."""
    quoted = []
    for part in text.split("; "):
        matches = ((pattern.fullmatch(part), shown) for pattern, shown in _known_sentences())
        quoted.append(next((match.expand(shown) for match, shown in matches if match), "…"))
    return "; ".join(quoted)


@cache
def _property_names() -> frozenset[str]:
    """Return the names of all properties in the contract."""
    from amili_api.contract.schemas import SCHEMAS  # noqa: PLC0415 - needed when the API refuses something

    def names(schema: Any) -> Iterator[str]:
        for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            yield from names(inner)
        yield from schema.get("properties", ()) if isinstance(schema, dict) else ()

    return frozenset(names(SCHEMAS))


def names_in(document: Any) -> frozenset[str]:
    """Return the property names in a request, which its caller wrote; without those that may be data."""
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    own = (str(key) for key in document) if isinstance(document, dict) else ()
    return frozenset(key for key in own if safe_name(key) == key).union(*map(names_in, inner))


def known_path(path: str, sent: frozenset[str] = frozenset()) -> str:
    """Return a dotted path with `…` for each part that is no property of the contract, no list position, and was not `sent`."""
    known = _property_names() | sent
    return ".".join(key if key in known or re.fullmatch(r"\d{1,4}", key, re.ASCII) else "…" for key in path.split("."))


def suggestion(path: str, sent: frozenset[str]) -> str:
    """Return a question that names the property which may be meant, if the path ends with a name that only the caller knows."""
    name = path.rpartition(".")[2]
    meant = similar_name(name, tuple(sorted(_property_names()))) if name in sent - _property_names() else None
    return f"; did you mean {meant!r}?" if meant else ""
