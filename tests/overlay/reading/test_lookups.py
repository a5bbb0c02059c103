"""Many cases by number or identifier with few requests, whatever the API makes of `in`, which its vendor does not document."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from amili import BadRequestError, ServerError

from tests.overlay.support import Clients, reply
from tests.samples import CREDITOR, case, page

Rows = list[dict[str, Any]]


def numbered(count: int, start: int = 0) -> Rows:
    """Cases with the invoice numbers N0, N1, ... and identifiers in the same order."""
    return [numbered_case(number) for number in range(start, start + count)]


def numbered_case(number: int, identifier: int | None = None) -> dict[str, Any]:
    made = case(f"{(number if identifier is None else identifier) + 1:024x}")
    return made | {"debt": made["debt"] | {"invoice_number": f"N{number}"}}


def value(row: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        row = row[name]
    return row


def quick_lists(document: dict[str, Any]) -> dict[str, Any]:
    """Make the list of an `in` a dict, which keeps its order and finds a value at once."""
    return {name: dict.fromkeys(found) if name == "$in" else found for name, found in document.items()}


@dataclass
class Listing:
    """Answers list requests; `in_` is how it understands the operator `in`, `longest` the longest address it takes."""

    rows: Rows
    in_: Callable[[Any, dict[Any, None]], bool] | int = lambda found, values: found in values
    longest: int = 8000
    too_long: int = 414
    where: list[Any] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        condition = json.loads(request.url.params.get("where", "{}"), object_hook=quick_lists)
        self.where.append(condition)
        if len(str(request.url)) > self.longest:
            return reply({}, self.too_long)
        if "$in" in json.dumps(condition) and isinstance(self.in_, int):
            return reply({}, self.in_)
        found = [row for row in self.rows if self.matches(row, condition)]
        size, number = int(request.url.params["max_results"]), int(request.url.params["page"])
        return reply(page(*found[(number - 1) * size : number * size], total=len(found), number=number, size=size))

    def matches(self, row: dict[str, Any], condition: Any) -> bool:
        return all(
            all(self.matches(row, each) for each in wanted) if path == "$and" else self.one(value(row, path), wanted)
            for path, wanted in condition.items()
        )

    def one(self, found: Any, wanted: Any) -> bool:
        if not isinstance(wanted, dict):
            return bool(found == wanted)
        ((operator, operand),) = wanted.items()
        if operator == "$gt":
            return bool(found > operand)
        assert operator == "$in"
        assert not isinstance(self.in_, int)
        return self.in_(found, operand)


def names(found: Any) -> dict[str, list[str]]:
    return {number: [each.id for each in cases] for number, cases in found}


def expected(*numbers: int) -> dict[str, list[str]]:
    return {f"N{number}": [f"{number + 1:024x}"] for number in numbers}


def test_eleven_requests_find_a_thousand_numbers(clients: Clients) -> None:
    server = Listing(numbered(1_000))
    amili = clients.answering(server)
    found = dict(amili.cases_by_number(f"N{number}" for number in range(1_000)))
    assert len(server.where) == 11
    assert {number: [each.debt.invoice_number for each in cases] for number, cases in found.items()} == {
        f"N{number}": [f"N{number}"] for number in range(1_000)
    }


def test_a_number_has_none_one_or_several_cases(clients: Clients) -> None:
    server = Listing([*numbered(2), numbered_case(1, 7)])
    found = names(clients.answering(server).cases_by_number(["N1", "N9", "N0", "N1"]))
    assert found == {"N1": [f"{2:024x}", f"{8:024x}"], "N9": [], "N0": [f"{1:024x}"]}
    assert list(found) == ["N1", "N9", "N0"]
    assert len(server.where) == 1


def test_cases_of_one_creditor_only(clients: Clients) -> None:
    server = Listing(numbered(3))
    assert names(clients.answering(server).cases_by_number(["N0", "N1"], creditor=CREDITOR)) == expected(0, 1)
    assert server.where[0]["$and"][1] == {"creditor": CREDITOR}


def test_identifiers_are_looked_up_likewise(clients: Clients) -> None:
    server = Listing(numbered(150))
    wanted = [f"{number + 1:024X}" for number in range(200)]
    found = dict(clients.answering(server).cases_by_id(wanted))
    assert {name: each is not None for name, each in found.items()} == {name.lower(): int(name, 16) <= 150 for name in wanted}
    assert len(server.where) == 3


def test_nothing_is_read_ahead(clients: Clients) -> None:
    server, taken = Listing(numbered(300)), list[int]()

    def numbers() -> Any:
        for number in range(300):
            taken.append(number)
            yield f"N{number}"

    found = clients.answering(server).cases_by_number(numbers())
    assert (len(server.where), taken) == (0, [])
    first = next(iter(found))
    assert (first[0], len(server.where), len(taken)) == ("N0", 1, 99)


def test_a_projection_gets_what_the_lookup_needs(clients: Clients) -> None:
    asked = list[Any]()
    server = Listing(numbered(2))

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.url.params["projection"]))
        return server(request)

    found = names(clients.answering(note).cases_by_number(["N0", "N1"], projection=["state"]))
    assert found == expected(0, 1)
    assert asked == [{"_id": 1, "debt.invoice_number": 1, "state": 1}]


@pytest.mark.parametrize("leaves_out", [{"debt": 0}, ["state"]])
def test_rows_that_cannot_be_told_apart_are_looked_up_one_by_one(clients: Clients, leaves_out: Any) -> None:
    rows = [{name: found for name, found in each.items() if name != "debt"} for each in numbered(2)]
    full = Listing(numbered(2))

    def without_debt(request: httpx.Request) -> httpx.Response:
        answered = json.loads(full(request).content)
        answered["_items"] = [rows[int(each["_id"], 16) - 1] for each in answered["_items"]]
        return reply(answered)

    assert names(clients.answering(without_debt).cases_by_number(["N0", "N1"], projection=leaves_out)) == expected(0, 1)


@pytest.mark.parametrize("too_long", [400, 413, 414, 431])
def test_a_lot_that_is_too_long_for_the_server_is_halved(clients: Clients, too_long: int) -> None:
    server = Listing(numbered(99), longest=1000, too_long=too_long)
    assert names(clients.answering(server).cases_by_number(f"N{n}" for n in range(99))) == expected(*range(99))
    assert len(server.where) == (5 if too_long == 400 else 3)  # a 400 may be about `in`, so that is tried as well


def test_a_lot_is_no_longer_than_what_servers_before_an_api_take(clients: Clients) -> None:
    long = [f"{'LONG' * 20}{number}" for number in range(99)]
    rows = [case(f"{n + 1:024x}") | {"debt": case()["debt"] | {"invoice_number": name}} for n, name in enumerate(long)]
    server = Listing(rows, longest=4000, too_long=500)
    assert len(names(clients.answering(server).cases_by_number(long))) == 99
    assert len(server.where) == 4


@pytest.mark.parametrize(
    ("understood", "why"),
    [
        (400, "refused"),
        (lambda found, values: True, "ignored"),
        (lambda found, values: False, "matches nothing"),
        (lambda found, values: found == next(iter(values)), "only the first value"),
    ],
)
def test_where_in_does_not_hold_each_is_looked_up_by_itself(
    clients: Clients, understood: Any, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = Listing(numbered(60), in_=understood)
    amili = clients.answering(server)
    with caplog.at_level(logging.WARNING, "amili"):
        assert names(amili.cases_by_number(f"N{n}" for n in range(50))) == expected(*range(50)), why
    assert 51 <= len(server.where) <= 54
    assert caplog.messages == ["list_cases: this API does not support `in` in conditions, so cases are looked up one by one"]
    before = len(server.where)
    assert names(amili.cases_by_number(["N3", "N4"])) == expected(3, 4)
    assert len(server.where) == before + 2  # remembered


def test_an_api_that_forgets_in_later_is_noticed(clients: Clients) -> None:
    server = Listing(numbered(10))
    amili = clients.answering(server)
    assert names(amili.cases_by_number(["N1", "N2"])) == expected(1, 2)
    server.in_ = lambda found, values: True
    assert names(amili.cases_by_number(["N1", "N2"])) == expected(1, 2)


def test_nothing_found_is_believed_only_after_in_has_found_a_case_that_exists(clients: Clients) -> None:
    server = Listing(numbered(1))
    amili = clients.answering(server)
    assert names(amili.cases_by_number(["N7", "N8"])) == {"N7": [], "N8": []}
    assert len(server.where) == 3  # the lot, some case, and that case beside one that does not exist
    assert names(amili.cases_by_number(["N7", "N8"])) == {"N7": [], "N8": []}
    assert len(server.where) == 4


def test_where_there_is_no_case_at_all_nothing_is_remembered(clients: Clients) -> None:
    server = Listing([], in_=lambda found, values: False)
    amili = clients.answering(server)
    assert names(amili.cases_by_number(["N0", "N1"])) == {"N0": [], "N1": []}
    server.rows = numbered(2)
    assert names(amili.cases_by_number(["N0", "N1"])) == expected(0, 1)


def test_one_value_needs_no_in(clients: Clients) -> None:
    server = Listing(numbered(1), in_=400)
    assert names(clients.answering(server).cases_by_number(["N0"])) == expected(0)
    assert len(server.where) == 1


def test_a_refusal_of_a_single_lookup_is_an_error(clients: Clients) -> None:
    with pytest.raises(BadRequestError):
        names(clients.answering(lambda _: reply({}, 400)).cases_by_number(["N0"]))


@pytest.mark.parametrize("probe_fails", [False, True])
def test_a_server_that_fails_is_an_error_and_says_nothing_about_in(clients: Clients, probe_fails: bool) -> None:
    server = Listing(numbered(1))

    def fail(request: httpx.Request) -> httpx.Response:
        answered = server(request)
        return reply({}, 500) if len(server.where) > (2 if probe_fails else 0) else answered

    amili = clients.answering(fail)
    with pytest.raises(ServerError):
        names(amili.cases_by_number(["N7", "N8"]))


@pytest.mark.parametrize("wrong", ["507f191e810c19729de860ea", 5, None])
def test_a_number_that_the_api_cannot_look_up_is_an_error(clients: Clients, wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="invoice_number"):
        names(clients.answering(Listing([])).cases_by_number(["N1", wrong]))
