import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from contract_tests.cassettes import cassettes
from contract_tests.conformance import Observations
from contract_tests.contract import ROOT, Contract
from contract_tests.findings import Disagreement, Finding, fact, redact_finding
from contract_tests.messages import Exchange, curl, dumps
from contract_tests.report.files import Leaking, write
from contract_tests.report.github_issue import text
from contract_tests.report.plugin import Collector
from contract_tests.report.run_result import EXIT, Check, RunResult
from contract_tests.tour import OUR_NAME

CURL = "curl -X POST 'http://127.0.0.1/x'"
DRIFT = Finding("credit_case", "a rule <b>", "/amount", "1", "2", CURL, rests_on=fact("credited"))


def run_result(*outcomes: str) -> RunResult:
    return RunResult(checks=[Check("the tour", f"check {n}", outcome, 0.1) for n, outcome in enumerate(outcomes)])


@pytest.mark.parametrize(
    ("outcomes", "verdict", "code"),
    [
        (("passed", "passed"), "conforms", 0),
        (("passed", "skipped"), "conforms", 0),
        (("noted",), "conforms", 0),
        (("noted", "missing"), "incomplete", 2),
        (("noted", "drift"), "drift", 1),
        (("passed", "drift", "inconclusive"), "drift", 1),
        (("passed", "inconclusive"), "inconclusive", 2),
        (("passed", "inconclusive", "error"), "error", 2),
        (("error", "drift"), "drift", 1),
        (("passed", "missing"), "incomplete", 2),
        (("missing", "inconclusive"), "incomplete", 2),
        (("missing", "error"), "error", 2),
        (("missing", "drift"), "drift", 1),
        (("skipped",), "inconclusive", 2),
        ((), "inconclusive", 2),
    ],
)
def test_the_worst_outcome_is_the_verdict(outcomes: tuple[str, ...], verdict: str, code: int) -> None:
    assert (run_result(*outcomes).verdict, EXIT[run_result(*outcomes).verdict]) == (verdict, code)


def test_the_page_needs_no_script_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    run = run_result("drift", "passed")
    run.checks[0].findings = [DRIFT, DRIFT]
    write(run, tmp_path)
    page = (tmp_path / "contract.html").read_text(encoding="utf-8")
    assert not any(word in page for word in ("<script", "<link", "@import", "url(", "src="))
    assert "a rule &lt;b&gt;" in page
    assert "1 disagreement, found 2 times." in page
    assert json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))["verdict"] == "drift"


def test_junit_separates_drift_from_inconclusive_checks(tmp_path: Path) -> None:
    run = run_result("drift", "passed", "inconclusive", "skipped")
    run.checks[0].findings = [DRIFT, replace(DRIFT, seen="\x00\ud800 <b>")]
    run.checks[2].why = "no network"
    write(run, tmp_path)
    root = ElementTree.parse(tmp_path / "contract.xml").getroot()  # noqa: S314 - just written
    (suite,) = root
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "the tour", "tests": "4", "failures": "1", "errors": "1", "skipped": "1"
    }  # fmt: skip
    failure, _, error, _ = (list(case) for case in suite)
    assert failure[0].get("message") == "credit_case: a rule <b> at /amount"
    assert failure[0].text == f"{DRIFT}\n{replace(DRIFT, seen='?? <b>')}"
    assert error[0].get("message") == "inconclusive: no network"


def test_a_report_says_what_was_not_made(tmp_path: Path) -> None:
    run = run_result("passed", "missing")
    write(run, tmp_path)
    page, document = ((tmp_path / f"contract.{kind}").read_text(encoding="utf-8") for kind in ("html", "json"))
    assert "not every check was made" in page
    assert "the tour: check 1" in page
    assert [check["outcome"] for check in json.loads(document)["checks"]] == ["passed", "missing"]
    (suite,) = ElementTree.parse(tmp_path / "contract.xml").getroot()  # noqa: S314 - just written
    assert (suite.get("errors"), suite[1][0].get("message")) == ("1", "not made")
    assert "not made in the tour: 1 checks: check 1" in run.summary_lines()
    assert run.summary_lines()[-1] == "incomplete: 2 checks of the stand-in: 1 agree, 1 were not made"


def test_what_would_show_a_person_or_a_secret_is_left_out_of_a_finding_and_the_rest_stays() -> None:
    private = replace(DRIFT, seen="write to somebody.real@example.se", repeat="curl -H 'X-API-Key: abcdefgh1234'")
    shown = redact_finding(private)
    assert (shown.operation, shown.rule, shown.pointer, shown.expected) == ("credit_case", "a rule <b>", "/amount", "1")
    assert shown.seen == "(not shown: an address for e-mail is in it)"
    assert shown.repeat == "(not shown: a token header is in it)"
    assert redact_finding(DRIFT) == DRIFT


