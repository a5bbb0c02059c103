from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.inspector.ledgers import fill
from tests.inspector.serving import inspected
from tests.postgresql import empty_ledger


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with everything on it; tests do not change it."""
    file = tmp_path_factory.mktemp("ledger") / "fakturor.ledger.sqlite"
    place = empty_ledger() if request.param == "postgresql" else str(file)
    fill(place)
    return place


@pytest.fixture(scope="module")
def pages(place: str) -> Iterator[httpx.Client]:
    """A client of the pages of the ledger; their start page is at the empty path."""
    with inspected("--ledger", place) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Where a ledger can be made that a test changes."""
    return str(tmp_path / "fakturor.ledger.sqlite")
