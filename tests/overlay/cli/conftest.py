from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from amili import Amili, Retry
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, Terminal

NAMES = ("PROFILE", "CONFIG", "TOKEN_FILE", "API_CODE_FILE", "ACCOUNT", "CREDITOR", "JOURNAL", "QUOTA")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of the application, and no settings from outside."""
    for name in (*(f"AMILI_{name}" for name in NAMES), "NO_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def amili(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command without settings."""
    return Command(monkeypatch, capsys)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that gives up soon, and does not wait for a lost write to settle."""
    before = Amili.__init__

    def impatient(self: Amili, *arguments: Any, **options: Any) -> None:
        before(self, *arguments, **{"retry": Retry(attempts=1, settle=0.0)} | options)

    monkeypatch.setattr(Amili, "__init__", impatient)
    for name, seconds in (("register", 0.5), ("resolve_pending", 2.5)):  # the latter has room for four lookups
        monkeypatch.setattr(Amili, name, partialmethod(getattr(Amili, name), deadline=seconds))


@pytest.fixture
def against(amili: Command, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command against the stand-in."""
    for name in ("base_url", "token", "account", "creditor"):
        monkeypatch.setenv(f"AMILI_{name.upper()}", getattr(sandbox, name))
    return amili


@pytest.fixture
def terminal(amili: Command, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """From now on the command prints on a terminal of 80 columns, and can ask on it."""
    amili.terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "80")
    return amili.terminal
