"""The values of each assumption that are worth trying: its choices, and for a number what the run shows of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from amili_sandbox.state import ASSUMPTIONS, Assumption

from contract_tests.fit.names import items_of, moment
from contract_tests.fit.search import Value
from contract_tests.messages import Exchange, NotStrictJson, loads

_GREATEST = 1e9  # of the numbers that can be assumed


def choices(exchanges: Sequence[Exchange]) -> dict[str, list[Value]]:
    """Return the values of each assumption, the default first."""
    shown = [(name, value) for name, value in _shown(exchanges) if 0 < value < _GREATEST]
    return {each.name: _values(each, [value for name, value in shown if name == each.name]) for each in ASSUMPTIONS}


def _values(assumption: Assumption, shown: Sequence[int]) -> list[Value]:
    if assumption.choices:
        return [assumption.default, *(value for value in assumption.choices if value != assumption.default)]
    default = int(assumption.default)
    others = {max(shown, default=default), default * 2 or 60}  # twice as much shows whether the number matters
    return [default, *sorted(others - {default})]


def _shown(exchanges: Sequence[Exchange]) -> Iterator[tuple[str, int]]:
    """Yield numbers that responses show, each with the assumption that may be the reason for it."""
    registered: dict[str, tuple[str, datetime]] = {}  # case and moment of each invoice number
    for exchange in exchanges:
        sent, document = _object(exchange.request_body), exchange.object_or_empty
        number, now, about = sent.get("invoice_number"), moment(exchange.headers.get("date")), document.get("_meta")
        if isinstance(number, str) and "invoice_date" in sent:
            accepted = exchange.status < 300
            yield "invoice_number_length", len(number) if accepted else len(number) - 1
            if accepted and now and "_case" in document:
                registered[number] = document["_case"], now
        if isinstance(about, dict) and isinstance(size := about.get("max_results"), int):
            yield "greatest_max_results", size
        for item in items_of(document):
            yield from (("initializing_seconds", seconds) for seconds in _first_state(item))
        if now and "_items" in document:
            yield from (("case_visible_after", seconds) for seconds in _unseen(exchange, registered, now))


def _first_state(case: Mapping[str, Any]) -> Iterator[int]:
    """Yield for how many seconds a case was in its first state, if that is over."""
    history = case.get("state_history")
    entries = [entry for entry in history if isinstance(entry, dict)] if isinstance(history, list) else []
    since, until, *_ = *(moment(entry.get("state_date")) for entry in entries), None, None
    if since is not None and until is not None:
        yield int((until - since).total_seconds())


def _unseen(exchange: Exchange, registered: Mapping[str, tuple[str, datetime]], now: datetime) -> Iterator[int]:
    """Yield for how many seconds a case had been registered when it was not found by its number, and one more."""
    number = _object(dict(exchange.query).get("where", "").encode()).get("debt.invoice_number")
    if isinstance(number, str) and number in registered:
        case, since = registered[number]
        if case not in [item.get("_id") for item in items_of(exchange.object_or_empty)]:
            yield int((now - since).total_seconds()) + 1


def _object(text: bytes) -> dict[str, Any]:
    try:
        document = loads(text)
    except NotStrictJson:
        return {}
    return document if isinstance(document, dict) else {}
