"""Which value of a run stands for which value of its repetition: ids, etags and numbers that each server makes up."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from contract_tests.messages import CLOCKS_MAY_DIFFER, timestamp

ID = re.compile(r"(?:(?<=%[0-9A-F]{2})|(?<![0-9a-f]))[0-9a-f]{24}(?![0-9a-f])")  # also behind an escaped letter of a URL
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)")
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-f]{24,40}")


class Own(Protocol):
    """The credentials with which a run was made."""

    @property
    def token(self) -> str:
        """The token that was sent."""

    @property
    def account(self) -> str:
        """The id of the account."""

    @property
    def creditor(self) -> str:
        """The id of its creditor."""


class Names:
    """Pairs of values that two servers made up for the same thing, and what a client sent, which neither made up."""

    def __init__(self, known: dict[str, str]) -> None:
        self._new = dict(known)
        self._old = {new: old for old, new in known.items()}
        self._sent: set[str] = set()
        self.own: set[str] = set()  # the ids of what the run wrote
        self.only_new: set[str] = set()  # the ids of what the repetition has and the run has not

    def send(self, document: Any) -> None:
        """Remember the texts of a request."""
        self._sent.update(texts(document))

    def new(self, old: str) -> str | None:
        """Return what stands for a value in the repetition."""
        return self._new.get(old)

    def translated(self, text: str) -> str:
        """Return text with the repetition's ids in the places of the run's."""
        return ID.sub(lambda found: self._new.get(found.group(), found.group()), text)

    def lacks(self, text: str) -> bool:
        """Return whether text names something that the run wrote and the repetition did not."""
        return any(each in self.own and each not in self._new for each in ID.findall(text))

    def same(self, old: str, new: str) -> bool:
        """Return whether two texts mean the same: equal, made up for the same thing, or about the same moment."""
        if old in self._new or new in self._old:
            return self._new.get(old) == new
        if old == new:
            return True
        if old in self._sent or new in self._sent:
            return False
        one, other = moment(old), moment(new)
        if one is not None and other is not None:
            return (old[3] == ",") == (new[3] == ",") and abs(one - other) <= CLOCKS_MAY_DIFFER
        made_up = _HEX.fullmatch(old) and _HEX.fullmatch(new) and len(old) == len(new)
        if not (made_up or (_DIGITS.fullmatch(old) and _DIGITS.fullmatch(new))):
            return False
        self._new[old], self._old[new] = new, old
        return True


def moment(text: Any) -> datetime | None:
    """Return the moment that a text shows, or None if it shows none."""
    try:
        return timestamp(text) if isinstance(text, str) and _DATE.fullmatch(text) else None
    except ValueError:
        return None


def items_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the documents of a page; none if it has another shape."""
    items = document.get("_items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def texts(document: Any) -> Iterator[str]:
    """Return every text in a document."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict | list):
        for inner in document.values() if isinstance(document, dict) else document:
            yield from texts(inner)
