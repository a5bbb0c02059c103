"""The classes of checks that the tour has beside its model: credentials, pace, unknown properties, long lists, debtors."""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from contract_tests.conftest import SandboxProcess
from contract_tests.contract import Contract
from contract_tests.findings import Finding
from contract_tests.messages import Exchange, dumps
from contract_tests.server import Account, Caller, Target, stand_in
from contract_tests.tour.credentials import right, wrong
from contract_tests.tour.later_pages import pages_of_the_default_size
from contract_tests.tour.run import STAND_IN_ONLY, STEPS, answers_come_in_time, name_of, run_step
from contract_tests.tour.session import TourSession

NOWHERE = Target("http://127.0.0.1:9", Account("token", "a" * 24, "c" * 24))


@pytest.fixture
def tour(contract: Contract) -> Iterator[TourSession]:
    with closing(Caller(contract, NOWHERE)) as caller:
        yield TourSession(caller, "x")


@pytest.fixture
def target(stand_in_process: SandboxProcess) -> Target:
    stand_in_process.reset()
    return stand_in(stand_in_process)


def test_each_wrong_credential_differs_from_the_right_one_and_is_what_it_says(target: Target) -> None:
    now = 1_764_417_600
    forged = {what: credential for what, _, credential in wrong(target, now) if credential}
    assert len({right(target, now), *forged.values()}) == len(forged) + 1
    old = jwt.decode(forged["a claim that expired 30 s ago"], options={"verify_signature": False})
    assert old["api_code"] == target.api_code
    assert old["exp"] == now - 30
    signed, _, signature = forged["a claim signed by HS256"].rpartition(".")
    public = serialization.load_pem_private_key(target.private_key, None).public_key()
    secret = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert urlsafe_b64decode(signature + "=") == hmac.new(secret, signed.encode(), hashlib.sha256).digest()


@pytest.mark.parametrize("step", [step for step in STEPS if step in STAND_IN_ONLY], ids=name_of)
def test_what_is_for_a_stand_in_sends_nothing_elsewhere(step: Any, tour: TourSession) -> None:
    assert run_step(tour, step) == []
    assert tour.caller.exchanges == []


def read(seconds: float, path: str = "/cases") -> Exchange:
    return Exchange("GET", f"{NOWHERE.base_url}{path}", 200, seconds=seconds)


@pytest.mark.parametrize(("taken", "late"), [
    ([0.1] * 30, []),
    ([0.1] * 28 + [9.0] * 2, []),
    ([0.1] * 26 + [1.2] * 4, ["1.20 s"]),
    ([0.1] * 2 + [0.6] * 3, ["0.60 s"]),
    ([9.0] * 4, []),
])  # fmt: skip
@pytest.mark.parametrize("path", ["/cases", f"/cases/{'a' * 24}", f"/creditor--creditings/{'a' * 24}"])
def test_half_of_the_answers_come_in_time_and_nine_of_ten_in_twice_that(
    path: str, taken: list[float], late: list[str], tour: TourSession
) -> None:
    tour.target = replace(NOWHERE, is_stand_in=True)
    tour.caller.exchanges = [read(seconds, path) for seconds in taken]
    answers_come_in_time(tour)
    assert [finding.seen for finding in tour.caller.findings] == late


@pytest.mark.parametrize(("named", "seen"), [
    (["x", "customer.x"], []),
    (["x"], ["accepted as customer.x"]),
    ([], ["accepted"]),
])  # fmt: skip
def test_unknown_properties_are_asked_for_in_every_place(named: list[str], seen: list[str], tour: TourSession) -> None:
    tour.record_unknown("register_invoice", ["x", "customer.x"], named)
    assert [finding.seen for finding in tour.caller.findings] == seen


def registered(tour: TourSession, case: str, id_number: str, name: str) -> None:
    document = tour.invoice()
    document["customer"] |= {"id_number": id_number, "name": name}
    receipt = dumps({"_case": case * 24}).encode()
    tour.registered(document, Exchange("POST", "http://127.0.0.1:9/invoice-registration", 201, body=receipt))


def test_a_debtor_with_two_names_is_known_by_the_id_number(tour: TourSession) -> None:
    for case, id_number, name in (("a", "1", "Jane"), ("b", "1", "Åsa"), ("c", "2", "Jane"), ("d", "1", "Jane")):
        registered(tour, case, id_number, name)
    assert [case.other_names for case in tour.cases] == [{"Åsa"}, {"Jane"}, set(), {"Åsa"}]


@pytest.fixture
def thirty_invoices(target: Target) -> Target:
    with closing(Caller(Contract.load(), target)) as caller:
        tour = TourSession(caller, "many")
        invoices = dumps([tour.invoice() for _ in range(30)]).encode()
    headers = {"X-API-Key": target.account.token, "Content-Type": "application/json"}
    assert httpx.post(f"{target.base_url}/invoice--registrations", content=invoices, headers=headers).status_code == 201
    return target


@pytest.mark.parametrize(("fault", "wrong_lists"), [
    (None, []),
    ("default_pages_skip", ["list_cases"]),
    ("default_page_of_written_repeated", ["list_registrations"]),
])  # fmt: skip
def test_the_second_page_of_the_default_size_goes_on_where_the_first_ends(
    fault: str | None, wrong_lists: list[str], thirty_invoices: Target, stand_in_process: SandboxProcess, contract: Contract
) -> None:
    stand_in_process.control("PUT", "contract-faults", [fault] if fault else [])
    with closing(Caller(contract, thirty_invoices)) as caller:
        found: list[Finding] = list(pages_of_the_default_size(caller))
        assert [finding.operation for finding in found] == wrong_lists
        assert len(caller.exchanges) == 8
    stand_in_process.control("PUT", "contract-faults", [])
