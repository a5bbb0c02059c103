"""The links of the contract, and which of them requests follow: with the value that an earlier response gave for it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

from contract_tests.conformance.places import Location
from contract_tests.contract import Contract, Operation
from contract_tests.messages import Exchange, value_at

_READS = re.compile(r"\$response\.body#((?:/\w+)+)")
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Link:
    """A link: its place, the operation it leads to, and the pointer it reads in the response."""

    place: Location
    to: str
    reads: str


def links(contract: Contract, operation: Operation) -> Iterator[Link]:
    """Return the links of an operation's responses that read something."""
    for status, definition in operation.responses.items():
        for name, reference in definition.get("links", {}).items():
            link = contract.resolve(reference)
            if reads := _READS.search(str([link.get("parameters"), link.get("requestBody")])):
                yield Link((operation.id, f"/{status}/links/{name}"), link["operationId"], reads[1])


class FollowedLinks:
    """Remembers what responses gave for a link, and recognises it in later requests."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._given: dict[str, set[Link]] = defaultdict(set)

    def by(self, operation: Operation, exchange: Exchange) -> set[Location]:
        """Return the links that an accepted request followed, and remember what its response gives."""
        words = set(_WORD.findall(f"{unquote(exchange.url)} {exchange.request_body.decode(errors='replace')}"))
        followed = {link.place for word in words for link in self._given.get(word, ()) if link.to == operation.id}
        for link in links(self._contract, operation):
            if link.place[1].startswith(f"/{operation.key(exchange.status)}/"):
                with suppress(LookupError, TypeError, ValueError):
                    self._given[str(value_at(exchange.object_or_empty, link.reads))].add(link)
        return followed
