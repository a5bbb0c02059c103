"""Replaying cassettes through the clients: which of their requests is the one on file, and what they make of its response."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import httpx
import vcr  # type: ignore[import-untyped]
from amili import Amili, ApiError, AsyncAmili, Case, Retry

from contract_tests.cassettes.cassette import FOLDER
from contract_tests.guide import guide_documents
from contract_tests.messages import Exchange, NotStrictJson, dumps, loads

# What the guide leaves to the server, and a client may choose.
_FREE_PARAMETERS = {"max_results", "page", "sort"}


class Requests:
    """The requests that a client made during a replay, each once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, bytes], Exchange] = {}

    def add(self, request: Any) -> None:
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


_SWEDEN, _DAYS = ZoneInfo("Europe/Stockholm"), ("invoice_date", "invoice_due_date", "invoice_delivery_date")
_JSON = {"content-type": "application/json"}
# A client reads a case by its id before it credits it, which the guide does not show: it is answered with the case on file.
_READ_FIRST = {"_id": guide_documents()["2-find.reply.json"].content["_items"][0]["_id"]}


def same_request(made: Any, on_file: Any) -> None:
    """Raise AssertionError unless a client's request means what the one on file means.

    Documents are compared as JSON, dates in them as moments to the second: the guide writes dates in ISO 8601, the client in
    RFC 1123. Of the days of an invoice only the day in Sweden counts. Page size and order are the client's own choice.
    """
    assert made.method == on_file.method
    ours, theirs = urlsplit(made.uri), urlsplit(on_file.uri)
    assert (ours.scheme, ours.netloc, ours.path) == (theirs.scheme, theirs.netloc, theirs.path)
    asked, wanted = _question(ours.query), _question(theirs.query)
    assert asked == wanted or ("where" in wanted and asked == wanted | {"where": _READ_FIRST})
    assert _with_days(normalised(_read(made.body))) == _with_days(normalised(_read(on_file.body)))


def _with_days(body: Any) -> Any:
    """Return the body of a request with the days of an invoice as dates: the guide sends a time of day too."""
    if not isinstance(body, dict):
        return body
    return {
        name: value.astimezone(_SWEDEN).date() if name in _DAYS and isinstance(value, datetime) else value
        for name, value in body.items()
    }


def play_cassette(name: str, requests: Requests) -> AbstractContextManager[Any]:
    """Play a cassette to whatever client runs meanwhile; nothing is recorded, and what is not on file fails."""
    player = vcr.VCR(cassette_library_dir=str(FOLDER), record_mode="none", match_on=["meaning"])

    def matches(made: Any, on_file: Any) -> None:
        requests.add(made)
        same_request(made, on_file)

    player.register_matcher("meaning", matches)
    cassette: AbstractContextManager[Any] = player.use_cassette(name, allow_playback_repeats=True)
    return cassette


_CASE = Case.from_dict(guide_documents()["2-find.reply.json"].content["_items"][0])


def read_through_both(operation: str, exchange: Exchange) -> tuple[Any, Any]:
    """Give a response to both clients as the answer to a call of the operation, and return what each made of it.

    A page is given as the first and only one, in the order of ids, which is what the clients ask for.
    """
    projected = any(name == "projection" for name, _ in exchange.query)

    def answer(request: httpx.Request) -> httpx.Response:
        body = exchange.body
        if request.method == "GET" and operation != "list_cases":  # a case is read before it is credited
            return httpx.Response(200, text=guide_documents()["2-find.reply.json"].text, headers=_JSON)
        if operation == "list_cases" and exchange.status == 200:
            items = in_order(exchange.document["_items"])
            body = dumps({"_items": items, "_meta": {"page": 1, "max_results": 100, "total": len(items)}}).encode()
        return httpx.Response(exchange.status, headers=_JSON | {"retry-after": "0"}, content=body)

    def call(amili: Any) -> Any:
        if operation == "list_cases":
            return amili.cases(projection=["state"]) if projected else amili.cases()
        if operation == "register_invoice":
            return amili.register(guide_documents()["1-register.python.request.json"].content)
        return amili.credit(_CASE, 1) if operation == "credit_case" else amili.cancel(_CASE)

    settings: dict[str, Any] = {"retry": Retry(attempts=1), "quota": "off", "transport": httpx.MockTransport(answer)}

    async def ask() -> Any:
        async with AsyncAmili("https://replay.example", "FILTERED", **settings) as amili:
            result = call(amili)
            return [case async for case in result] if operation == "list_cases" else await result

    with Amili("https://replay.example", "FILTERED", **settings) as amili:
        blocking = _outcome(lambda: list(call(amili)) if operation == "list_cases" else call(amili))
    return blocking, _outcome(lambda: asyncio.run(ask()))


def in_order(items: list[Any]) -> list[Any]:
    """Return cases in the order of their ids."""
    return sorted(items, key=lambda item: str(item["_id"]))


def _outcome(read: Callable[[], Any]) -> Any:
    """Return what models would be written as, or of an error its class, status and the properties it names."""
    try:
        found = read()
    except ApiError as problem:
        return type(problem).__name__, problem.status, tuple(problem.issues)
    return loads(json.dumps([each.to_dict() for each in found] if isinstance(found, list) else found.to_dict()))


def _question(query: str) -> dict[str, Any]:
    return {name: _read(text) for name, text in parse_qsl(query, keep_blank_values=True) if name not in _FREE_PARAMETERS}


def _read(text: Any) -> Any:
    if not text:
        return None
    try:
        return loads(text)
    except NotStrictJson:
        return text


def normalised(value: Any) -> Any:
    """Return a document with its dates as datetimes to the second."""
    if isinstance(value, Mapping):
        return {key: normalised(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [normalised(inner) for inner in value]
    return _moment(value) if isinstance(value, str) else value


def _moment(text: str) -> Any:
    try:
        timestamp = parsedate_to_datetime(text) if text[3:4] == "," else datetime.fromisoformat(text)
    except ValueError:
        return text
    return timestamp.replace(microsecond=0) if timestamp.tzinfo else text
