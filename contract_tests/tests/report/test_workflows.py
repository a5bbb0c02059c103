"""What the workflows run: the shell in them is run here, with stand-ins for the commands that it calls."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.contract import ROOT
from contract_tests.report.files import write
from contract_tests.report.github_issue import commands, main
from contract_tests.report.run_record import Check, Record

WORKFLOWS: Mapping[str, Any] = {
    file.stem: yaml.safe_load(file.read_text()) for file in (ROOT / ".github/workflows").glob("*.yml")
}
VENDOR = WORKFLOWS["nightly"]["jobs"]["vendor"]
CREDENTIALS = ("CODE", "KEY", "ACCOUNT", "CREDITOR")
RUN = "https://ci.example.se/1"


def step(name: str) -> Mapping[str, Any]:
    found: list[Mapping[str, Any]] = [each for each in VENDOR["steps"] if each.get("id") == name or name in each.get("name", "")]
    assert len(found) == 1, f"{len(found)} steps are called {name}"
    return found[0]


def command(folder: Path, path: str, script: str) -> None:
    """Put a command in the place of a real one."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/usr/bin/env bash\n{script}\n")
    file.chmod(0o755)


def shell(name: str, folder: Path, **environment: str) -> tuple[int, str, str]:
    """Run the shell of a step as the runner does, and return its exit code, what it printed, and its outputs."""
    output, summary = folder / "output", folder / "summary"
    output.touch()
    known = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(  # noqa: S603 - the shell of our own workflow
        ["/bin/bash", "-e", "-c", step(name)["run"]],
        cwd=folder,
        env=known | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, output.read_text()


@pytest.mark.parametrize("missing", [None, *CREDENTIALS])
def test_without_all_credentials_nothing_is_asked_and_a_notice_says_so(missing: str | None, tmp_path: Path) -> None:
    given = {name: "" if name == missing else "x" for name in CREDENTIALS}
    code, printed, output = shell("credentials", tmp_path, **given)
    assert (code, output) == (0, f"there={'no' if missing else 'yes'}\n")
    assert ("::notice title=Contract not checked::" in printed) == bool(missing)
    assert (tmp_path / "summary").exists() == bool(missing)
    later = VENDOR["steps"][VENDOR["steps"].index(step("credentials")) + 1 :]
    assert all("steps.credentials.outputs.there" in each["if"] or "steps.clean" in each["if"] for each in later)


@pytest.mark.parametrize(("status", "fails"), [(0, False), (1, True), (2, False), (3, True), (137, True)])
def test_what_the_suite_says_is_what_the_job_says(status: int, fails: bool, tmp_path: Path) -> None:
    command(tmp_path, "scripts/contract", f'echo "$@" > asked; exit {status}')
    code, printed, output = shell("contract", tmp_path, AMILI_BASE_URL="https://api.example.se")
    assert (code, output) == (0, f"status={status}\n")
    assert ("::warning title=Inconclusive::" in printed) == (status == 2)
    assert (tmp_path / "asked").read_text() == "--base-url https://api.example.se --rate 90 --report report\n"
    code, _, _ = shell("Fail on drift", tmp_path, STATUS=str(status))
    assert (code != 0) == fails


def test_a_run_that_was_cut_off_fails_the_job(tmp_path: Path) -> None:
    code, _, _ = shell("Fail on drift", tmp_path, STATUS="")
    assert code != 0


def test_one_run_at_a_time_and_no_secret_for_a_pull_request() -> None:
    assert WORKFLOWS["nightly"]["concurrency"] == {"group": "vendor-sandbox", "cancel-in-progress": False}
    assert WORKFLOWS["nightly"][True].keys() == {"schedule", "workflow_dispatch"}
    checks = (ROOT / ".github/workflows/checks.yml").read_text()
    assert "secrets." not in checks
    assert "pull_request_target" not in checks
    assert WORKFLOWS["checks"]["jobs"]["checks"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]


def test_reports_leave_only_after_the_scan() -> None:
    names = [each.get("id") or each.get("uses", "").partition("@")[0] or each["name"] for each in VENDOR["steps"]]
    assert names.index("contract") < names.index("clean") < names.index("actions/upload-artifact")
    assert "contract_tests.privacy.scanner report/*" in step("clean")["run"]
    for each in VENDOR["steps"]:
        if "upload-artifact" in each.get("uses", "") or "contract_tests.report.github_issue" in each.get("run", ""):
            assert each["if"] == "steps.clean.outcome == 'success'"


@pytest.mark.parametrize(
    ("verdict", "number", "asked"),
    [
        ("drift", "", ["label create", "issue create"]),
        ("drift", "7", ["issue edit"]),
        ("conforms", "7", ["issue close"]),
        ("conforms", "", []),
        ("inconclusive", "7", []),
        ("inconclusive", "", []),
    ],
)
def test_one_issue_follows_the_verdict(verdict: str, number: str, asked: list[str]) -> None:
    said = commands(verdict, number, RUN)
    assert [" ".join(words[:2]) for words in said] == asked
    assert all(number in words for words in said if words[1] in ("edit", "close"))


@pytest.mark.parametrize(("outcome", "open_issue"), [("drift", ""), ("drift", "7"), ("passed", "7"), ("inconclusive", "7")])
def test_the_issue_is_kept_with_gh(outcome: str, open_issue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    said = f'case "$*" in "issue list"*) echo {open_issue};; *) echo "$@" >> {log}; cat >> {log};; esac'
    command(tmp_path, "bin/gh", said)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    record = Record(checks=[Check("the tour", "a step", outcome, 0.1, why="no network")])
    write(record, tmp_path / "report")
    assert main([str(tmp_path / "report/contract.json"), RUN]) == 0
    summary = (tmp_path / "summary").read_text()
    assert summary.startswith(f"**{record.verdict}**: the stand-in")
    assert ("could not be asked: `no network`" in summary) == (outcome == "inconclusive")
    asked = log.read_text() if log.exists() else ""
    expected = {
        "drift": "issue edit 7" if open_issue else "issue create",
        "passed": f"issue close 7 --comment They agree again: {RUN}",
    }
    assert expected.get(outcome, "") in asked
    assert (summary in asked) == (outcome in {"drift", "passed"})
    assert (asked == "") == (outcome == "inconclusive")


def test_what_gh_refuses_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "bin/gh", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    (tmp_path / "contract.json").write_text(json.dumps(Record().as_json()))
    with pytest.raises(subprocess.CalledProcessError):
        main([str(tmp_path / "contract.json"), RUN])
