import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from amili import Amili
from amili.bulk.ledger import PostgresqlLedger
from amili_sandbox.testing import SandboxProcess

from tests.postgresql import empty_ledger_and_queue, own_database


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory, where there is one: a commit is then as quick as the test."""
    place = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of a database for the ledger; empty for one in a file."""
    return own_database() if request.param == "postgresql" else ""


@pytest.fixture
def address() -> str:
    """The address of an empty ledger in PostgreSQL, with an empty queue."""
    return empty_ledger_and_queue()


@pytest.fixture
def ledger(address: str) -> Iterator[PostgresqlLedger]:
    """That ledger."""
    ledger = PostgresqlLedger(address)
    yield ledger
    ledger.close()


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Amili]:
    """A client of the stand-in, without limits."""
    with Amili(sandbox.base_url, sandbox.token, quota="off") as client:
        yield client
