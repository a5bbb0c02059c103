"""The nightly job: what it runs in which order, and what the job's outcome is."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.contract import ROOT
from contract_tests.report.nightly import CREDENTIALS, run_nightly

WORKFLOWS: Mapping[str, Any] = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in (ROOT / ".github/workflows").glob("*.yml")
}
STEPS: list[dict[str, Any]] = WORKFLOWS["nightly"]["jobs"]["vendor"]["steps"]
URL = "https://api.example.se"


class Job:
    """One run of the job with a stand-in for the commands that it runs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.asked = folder, list[Sequence[str]]()
        for name in CREDENTIALS:
            monkeypatch.setenv(name, "x")
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            monkeypatch.setenv(name, str(folder / name))

    def run(self, verdict: str | None, private: str = "") -> int:
        def run(arguments: Sequence[str]) -> int:
            self.asked.append(arguments)
            if arguments[0] != "cleanup" and verdict is not None:
                (self.folder / "report" / "contract.json").write_text(
                    json.dumps({"verdict": verdict, "seen": private}), encoding="utf-8"
                )
            return 0

        return run_nightly(["--base-url", URL, "--report", str(self.folder / "report")], run)

    def written(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8") if (self.folder / name).exists() else ""


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    return Job(tmp_path, monkeypatch)


@pytest.mark.parametrize("missing", CREDENTIALS)
def test_without_all_credentials_nothing_is_asked_and_a_notice_says_so(
    job: Job, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(missing, "")
    assert (job.run("conforms"), job.asked, job.written("GITHUB_OUTPUT")) == (0, [], "")
    assert f"::notice title=Contract not checked::{missing}" in capsys.readouterr().out
    assert "**not** asked" in job.written("GITHUB_STEP_SUMMARY")


@pytest.mark.parametrize(
    ("verdict", "status"), [("conforms", 0), ("drift", 1), ("error", 1), ("incomplete", 1), ("inconclusive", 0)]
)
def test_the_verdict_is_the_outcome_of_the_job(job: Job, verdict: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert job.run(verdict) == status
    assert ("::warning title=Inconclusive::" in capsys.readouterr().out) == (verdict == "inconclusive")
    asked = ["--base-url", URL, "--rate", "90"]
    assert job.asked == [[*asked, "--report", str(job.folder / "report")], ["cleanup", *asked, "--min-age", "0"]]
    assert job.written("GITHUB_OUTPUT") == "clean=yes\n"


def test_a_run_that_was_cut_off_fails_after_the_clean_up(job: Job) -> None:
    assert job.run(None) == 1
    assert [arguments[0] for arguments in job.asked] == ["--base-url", "cleanup"]
    assert job.written("GITHUB_OUTPUT") == ""


def test_an_earlier_report_is_not_that_of_a_run_that_was_cut_off(job: Job) -> None:
    assert job.run("conforms") == 0
    assert job.run(None) == 1


def test_a_report_with_a_leak_does_not_leave(job: Job) -> None:
    assert job.run("conforms", private="write to somebody.real@example.se") == 1
    assert job.written("GITHUB_OUTPUT") == ""


def test_reports_leave_and_the_issue_is_kept_only_after_the_scan() -> None:
    after = [each for each in STEPS if "upload-artifact" in each.get("uses", "") or "contract_tests issue" in each.get("run", "")]
    assert len(after) == 2
    assert all(each["if"] == "always() && steps.nightly.outputs.clean == 'yes'" for each in after)


def test_a_cancelled_run_is_cleaned_up() -> None:
    assert [each["if"] for each in STEPS if "contract_tests cleanup" in each.get("run", "")] == ["cancelled()"]


def test_one_run_at_a_time_and_no_secret_for_a_pull_request() -> None:
    assert WORKFLOWS["nightly"]["concurrency"] == {"group": "vendor-sandbox", "cancel-in-progress": False}
    assert WORKFLOWS["nightly"][True].keys() == {"schedule", "workflow_dispatch"}
    checks = (ROOT / ".github/workflows/checks.yml").read_text(encoding="utf-8")
    assert "secrets." not in checks
    assert "pull_request_target" not in checks
