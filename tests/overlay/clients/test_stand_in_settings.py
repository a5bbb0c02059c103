"""The client under settings that the vendor's server may have: nothing is lost, nothing happens twice, errors can be read."""

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from amili import ActionFailedError, ApiError, AuthenticationError, AuthTokenProvider, ValidationError
from amili_sandbox.domain import parse_scenario
from amili_sandbox.http import Request
from amili_sandbox.state import Assumptions

from tests.overlay.support import Clients
from tests.samples import invoice
from tests.stand_in_settings import CHOICES, Setting, pairwise, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # Eve defines its types in a way that Cerberus discourages
    from amili_sandbox.server import Sandbox
    from eve.utils import config

SETTINGS = settings()
NUMBERS = [f"INV-{number}" for number in range(6)]


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A stand-in in this process, which is quicker; Eve has one set of settings for a process, so those are restored."""
    before = dict(vars(config))
    sandbox = Sandbox(tmp_path_factory.mktemp("keys"), assumptions=Assumptions(), scenario=parse_scenario("empty"))
    yield sandbox
    sandbox.close()
    vars(config).clear()
    vars(config).update(before)


@dataclass
class Day:
    """What a client does in a day on a stand-in with a setting."""

    sandbox: Sandbox
    clients: Clients
    credited: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.mine = self.sandbox.accounts[0]
        key = Path(self.mine["private_key_file"]).read_bytes()
        self.amili = self.client(AuthTokenProvider.from_private_key(self.mine["api_code"], key))
        self.ids = [self.amili.register(self.document(number)).case for number in NUMBERS]
        gone = self.amili.register(self.document("CANCELLED")).case
        self.amili.cancel(gone)  # the client knows the paths from now on

    def client(self, auth: Any) -> Any:
        return self.clients.answering(self.answer, auth=auth)

    def answer(self, request: httpx.Request) -> httpx.Response:
        target, headers = request.url.raw_path.decode(), list(request.headers.items())
        reply = self.sandbox(Request(request.method, target, headers, request.content))
        if reply.silent:
            raise httpx.RemoteProtocolError("the connection ended")
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)

    def plain(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request past the client, and return the status and the JSON."""
        headers = [("X-API-Key", self.mine["token"]), ("Content-Type", "application/json")]
        reply = self.sandbox(Request(method, path, headers, json.dumps(body).encode() if body else b""))
        return reply.status, reply.json()

    def document(self, number: str) -> dict[str, Any]:
        """An invoice that keeps to every rule that is assumed somewhere."""
        sent = {**invoice(number), "account": self.mine["account"], "creditor": self.mine["creditor"]}
        customer = sent["customer"]
        return sent | {
            "customer": customer | {"address": customer["address"] | {"country": "SE"}},
            "matrix": [line | {"number_of_units": 1} for line in sent["matrix"]],
        }

    def lose(self, fault: str) -> None:
        """Lose the response to the next write, or the write itself."""
        self.sandbox.faults.add({"fault": fault, "method": "POST", "times": 1})

    def credit(self, case: str, amount: int) -> Any:
        self.credited[case] += 1
        return self.amili.credit(case, amount)

    def remaining(self, case: str) -> Decimal:
        left: Decimal = self.amili.case(case).total_remaining_capital_amount
        return left

    def stored(self, resource: str, case: str) -> int:
        """How many creditings or cancellations of a case the stand-in holds, in whichever spelling it lists them."""
        for path in (f"/creditor--{resource}s", f"/creditor-{resource}"):
            status, found = self.plain("GET", f"{path}?max_results=100")
            if status == 200:
                return sum(each["case"] == case for each in found["_items"])
        raise AssertionError("there is no list")

    def a_lost_registration_is_there_once(self) -> None:
        self.lose("drop_after")
        assert self.amili.register(self.document("LOST")).outcome == "reconciled"
        found = Counter(each.debt.invoice_number for each in self.amili.cases())
        assert found == Counter([*NUMBERS, "CANCELLED", "LOST"])
        assert {number: len(cases) for number, cases in self.amili.cases_by_number(NUMBERS)} == dict.fromkeys(NUMBERS, 1)

    def a_token_that_expires_is_renewed(self) -> None:
        def exchanges() -> int:
            return sum(each["path"] == "/authenticates/api-code" for each in self.sandbox.request_log.as_json())

        before = exchanges()
        self.sandbox.faults.add({"fault": "token_expired", "path": "/cases*", "times": 1})
        assert self.amili.case(self.ids[0]).id == self.ids[0]
        assert self.amili.case(self.ids[0]).id == self.ids[0]
        assert exchanges() == before + 1

    def lists_lose_nothing_while_cases_change(self) -> None:
        for sort in (None, "_updated", "-total_remaining_capital_amount"):
            found: list[str] = []
            for each in self.amili.cases(sort=sort, page_size=3, projection=["state"]):
                found.append(each.id)
                for case in {*found} & {*self.ids} if len(found) == 3 and sort else ():  # the first page moves to the end
                    self.credit(case, 1)
            assert len(found) == len(set(found)), sort
            assert {*self.ids} <= {*found}, sort

    def changes_show_what_changed(self) -> None:
        changes = self.amili.changes(projection=["state", "total_remaining_capital_amount"])
        assert {*self.ids} < {each.id for each in changes}
        self.credit(self.ids[1], 1)
        assert [each.id for each in changes] == [self.ids[1]]

    def a_lost_crediting_happens_once(self, case: str, fault: str = "drop_after", outcome: str = "reconciled") -> None:
        before = self.remaining(case)
        self.lose(fault)
        receipt = self.credit(case, 20)
        assert receipt.outcome == outcome
        assert receipt.settled_amount in (20, None)
        assert before - self.remaining(case) == 20
        assert self.stored("crediting", case) == self.credited[case]

    def a_payment_stands_apart_from_creditings(self, case: str) -> None:
        body = {"creditor": self.mine["creditor"], "case": case, "currency": "SEK", "origin": "creditor_system", "amount": 20}
        paid = body | {"bank_transaction_date": "Mon, 06 Oct 2025 00:00:00 GMT"}
        assert self.plain("POST", "/creditor--payments", paid)[0] == 201
        self.a_lost_crediting_happens_once(case)

    def a_lost_cancellation_happens_once(self, case: str) -> None:
        self.lose("drop_after")
        assert self.amili.cancel(case).outcome == "reconciled"
        assert self.amili.case(case).closed is not None
        assert self.stored("cancellation", case) == 1

    def errors_can_be_read(self, overcrediting: str, replies: str) -> None:
        case = self.ids[3]
        match overcrediting:
            case "refused":
                with pytest.raises(ValidationError) as refused:
                    self.amili.credit(case, 9_999)
                assert_readable(refused.value)
            case "error" if replies == "newer":  # the older ones don't say that nothing was settled
                with pytest.raises(ActionFailedError, match="overcrediting"):
                    self.amili.credit(case, 9_999)
            case "warning":
                self.amili.credit(case, 9_999)
                assert self.remaining(case) == 0
        with pytest.raises(AuthenticationError) as unknown:
            self.client("not-a-token").case(case)
        assert_readable(unknown.value)
        assert unknown.value.message == "Please provide proper credentials"


