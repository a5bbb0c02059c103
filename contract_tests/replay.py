"""Replaying cassettes through a client: which of its requests is the one on file, and what it asked for meanwhile."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import vcr  # type: ignore[import-untyped]

from contract_tests.cassettes import FOLDER
from contract_tests.exact import NotStrictJson, loads
from contract_tests.exchange import Exchange

# What the guide leaves to the server, and a client may choose.
_FREE_PARAMETERS = {"max_results", "page", "sort"}


class Requests:
    """The requests that a client made during a replay, each once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, bytes], Exchange] = {}

    def note(self, request: Any) -> None:
        """Remember a request of vcrpy."""
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else bytes(body)
        headers = {str(name).lower(): value if isinstance(value, str) else value[0] for name, value in request.headers.items()}
        key = (request.method, request.uri, body)
        self._seen[key] = Exchange(request.method, request.uri, 0, headers, body)

    @property
    def exchanges(self) -> list[Exchange]:
        """The requests in the order in which they were first made."""
        return list(self._seen.values())


def same_meaning(made: Any, on_file: Any) -> None:
    """Raise AssertionError unless a client's request means what the one on file means.

    Documents are compared as JSON, dates in them as moments to the second: the guide writes dates in ISO 8601, the client in
    RFC 1123. Page size and order are the client's own choice.
    """
    assert made.method == on_file.method
    ours, theirs = urlsplit(made.uri), urlsplit(on_file.uri)
    assert (ours.scheme, ours.netloc, ours.path) == (theirs.scheme, theirs.netloc, theirs.path)
    assert _question(ours.query) == _question(theirs.query)
    assert _meaning(_read(made.body)) == _meaning(_read(on_file.body))


def played(name: str, requests: Requests) -> AbstractContextManager[Any]:
    """Play a cassette once to whatever client runs meanwhile; nothing is recorded, and what is not on file fails."""
    player = vcr.VCR(cassette_library_dir=str(FOLDER), record_mode="none", match_on=["meaning"])

    def matches(made: Any, on_file: Any) -> None:
        requests.note(made)
        same_meaning(made, on_file)

    player.register_matcher("meaning", matches)
    cassette: AbstractContextManager[Any] = player.use_cassette(name)
    return cassette


def _question(query: str) -> dict[str, Any]:
    return {name: _read(text) for name, text in parse_qsl(query, keep_blank_values=True) if name not in _FREE_PARAMETERS}


def _read(text: Any) -> Any:
    if not text:
        return None
    try:
        return loads(text)
    except NotStrictJson:
        return text


def _meaning(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _meaning(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_meaning(inner) for inner in value]
    return _moment(value) if isinstance(value, str) else value


def _moment(text: str) -> Any:
    try:
        moment = parsedate_to_datetime(text) if text[3:4] == "," else datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(microsecond=0) if moment.tzinfo else text
