import json
import os
import subprocess
from pathlib import Path

import pytest

from contract_tests.report.files import write
from contract_tests.report.github_issue import commands, update_issue
from contract_tests.report.run_result import Check, RunResult

RUN = "https://ci.example.se/1"


def fake_gh(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a command in the place of gh."""
    file = folder / "bin" / "gh"
    file.parent.mkdir()
    file.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}:{os.environ['PATH']}")


@pytest.mark.parametrize(("verdict", "number", "asked"), [
    ("drift", "", ["label create", "issue create"]),
    ("drift", "7", ["issue edit"]),
    ("conforms", "7", ["issue close"]),
    ("conforms", "", []),
    ("inconclusive", "7", []),
    ("error", "7", []),
])  # fmt: skip
def test_one_issue_follows_the_verdict(verdict: str, number: str, asked: list[str]) -> None:
    found = commands(verdict, number, RUN)
    assert [" ".join(words[:2]) for words in found] == asked
    assert all(number in words for words in found if words[1] in ("edit", "close"))


@pytest.mark.parametrize(("outcome", "open_issue"), [("drift", ""), ("drift", "7"), ("passed", "7"), ("inconclusive", "7")])
def test_the_issue_is_kept_with_gh(outcome: str, open_issue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    script = f'case "$*" in "issue list"*) echo {open_issue};; *) echo "$@" >> {log}; cat >> {log};; esac'
    fake_gh(tmp_path, script, monkeypatch)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    run_result = RunResult(checks=[Check("tour", "a step", outcome, 0.1, why="no network")])
    write(run_result, tmp_path / "report")
    assert update_issue([str(tmp_path / "report/contract.json"), RUN]) == 0
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert summary.startswith(f"**{run_result.verdict}**: the stand-in")
    assert ("could not be asked: `no network`" in summary) == (outcome == "inconclusive")
    asked = log.read_text(encoding="utf-8") if log.exists() else ""
    expected = {
        "drift": "issue edit 7" if open_issue else "issue create",
        "passed": f"issue close 7 --comment They agree again: {RUN}",
    }
    assert expected.get(outcome, "") in asked
    assert (summary in asked) == (outcome in {"drift", "passed"})
    assert (asked == "") == (outcome == "inconclusive")


def test_what_gh_refuses_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_gh(tmp_path, "exit 1", monkeypatch)
    (tmp_path / "contract.json").write_text(json.dumps(RunResult().as_json()), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        update_issue([str(tmp_path / "contract.json"), RUN])
