"""The commands of the guides and of the README run as they stand, and print what they show."""

import json
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from amili.cli import main
from amili_sandbox.testing import SandboxProcess

from tests.docs.pages import GUIDES, README, ROOT, assignment, blocks

PAGE = GUIDES / "command-line.md"


@pytest.fixture
def settings(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The stand-in in the environment, and an empty folder with the invoice of the other guides and the examples."""
    for name in ("API_CODE", "PRIVATE_KEY", "PRIVATE_KEY_FILE", "PROFILE", "CONFIG", "JOURNAL", "QUOTA"):
        monkeypatch.delenv(f"AMILI_{name}", raising=False)
    for name in ("base_url", "token", "account", "creditor"):
        monkeypatch.setenv(f"AMILI_{name.upper()}", getattr(sandbox, name))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    [first, *_] = blocks(GUIDES / "writing-safely.md", "python")
    invoice: dict[str, Any] = assignment(first, "invoice", {"account": sandbox.account, "creditor": sandbox.creditor})
    Path("invoice.json").write_text(json.dumps(invoice, default=str))
    for file in (ROOT / "docs" / "examples").glob("*.csv"):
        shutil.copy(file, tmp_path)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit on requests."""
    monkeypatch.setenv("AMILI_QUOTA", "off")


def test_the_commands_of_the_guide(settings: None) -> None:
    printed = "".join(block.run_commands() for block in blocks(PAGE, "sh"))
    [shown] = blocks(PAGE, "text")
    assert shown.text in printed
    assert "INV-2025-015," in Path("cases.csv").read_text(encoding="utf-8")


def test_the_commands_and_the_code_of_the_guide_to_bulk(settings: None, sandbox: SandboxProcess, unlimited: None) -> None:
    for block in blocks(GUIDES / "bulk.md", "sh"):
        block.run_commands()
    [code] = blocks(GUIDES / "bulk.md", "python")
    code.run({"base_url": sandbox.base_url, "token": sandbox.token})
    sent = Counter(each["path"].rpartition("/")[2] for each in sandbox.requests() if each["method"] == "POST")
    assert sorted(sent.values()) == [2, 3], sent  # creditings and invoices, each once


def test_the_second_block_of_the_readme(settings: None, sandbox: SandboxProcess, unlimited: None) -> None:
    _, bulk = blocks(README, "sh")
    bulk.run_commands()
    results = Path("results.csv").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(";;")[0].count(";done;") for line in results[1:]] == [1, 1, 1]
    assert [each["method"] for each in sandbox.requests()].count("POST") == 3


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