def test_a_report_with_a_person_that_was_made_up_is_written(tmp_path: Path) -> None:
    run = run_result("drift")
    sent = Exchange(
        "POST", "http://127.0.0.1:1/x", 200, request_body=dumps({"name": OUR_NAME, "id_number": "0001011234"}).encode()
    )
    run.checks[0].findings = [
        redact_finding(replace(DRIFT, repeat=curl(sent), seen=json.dumps({"name": "Ole O'Neill <Søn> & \\"})))
    ]
    assert OUR_NAME.split()[0] in run.checks[0].findings[0].repeat
    assert len(write(run, tmp_path)) == 4


def test_a_report_with_a_person_in_it_is_not_written(tmp_path: Path) -> None:
    run = run_result("drift")
    run.checks[0].findings = [replace(DRIFT, pointer="/email", seen="somebody.real@example.se")]
    with pytest.raises(Leaking) as reported:
        write(run, tmp_path)
    assert "somebody" not in str(reported.value)
    assert list(tmp_path.iterdir()) == []


DEFAULT = replace(DRIFT, rule="a default", rests_on=fact("issues"))
ASSUMED = replace(DRIFT, rule="an assumption", rests_on=fact("ocr_luhn"))
BLOCKED = replace(DRIFT, rule="a step can go on", rests_on=fact("whole_steps"))


@pytest.mark.parametrize(("settings", "found", "outcome"), [
    ({"server": "https://api.example.se"}, [DEFAULT, ASSUMED], "noted"),
    ({"server": "https://api.example.se"}, [ASSUMED, DRIFT], "drift"),
    ({"server": "https://api.example.se"}, [ASSUMED, BLOCKED], "missing"),
    ({"server": "https://api.example.se", "strict": True}, [ASSUMED], "drift"),
    ({"server": RunResult.server}, [DEFAULT], "drift"),
])  # fmt: skip
def test_of_another_server_only_what_is_against_a_document_is_drift(settings: Any, found: list[Finding], outcome: str) -> None:
    collector = Collector(config())
    vars(collector.run_result).update(settings)
    item, report = (
        cast(Any, SimpleNamespace(path=Path("x"), name="test_x")),
        cast(Any, SimpleNamespace(duration=0.1, skipped=False, passed=False)),
    )
    check = collector._check(item, report, Disagreement(found))
    assert (check.outcome, check.findings) == (outcome, found)
    assert bool(check.why) == (outcome == "missing")


def test_what_is_against_no_document_is_told_apart_with_a_proposal(tmp_path: Path) -> None:
    run = run_result("noted", "passed")
    run.server, run.checks[0].findings = "https://api.example.se", [DEFAULT, ASSUMED, ASSUMED]
    write(run, tmp_path)
    page, xml, document = ((tmp_path / f"contract.{kind}").read_text(encoding="utf-8") for kind in ("html", "xml", "json"))
    assert page.index("Different from what no document says") < page.index("against the framework&#39;s default")
    assert "Disagreements" not in page
    assert "against our assumption" in xml
    assert "<failure" not in xml
    found = json.loads(document)["checks"][0]["findings"][1]
    assert (found["drift"], found["rests_on"]["kind"], found["rests_on"]["id"]) == (False, "assumption", "ocr_luhn")
    line = "not drift, since no document says so: 1 against the framework's default, 1 against our assumption"
    line += "; with --strict they count"
    lines = run.summary_lines()
    assert line in lines
    assert "accepted.yaml" in lines[lines.index(line) + 1]
    assert "no drift: 3 findings" in text(json.loads(document), "https://ci.example.se/1")
    run.strict = True
    assert line not in run.summary_lines()


def config() -> Any:
    names = ("--report", "--verdict", "--base-url", "--traffic", "--contract-fault", "--strict-verdict")
    options: dict[str, Any] = {**dict.fromkeys(names), "--contract-fault": [], "--strict-verdict": False}
    return SimpleNamespace(stash={}, getoption=options.__getitem__)


def test_the_time_of_a_check_counts_what_was_prepared_for_it() -> None:
    collector = Collector(config())
    item: Any = SimpleNamespace(nodeid="x", name="test_x", path=Path("test_fuzz.py"))
    for when, duration in (("setup", 2.5), ("call", 0.25), ("teardown", 0.1)):
        report = SimpleNamespace(when=when, passed=True, skipped=False, duration=duration)
        noting: Any = collector.pytest_runtest_makereport(item, cast(Any, SimpleNamespace(excinfo=None)))
        next(noting)
        with pytest.raises(StopIteration):
            noting.send(report)
    assert [check.seconds for check in collector.run_result.checks] == [2.75]


