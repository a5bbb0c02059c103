"""Workers of a ledger in PostgreSQL, over HTTP: what they take, what they leave to others, and how they end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from amili import Amili, AuthenticationError, ConfigurationError, InvalidInputError, Quota
from amili.bulk import CaseKey, CreditingItem, Row, Run, open_ledger
from amili.bulk.ledger import Hold, PostgresqlLedger
from amili.bulk.workers import init_ledger, work
from amili_sandbox.testing import SandboxProcess

from tests.postgresql import change, empty_ledger
from tests.samples import invoice


@pytest.fixture
def address() -> str:
    address = empty_ledger()
    init_ledger(address)
    change(address, "TRUNCATE amili.procrastinate_jobs CASCADE")
    return address


@pytest.fixture
def ledger(address: str) -> Iterator[PostgresqlLedger]:
    ledger = PostgresqlLedger(address)
    yield ledger
    ledger.close()


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Amili]:
    with Amili(sandbox.base_url, sandbox.token, quota="off") as client:
        yield client


def invoices(sandbox: SandboxProcess, numbers: int) -> list[dict[str, Any]]:
    return [invoice(f"N{n}", account=sandbox.account, creditor=sandbox.creditor) for n in range(numbers)]


def test_a_worker_registers_what_another_machine_has_started(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    run = Run.start(ledger, invoices(sandbox, 120), "register", details={"server": sandbox.base_url})
    assert change(address, "SELECT count(*) FROM amili.rows WHERE body LIKE '%customer%'") == [(120,)]
    seen = list[tuple[int, int]]()
    work(address, client, until_ended=True, on_result=lambda run, result: seen.append((run.id, result.number)))
    assert sorted(seen) == [(run.id, number) for number in range(1, 121)]
    assert (ledger.run().state, ledger.run().counts) == ("ended", {"done": 120})
    assert change(address, "SELECT count(*), count(body) FROM amili.rows") == [(120, 0)], "personal data is not kept"
    assert client.cases().count() == 120


def test_a_worker_leaves_runs_of_other_keys_and_servers_alone(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    for details in ({"server": "https://api.example"}, {"server": sandbox.base_url, "key": "other"}):
        Run.start(ledger, invoices(sandbox, 1), "lookup" if details.get("key") else "register", details=details)
    work(address, client, until_ended=True)
    assert [run.state for run in ledger.runs()] == ["running", "running"]
    work(address, client, until_ended=True, key="other")
    assert [run.state for run in ledger.runs()] == ["running", "ended"]
