import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import own_database


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
