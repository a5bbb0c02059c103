"""Runs the command in this process, and what stands for a terminal."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from amili.cli import main

from tests.samples import invoice


class Terminal(io.StringIO):
    """What is printed on a terminal, or typed at it."""

    def isatty(self) -> bool:
        return True

    def taken(self) -> str:
        """What was printed since the last time."""
        found = self.getvalue()
        self.seek(0)
        self.truncate()
        return found


@dataclass(frozen=True)
class Ended:
    """How the command ended; a terminal has kept what was printed on it."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was printed, with one space where columns have several."""
        return " ".join(self.out.split())

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Command:
    """Runs the command; with a `terminal` it prints there, errors too, and reads its answers from `typed`."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    terminal: Terminal | None = None
    typed: str = ""

    def __call__(self, *arguments: str, stdin: str | bytes = b"") -> Ended:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        if self.terminal is not None:
            self.monkeypatch.setattr(sys, "stdout", self.terminal)
            self.monkeypatch.setattr(sys, "stderr", self.terminal)
            self.monkeypatch.setattr(sys, "stdin", Terminal(self.typed))
        self.capsys.readouterr()
        code = main(arguments)
        out, err = self.capsys.readouterr()
        return Ended(code, out, err)


def invoice_file(folder: Path, number: str = "INV-1", **changes: Any) -> str:
    """Write an invoice without account and creditor, which come from the settings."""
    document = {name: value for name, value in invoice(number, **changes).items() if name not in ("account", "creditor")}
    file = folder / f"{number}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)
