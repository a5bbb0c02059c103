"""The drift hook of the client against the suite's own counting, which is other code: jsonschema_rs on the contract itself."""

import contextlib
import copy
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from amili import Amili, Case, Drift, Retry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.cassettes import cassettes
from contract_tests.conformance.coverage import PLAIN_HEADERS, Observations
from contract_tests.conformance.places import Location, part_of
from contract_tests.conformance.places import places as all_places
from contract_tests.conftest import SandboxProcess
from contract_tests.contract import Contract
from contract_tests.messages import Exchange, dumps
from contract_tests.server import Caller, stand_in
from contract_tests.tour import STEPS, TourSession, run_step

CONTRACT = Contract.load()
ON_FILE = [exchange for cassette in cassettes() for exchange in cassette.exchanges]


PAGE = ON_FILE[1]
CASE = Case.from_dict(PAGE.document["_items"][0])
INVOICE = ON_FILE[0].request_body


class Played:
    """A transport that answers each call with one exchange and keeps all that the client got.

    A case is read before it is credited, and after a receipt that can't be read: then the guide's page is the answer.
    """

    def __init__(self) -> None:
        self.got: list[Exchange] = []
        self.left: Exchange | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        exchange = self.left
        if exchange is not None and request.method == exchange.method:
            self.left = None
        else:
            exchange = PAGE
        self.got.append(replace(exchange, url=str(request.url)))
        return httpx.Response(exchange.status, headers=exchange.headers, content=exchange.body)

    def play(self, amili: Amili, operation: str, exchange: Exchange) -> None:
        """Make the client call an operation, whose response is an exchange; it may well raise."""
        self.left = exchange
        projected = any(name == "projection" for name, _ in exchange.query)
        calls: dict[str, Callable[[], object]] = {
            "register_invoice": lambda: amili.register(json.loads(INVOICE)),
            "list_cases": (amili.cases(projection=["state"]) if projected else amili.cases()).first,
            "credit_case": lambda: amili.credit(CASE, 1),
            "cancel_case": lambda: amili.cancel(CASE),
        }
        with contextlib.suppress(Exception):  # what the client makes of the response is tested elsewhere
            calls[operation]()


def both_say_the_same(exchanges: Iterable[Exchange]) -> Counter[tuple[str, str, str]]:
    """Give the exchanges to both, compare all that they counted, and return it."""
    hook, ours, play_cassette = Drift(), Observations(CONTRACT), Played()
    transport = httpx.MockTransport(play_cassette.answer)
    settings: dict[str, Any] = {
        "retry": Retry(attempts=1, total=1.0, settle=0),
        "quota": "off",
        "drift": hook,
        "transport": transport,
    }
    with Amili("https://api.example.se", "token", **settings) as amili:
        for exchange in exchanges:
            operation = CONTRACT.find(exchange.method, exchange.path)
            if operation is not None:
                play_cassette.play(amili, operation.id, exchange)
    for exchange in play_cassette.got:
        ours.observe(exchange)
    counted: Counter[tuple[str, str, str]] = Counter()
    for (operation_id, rule, pointer, _), number in ours.found.items():
        counted[operation_id, rule, pointer] += number
    assert hook.responses == len(play_cassette.got)
    assert {(each.operation, each.rule, each.pointer): each.count for each in hook.findings()} == counted
    assert hook.never_seen() == [
        place for place in all_places(CONTRACT, ours.seen) if place not in ours.seen and of_responses(place)
    ]
    return counted


def of_responses(place: Location) -> bool:
    """Return whether a place is one that the client counts: it does so for responses, without their links."""
    return part_of(place) not in ("operations", "parameters", "links") and not place[1].startswith("/request/")


def test_both_take_the_same_headers_for_plain() -> None:
    replies = (replace(PAGE, headers={**PAGE.headers, name: "x"}) for name in sorted(PLAIN_HEADERS - {"content-type"}))
    skipped = {"content-encoding", "content-length", "transfer-encoding"}  # the HTTP library reads these itself
    assert both_say_the_same(each for each in replies if not skipped & each.headers.keys()) == {}