def assert_readable(problem: ApiError) -> None:
    assert problem.message or problem.issues
    assert not set("{}[]") & set(f"{problem}{problem.message}")


@pytest.fixture
def clients(number: int) -> Iterator[Clients]:
    made = Clients("async" if number % 2 else "sync")
    yield made
    made.close()


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_under_each_setting_nothing_is_lost_and_nothing_happens_twice(stand_in: Sandbox, clients: Clients, number: int) -> None:
    setting = SETTINGS[number]
    stand_in.reset()
    stand_in.assume(setting)
    day = Day(stand_in, clients)
    day.a_lost_registration_is_there_once()
    day.a_token_that_expires_is_renewed()
    day.lists_lose_nothing_while_cases_change()
    day.changes_show_what_changed()
    day.a_lost_crediting_happens_once(day.ids[1], "drop_before", "created")
    day.a_payment_stands_apart_from_creditings(day.ids[1])
    day.a_lost_cancellation_happens_once(day.ids[0])
    day.errors_can_be_read(setting["overcrediting"], setting["reply_style"])
    day.amili = day.client(day.mine["token"])  # which does not expire when the clock moves
    stand_in.state.clock.set(advance=60 * 86_400)
    assert day.amili.case(day.ids[2]).state == "debt_collection"
    day.credit(day.ids[2], 1)  # with this, the new client knows the path
    day.a_lost_crediting_happens_once(day.ids[2])


def test_each_two_choices_meet_in_one_of_the_settings() -> None:
    assert len(SETTINGS) >= 40
    assert SETTINGS[0] == {name: values[0] for name, values in CHOICES.items()}
    for one, other in combinations(CHOICES, 2):
        together = {(setting[one], setting[other]) for setting in SETTINGS}
        assert len(together) == len(CHOICES[one]) * len(CHOICES[other]), (one, other)
    assert settings() == SETTINGS


def test_there_are_about_as_few_settings_as_can_be() -> None:
    rows: list[Setting] = pairwise(dict.fromkeys("klmnopqrst", "ab"), Random(1))
    assert 4 <= len(rows) <= 9
