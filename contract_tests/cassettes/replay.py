"""Replaying cassettes through the clients: which of their requests is the one on file, and what they make of its reply."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import vcr  # type: ignore[import-untyped]
from amili import Amili, ApiError, AsyncAmili, CreditorCancellation, CreditorCrediting, Retry
from amili._calls import cancellation_call, crediting_call, list_call, registration_call
from amili._effects import Call

from contract_tests.cassettes.cassette import FOLDER
from contract_tests.guide.documents import guide_documents
from contract_tests.messages.exchange import Exchange
from contract_tests.messages.strict_json import NotStrictJson, loads

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


# A client reads a case by its id before it credits it, which the guide does not show: it is answered with the case on file.
_READ_FIRST = {"_id": guide_documents()["2-find.reply.json"].content["_items"][0]["_id"]}


def samemeaning(made: Any, on_file: Any) -> None:
    """Raise AssertionError unless a client's request means what the one on file means.

    Documents are compared as JSON, dates in them as moments to the second: the guide writes dates in ISO 8601, the client in
    RFC 1123. Page size and order are the client's own choice.
    """
    assert made.method == on_file.method
    ours, theirs = urlsplit(made.uri), urlsplit(on_file.uri)
    assert (ours.scheme, ours.netloc, ours.path) == (theirs.scheme, theirs.netloc, theirs.path)
    asked, wanted = _question(ours.query), _question(theirs.query)
    assert asked == wanted or ("where" in wanted and asked == wanted | {"where": _READ_FIRST})
    assert meaning(_read(made.body)) == meaning(_read(on_file.body))


def played(name: str, requests: Requests) -> AbstractContextManager[Any]:
    """Play a cassette to whatever client runs meanwhile; nothing is recorded, and what is not on file fails."""
    player = vcr.VCR(cassette_library_dir=str(FOLDER), record_mode="none", match_on=["meaning"])

    def matches(made: Any, on_file: Any) -> None:
        requests.note(made)
        samemeaning(made, on_file)

    player.register_matcher("meaning", matches)
    cassette: AbstractContextManager[Any] = player.use_cassette(name, allow_playback_repeats=True)
    return cassette


def read_through_both(operation: str, exchange: Exchange) -> tuple[Any, Any]:
    """Give a reply to both clients as the answer to a call of the operation, and return what each made of it."""
    call = _calls(any(name == "projection" for name, _ in exchange.query))[operation]
    transport = httpx.MockTransport(lambda _: httpx.Response(exchange.status, headers=exchange.headers, content=exchange.body))
    settings: dict[str, Any] = {"retry": Retry(attempts=1), "quota": "off", "transport": transport}

    async def ask() -> Any:
        async with AsyncAmili("https://replay.example", "FILTERED", **settings) as amili:
            return (await amili._read(call))[0]

    with Amili("https://replay.example", "FILTERED", **settings) as amili:
        blocking = _outcome(lambda: amili._read(call)[0])
    return blocking, _outcome(lambda: asyncio.run(ask()))


def _outcome(read: Callable[[], Any]) -> Any:
    """Return what a model would be written as, or of an error its class, status and the properties it names."""
    try:
        return loads(json.dumps(read().to_dict()))
    except ApiError as problem:
        return type(problem).__name__, problem.status, tuple(problem.issues)


def _calls(projected: bool) -> Mapping[str, Call]:
    invoice = guide_documents()["1-register.python.request.json"].content
    action = {"creditor": invoice["creditor"], "case": "0" * 24, "origin": "creditor_system"}
    crediting = CreditorCrediting.from_dict({**action, "currency": "SEK", "amount": 1})
    return {
        "register_invoice": registration_call(invoice)[0],
        "list_cases": list_call(projection=["state"] if projected else None),
        "credit_case": crediting_call(crediting),
        "cancel_case": cancellation_call(CreditorCancellation.from_dict(action)),
    }


def _question(query: str) -> dict[str, Any]:
    return {name: _read(text) for name, text in parse_qsl(query, keep_blank_values=True) if name not in _FREE_PARAMETERS}


def _read(text: Any) -> Any:
    if not text:
        return None
    try:
        return loads(text)
    except NotStrictJson:
        return text


def meaning(value: Any) -> Any:
    """Return a document with its dates as moments to the second, and numbers as numbers."""
    if isinstance(value, Mapping):
        return {key: meaning(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [meaning(inner) for inner in value]
    return _moment(value) if isinstance(value, str) else value


def _moment(text: str) -> Any:
    try:
        moment = parsedate_to_datetime(text) if text[3:4] == "," else datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(microsecond=0) if moment.tzinfo else text
