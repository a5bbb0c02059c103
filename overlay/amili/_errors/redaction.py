"""What the text of an error may repeat: keys and known sentences of the API, never a value."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

# The sentences of the framework behind the API that are repeated in the text of an error. `{}` stands for what may be a value,
# and with it a debtor's data: it is left out. `<n>` is a number and `<w>` a word of the rule that was broken.
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

_NAME, _MAX_DIGITS = r"[A-Za-z_$][A-Za-z0-9_.$-]{0,63}", 2  # compiled when first used


def safe_name(text: str, otherwise: str = "…") -> str:
    """Return a string of the API if it looks like the name of a property, a state or a reason; else it may be data."""
    return str(text) if re.fullmatch(_NAME, text) and sum(map(str.isdigit, text)) <= _MAX_DIGITS else otherwise


@cache
def _known() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences of the framework as patterns, each with what is repeated of it."""
    found = []
    for sentence in (part.strip() for line in _SENTENCES.strip().splitlines() for part in line.split("|")):
        pattern, numbers = re.escape(sentence), itertools.count(1)
        for slot, values in _SLOTS.items():
            pattern = pattern.replace(slot, values)
        shown = re.sub("<[nw]>", lambda _, numbers=numbers: f"\\{next(numbers)}", sentence.replace("{}", "…"))  # type: ignore[misc]
        found.append((re.compile(pattern, re.DOTALL), shown))
    return found


def redacted(text: str) -> str:
    """Return what the API says as far as it consists of known sentences, without the values in them; `…` for any other."""
    said = []
    for part in text.split("; "):
        matches = ((pattern.fullmatch(part), shown) for pattern, shown in _known())
        said.append(next((match.expand(shown) for match, shown in matches if match), "…"))
    return "; ".join(said)


@cache
def _property_names() -> frozenset[str]:
    """Return the names of all properties in the contract."""
    from amili_api.contract.schemas import SCHEMAS  # noqa: PLC0415 - needed when the API refuses something

    def names(schema: Any) -> Iterator[str]:
        for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            yield from names(inner)
        yield from schema.get("properties", ()) if isinstance(schema, dict) else ()

    return frozenset(names(SCHEMAS))


def known_path(path: str) -> str:
    """Return a dotted path with `…` for each part that is neither a property of the contract nor a place in a list."""
    return ".".join(
        key if key in _property_names() or re.fullmatch(r"\d{1,3}", key, re.ASCII) else "…" for key in path.split(".")
    )
