"""The commands of the guide to the command line run as they stand, and print what it shows."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from amili.cli import main
from amili_sandbox.testing import SandboxProcess

from tests.docs.pages import GUIDES, assignment, blocks

PAGE = GUIDES / "command-line.md"


@pytest.fixture
def settings(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The stand-in in the environment, and the invoice of the other guides in an empty folder."""
    for name in ("API_CODE", "PRIVATE_KEY", "PRIVATE_KEY_FILE", "PROFILE", "CONFIG", "JOURNAL", "QUOTA"):
        monkeypatch.delenv(f"AMILI_{name}", raising=False)
    for name in ("base_url", "token", "account", "creditor"):
        monkeypatch.setenv(f"AMILI_{name.upper()}", getattr(sandbox, name))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    [first, *_] = blocks(GUIDES / "writing-safely.md", "python")
    invoice: dict[str, Any] = assignment(first, "invoice", {"account": sandbox.account, "creditor": sandbox.creditor})
    Path("invoice.json").write_text(json.dumps(invoice, default=str))


def test_the_commands_of_the_guide(settings: None, capsys: pytest.CaptureFixture[str]) -> None:
    printed = ""
    for block in blocks(PAGE, "sh"):
        for line in block.text.splitlines():
            command, _, comment = line.partition("  #")
            words, _, file = command.strip().partition(" > ")
            expected = re.search(r"exit (\d+)", comment)
            assert main(shlex.split(words)[1:]) == int(expected[1] if expected else 0), line + capsys.readouterr().err
            out = capsys.readouterr().out
            printed += "" if file else out
    [shown] = blocks(PAGE, "text")
    assert shown.text in printed
    assert "INV-2025-015," in Path("cases.csv").read_text(encoding="utf-8")


def test_the_profiles_of_the_guide(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    [block] = blocks(PAGE, "toml")
    (tmp_path / "config.toml").write_text(block.text, encoding="utf-8")
    monkeypatch.setenv("AMILI_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("AMILI_BASE_URL", raising=False)
    for profile, values in tomllib.loads(block.text)["profiles"].items():
        assert main(["config", "--json", "--profile", profile]) == 0
        shown = {each["setting"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
        for name, value in values.items():
            assert shown[name]["source"] == f"profile {profile}"
            assert shown[name]["value"] == (str(tmp_path / value) if name.endswith("_file") else value)


def test_every_exit_code_is_on_the_page() -> None:
    from amili.cli.frame import Exit

    listed = re.findall(r"^\| ([\d, ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(code) for codes in listed for code in codes.split(",")} == {int(code) for code in Exit} - {Exit.FAULT}