def test_a_finding_is_printed_once_and_then_counted(capsys: pytest.CaptureFixture[str]) -> None:
    collector = Collector(config())
    other = replace(DRIFT, pointer="/items/1/amount", rule="undocumented value in 200", seen='"a"')
    check = Check("the tour", "a step", "drift", 0.1, [DRIFT, other])
    collector.print_check(check)
    assert capsys.readouterr().err == f"DRIFT {DRIFT}\nDRIFT {other}\n"
    newer = replace(other, seen='"b"')
    collector.print_check(replace(check, title="another", findings=[DRIFT, replace(other, pointer="/items/7/amount"), newer]))
    assert capsys.readouterr().err == f"DRIFT {newer}\nDRIFT again in the tour: another: 2 of the findings above\n"


def test_what_the_run_saw_is_the_sum_of_its_layers_and_is_reported(contract: Contract) -> None:
    find = cassettes()[0].exchanges[1]
    run = run_result("passed")
    for exchange in (find, replace(find, body=find.body.replace(b'"initializing"', b'"other"')), find):
        layer = Observations(contract)
        layer.observe(exchange)
        run.add_observations(layer)
    run.unused = ["list_cases: a rule at /x, accepted on 2026-11-23: because"]
    places = ["state", "state_history/*/state", "status", "status_history/*/status"]
    wanted = {f'list_cases: undocumented value in 200 at /_items/*/{place} "other"': 1 for place in places}
    assert run.as_json()["drift"]["not_described"] == wanted
    parts = {part.name: part for part in run.parts}
    assert "list_cases /200/_items/*/closed" in parts["properties"].never_met
    assert "list_cases /200/_items/*/state" in parts["properties"].broken, "by a sample that was right"
    assert "list_cases /200" in parts["statuses"].exercised
    lines = run.summary_lines()
    assert lines[0] == "drift: 4 kinds of deviation, accepted ones included"
    assert lines[1].startswith("exercised, and broken on purpose: operations 1 and 0 of 11, ")
    assert lines[2] == "accepted.yaml: not found in this run: list_cases: a rule at /x, accepted on 2026-11-23: because"


def test_what_changed_in_the_contract_is_reported_by_every_run(tmp_path: Path) -> None:
    run = run_result("passed")
    run.changed = ["the contract changed from 0.1.0 to 0.2.0: breaking: loosened at /x"]
    write(run, tmp_path)
    assert run.summary_lines()[0] == run.changed[0]
    for file in ("contract.html", "contract.json"):
        assert run.changed[0] in (tmp_path / file).read_text(encoding="utf-8").replace("<wbr>", "")


def test_a_server_that_is_not_there_is_inconclusive() -> None:
    environment = {"PATH": "/usr/bin:/bin", "AMILI_TOKEN": "x", "AMILI_ACCOUNT": "a" * 24, "AMILI_CREDITOR": "b" * 24}
    command = [sys.executable, "-m", "contract_tests", "--base-url", "http://127.0.0.1:9", "-k", "test_tour"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    assert done.returncode == 2, done.stdout + done.stderr
    assert "http://127.0.0.1:9 gave no answer: ConnectError" in done.stderr


def test_the_issue_names_each_disagreement_once_and_what_is_left_open() -> None:
    run = run_result("drift")
    run.checks[0].findings = [DRIFT, DRIFT]
    run.registered_invoices = [{"invoice_number": "CT-1", "case": "c", "cancelled": False}]
    body = text(run.as_json(), "https://ci.example.se/1")
    assert body.count("credit_case") == 1
    wanted = ["**drift**", "1. Look at 1 finding.", "a rule <b>", "Exercised: operations 0 of 11, ", "left open: CT-1"]
    places = [body.index(words) for words in wanted]
    assert places == sorted(places), "what to do, then the findings, then what was checked"
    assert "left open: CT-1" in body
    assert "curl" not in body


@pytest.mark.parametrize(("server", "outcomes", "whole"), [
    ("the stand-in", ("passed", "drift"), True),
    ("the stand-in", ("passed", "missing"), False),
    ("the stand-in", ("passed", "inconclusive"), False),
    ("https://api.example.se", ("passed",), False),
])  # fmt: skip
def test_all_rules_were_exercised_only_by_a_whole_run_on_the_stand_in(
    server: str, outcomes: tuple[str, ...], whole: bool
) -> None:
    run = replace(run_result(*outcomes), server=server, open_questions={"iso_dates": "accepted"})
    part = run.parts[-1]
    assert part.name == "rules"
    assert part.exercised == (frozenset(part.places) if whole else {"iso_dates"})
