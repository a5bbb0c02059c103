from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.running import Command

INPUT, MAP, LEDGER = "invoices.csv", "map.toml", "invoices.csv.ledger.sqlite"


@pytest.fixture(autouse=True)
def unlimited(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit on requests."""
    monkeypatch.setenv("AMILI_QUOTA", "off")


@pytest.fixture
def invoices(against: Command, home: Path) -> Path:
    """A file with three invoices, and its map."""
    file = write_rows(home / INPUT, [HEADER, *(row(f"F{number}") for number in range(1, 4))])
    assert against("bulk", "map", INPUT, "-o", MAP).code == 0
    return file


@pytest.fixture
def registered(against: Command, invoices: Path, sandbox: SandboxProcess) -> Path:
    """The file, registered."""
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert ended.code == 0, ended.err
    return invoices