def test_on_what_is_on_file() -> None:
    assert both_say_the_same(ON_FILE) == {}


@pytest.mark.parametrize("faults", [[], ["leak", "enum_new", "date_iso", "err_shape", "etag_missing", "auth_403"]], ids=len)
def test_on_the_traffic_of_the_tour(stand_in_process: SandboxProcess, faults: list[str]) -> None:
    stand_in_process.reset()
    stand_in_process.control("PUT", "contract-faults", faults)
    caller = Caller(CONTRACT, stand_in(stand_in_process))
    tour = TourSession(caller, "hook")
    for step in STEPS:
        run_step(tour, step)
    caller.close()
    assert len(caller.exchanges) > 80
    assert len(both_say_the_same(caller.exchanges)) > 3 * len(faults)


ERROR = {"_status": "ERR", "_error": {"code": 422, "message": "no", "details": {"a.b": "no"}},
         "_issues": {"a": "no", "b": ["no", {"0": {"c": "no"}}], "d": {"0": {"e": ["no"]}}}}  # fmt: skip
REPLIES = [*ON_FILE, replace(ON_FILE[1], status=422, body=dumps(ERROR).encode())]
VALUES = [None, True, -1, 8.0, 0.001, 10**20, "", "x", "Fri, 31 Feb 2025 00:00:00 GMT", "68e4c40d93ee14723d28fa95"]
ANYTHING = st.recursive(
    st.sampled_from([*VALUES, 0, 0.1, 1e300, 0.30000000000000004, "completed", "SEK", "OK\n"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["state", "amount", "news"]), inner, max_size=2),
    max_leaves=4,
)
CHANGES = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["replace", "drop", "add", "twice"]), ANYTHING), max_size=4)
NAMES = ["content-type", "location", "x-total-count", "retry-after", "x-ratelimit-limit", "x-news", "server", "www-authenticate"]
TEXTS = ["application/json; charset=utf-8", "text/html", "", "0", "-5", "1_0", " 7", "many", "Fri, 07 Oct 2025 00:00:00 GMT"]
HEADERS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), max_size=2)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Return every container with every key or position in it."""
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [found for key, inner in pairs for found in [(node, key), *places(inner)]]


def spoilt(document: Any, changes: Iterable[tuple[int, str, Any]]) -> Any:
    for number, kind, value in changes:
        there = places(document)
        if not there:
            break
        container, key = there[number % len(there)]
        if kind == "drop" and isinstance(container, dict):
            del container[key]
        elif kind == "add" and isinstance(container, dict):
            container["news"] = value
        elif kind == "twice" and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        else:
            container[key] = copy.deepcopy(value)
    return document


def test_on_every_value_at_every_place() -> None:
    assert len(both_say_the_same(spoilt_once())) > 150


def spoilt_once() -> Iterator[Exchange]:
    for exchange in REPLIES:
        for number in range(len(places(exchange.document))):
            for value in VALUES:
                document = spoilt(copy.deepcopy(exchange.document), [(number, "replace", value)])
                yield replace(exchange, body=dumps(document).encode())


@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    exchange=st.sampled_from(REPLIES),
    changes=CHANGES,
    headers=HEADERS,
    status=st.sampled_from([None, 200, 201, 418, 429, 500]),
    projected=st.booleans(),
)
def test_on_responses_that_are_spoilt_at_random(
    exchange: Exchange, changes: Any, headers: dict[str, str], status: int | None, projected: bool
) -> None:
    body = dumps(spoilt(copy.deepcopy(exchange.document), changes)).encode()
    url = f"{exchange.url}{'&' if '?' in exchange.url else '?'}projection=%7B%7D" if projected else exchange.url
    other = replace(exchange, url=url, body=body, headers={**exchange.headers, **headers}, status=status or exchange.status)
    both_say_the_same([other, other])
