"""Breaks on purpose what a run has seen, place by place, and looks whether the suite notices."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contract_tests.conformance.coverage import things
from contract_tests.conformance.exchange import check_response
from contract_tests.conformance.links import links
from contract_tests.conformance.places import Location, part_of
from contract_tests.contract import Contract
from contract_tests.messages import Exchange, any_position, dumps

_WRONG_VALUES: tuple[Any, ...] = ([], {}, "no such value", -0.001, None)
_WRONG_TEXT = "no <such> value"
_GONE = object()


def broken_on_purpose(contract: Contract, samples: Mapping[Location, Exchange], sent_wrong: set[Location]) -> set[Location]:
    """Return the places that were broken on purpose, and this was noticed.

    Of a response it was noticed if it is wrong in a sample of it. `sent_wrong` are the places at which requests were wrong on
    purpose, which every check of the answer is about. A link is broken by breaking what it reads; a value of a list by one that
    is not on it.
    """
    broken = {place for place, sample in samples.items() if any(_noticed(contract, place, bad) for bad in _spoilt(place, sample))}
    every = [link for operation in contract.operations.values() for link in links(contract, operation)]
    read = {link.place: (link.place[0], f"/{link.place[1].split('/')[1]}{link.reads}") for link in every}
    return broken | sent_wrong | {link for link, place in read.items() if place in broken}


def _noticed(contract: Contract, place: Location, exchange: Exchange) -> bool:
    """Return whether something is wrong at a place of a response, by the contract or by not being described."""
    pointer = _below_status(place).partition("=")[0]
    if any(any_position(finding.pointer) == pointer for finding in check_response(contract, exchange)):
        return True
    operation = contract.find(exchange.method, exchange.path)
    definition = operation.response(exchange.status) if operation else None
    return any(thing.pointer == pointer and not thing.described for thing in things(contract, definition or {}, exchange))


def _spoilt(place: Location, sample: Exchange) -> Iterator[Exchange]:
    """Return responses that are wrong at a place."""
    part, steps = part_of(place), _below_status(place).split("/")[1:]
    if part == "statuses":
        yield replace(sample, headers={**sample.headers, "content-type": "text/no-such-type"})
    elif part == "headers":
        yield replace(sample, headers={**sample.headers, steps[1]: _WRONG_TEXT})
        yield replace(sample, headers={name: value for name, value in sample.headers.items() if name != steps[1]})
    else:
        steps[-1], _, value = steps[-1].partition("=")
        for wrong in ("no such value",) if value else (*_WRONG_VALUES, _GONE):
            yield replace(sample, body=dumps(_with(sample.document, steps, wrong)).encode())


def _with(node: Any, steps: list[str], wrong: Any) -> Any:
    """Return a document with a wrong value at a place, and in each list on the way only the first item that has it."""
    if not steps:
        return wrong
    first, *rest = steps
    if first == "*":
        return [_with(next(item for item in node if _has(item, rest)), rest, wrong)]
    changed = {**node, first: _with(node[first], rest, wrong)}
    return {name: value for name, value in changed.items() if value is not _GONE}


def _has(node: Any, steps: list[str]) -> bool:
    if not steps:
        return True
    first, *rest = steps
    if first == "*":
        return isinstance(node, list) and any(_has(item, rest) for item in node)
    return isinstance(node, dict) and first in node and _has(node[first], rest)


def _below_status(place: Location) -> str:
    return "".join(f"/{step}" for step in place[1].split("/")[2:])
