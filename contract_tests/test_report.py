import json
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.contract import ROOT
from contract_tests.findings import Finding
from contract_tests.report.files import Leaking, write
from contract_tests.report.issue import text
from contract_tests.report.record import EXIT, Check, Record
from contract_tests.target import NotConfigured, from_environment

DRIFT = Finding("credit_case", "a rule <b>", "/amount", "1", "2", "curl -X POST 'http://127.0.0.1/x'")


def record(*outcomes: str) -> Record:
    return Record(checks=[Check("the tour", f"check {n}", outcome, 0.1) for n, outcome in enumerate(outcomes)])


@pytest.mark.parametrize(
    ("outcomes", "verdict", "code"),
    [
        (("passed", "passed"), "conforms", 0),
        (("passed", "skipped"), "conforms", 0),
        (("passed", "drift", "inconclusive"), "drift", 1),
        (("passed", "inconclusive"), "inconclusive", 2),
        (("skipped",), "inconclusive", 2),
        ((), "inconclusive", 2),
    ],
)
def test_a_verdict_is_one_of_three(outcomes: tuple[str, ...], verdict: str, code: int) -> None:
    assert (record(*outcomes).verdict, EXIT[record(*outcomes).verdict]) == (verdict, code)


def test_the_page_needs_no_script_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    run = record("drift", "passed")
    run.checks[0].findings = [DRIFT, DRIFT]
    write(run, tmp_path)
    page = (tmp_path / "contract.html").read_text()
    assert not any(word in page for word in ("<script", "<link", "@import", "url(", "src="))
    assert "a rule &lt;b&gt;" in page
    assert "1 disagreements, met 2 times" in page
    assert json.loads((tmp_path / "contract.json").read_text())["verdict"] == "drift"


def test_a_report_with_a_person_in_it_is_not_written(tmp_path: Path) -> None:
    run = record("drift")
    run.checks[0].findings = [Finding("list_cases", "x", "/email", "nothing", "somebody.real@example.se")]
    with pytest.raises(Leaking) as told:
        write(run, tmp_path)
    assert "somebody" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_inconclusive() -> None:
    environment = {"PATH": "/usr/bin:/bin", "AMILI_TOKEN": "x", "AMILI_ACCOUNT": "a" * 24, "AMILI_CREDITOR": "b" * 24}
    command = [sys.executable, "-m", "contract_tests", "--base-url", "http://127.0.0.1:9", "--only", "test_tour.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 2, done.stdout + done.stderr
    assert "http://127.0.0.1:9 gave no answer: ConnectError" in done.stderr


def test_missing_credentials_are_named() -> None:
    with pytest.raises(NotConfigured, match="AMILI_ACCOUNT is not set"):
        from_environment("http://127.0.0.1:9", None, {"AMILI_TOKEN": "x"})
    known = {"AMILI_ACCOUNT": "a" * 24, "AMILI_CREDITOR": "b" * 24}
    with pytest.raises(NotConfigured, match="AMILI_TOKEN"):
        from_environment("http://127.0.0.1:9", None, known)
    assert from_environment("http://127.0.0.1:9", None, {**known, "AMILI_TOKEN": "x"}).rate == 0
    assert from_environment("https://api.example.se", None, {**known, "AMILI_TOKEN": "x"}).rate == 90


def test_the_issue_names_each_disagreement_once_and_what_is_left_open() -> None:
    run = record("drift")
    run.checks[0].findings = [DRIFT, DRIFT]
    run.ledger = [{"invoice_number": "CT-1", "case": "c", "cancelled": False}]
    body = text(run.as_json(), "https://ci.example.se/1")
    assert body.count("credit_case") == 1
    assert "left open: CT-1" in body
    assert "curl" not in body
