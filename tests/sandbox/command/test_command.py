"""The command: help, output in a terminal, mistakes, scenarios, and how it ends."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count, takewhile
from pathlib import Path

import httpx
import pytest
from amili_sandbox.command import assumptions_of, make_parser
from amili_sandbox.domain import parse_scenario
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api, Json

COMMAND = [sys.executable, "-m", "amili_sandbox"]


def test_help_lists_every_option_and_gives_examples() -> None:
    shown = make_parser().format_help()
    for option in ("--host", "--port", "--db", "--seed", "--paths", "--quota", "--faults", "--assume", "--profile", "examples:"):
        assert option in shown


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--seed", "nothing"], "there are: empty, guide, portfolio"),
        (["--seed", "portfolio:many"], "COUNT and SEED are integers"),
        (["--assume", "paths"], "--assume takes NAME=VALUE"),
        (["--assume", "colour=blue"], "is not an assumption; there are: "),
        (["--assume", "overcrediting=maybe"], "overcrediting is one of refused, warning, error"),
        (["--faults", "nowhere.json"], "nowhere.json: "),
        (["--profile", "nowhere.json"], "nowhere.json: No such file or directory"),
        (["--profile", __file__], "test_command.py: "),
        (["--faults", __file__], "test_command.py: "),
        (["--port", "65536"], "a port is a number from 0 to 65535"),
        (["--port", "-1"], "a port is a number from 0 to 65535"),
        (["--port", "http"], "a port is a number from 0 to 65535"),
        (["--now", "yesterday"], "not a time with a time zone"),
    ],
)
def test_mistakes_are_reported_in_a_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], hint: str) -> None:
    parser = make_parser()
    with pytest.raises(SystemExit) as ended:
        assumptions_of(parser, parser.parse_args(arguments))
    assert ended.value.code == 2
    assert hint in capsys.readouterr().err


def test_options_and_assumptions_are_one() -> None:
    parser = make_parser()
    options = parser.parse_args(["--paths", "guide", "--quota", "vendor", "--assume", "token_lifetime=60"])
    assert assumptions_of(parser, options) == {"paths": "guide", "quota": "vendor", "token_lifetime": 60}


def test_a_profile_is_a_file_of_assumptions_and_options_prevail(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    file.write_text('{"case_clock": "milliseconds", "reminder_days": 8, "quota": "vendor"}')
    parser = make_parser()
    options = parser.parse_args(["--profile", str(file), "--quota", "off", "--assume", "reminder_days=9"])
    assert assumptions_of(parser, options) == {"case_clock": "milliseconds", "reminder_days": 9, "quota": "off"}
    with SandboxProcess("--profile", str(file)) as sandbox:
        sandbox.assume(case_clock="seconds")
        sandbox.reset()
        running = sandbox.control("GET", "assumptions")
    assert (running["case_clock"], running["reminder_days"]) == ("milliseconds", 8)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ('{"colour": "blue"}', "seen.json: 'colour' is not an assumption; there are: "),
        ('{"case_clock": "minutes"}', "seen.json: case_clock is one of seconds, milliseconds, not 'minutes'"),
        ('{"reminder_days": "soon"}', "seen.json: reminder_days is a number from 0 to"),
        ('["case_clock"]', "seen.json: assumptions are an object of names and values"),
        ("case_clock: seconds", "seen.json: Expecting value"),
    ],
)
def test_a_profile_that_can_not_be_used_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, hint: str
) -> None:
    (tmp_path / "seen.json").write_text(content)
    with pytest.raises(SystemExit):
        make_parser().parse_args(["--profile", str(tmp_path / "seen.json")])
    assert hint in capsys.readouterr().err


def test_without_its_dependencies_the_command_says_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "__init__.py").write_text("raise ModuleNotFoundError('gone', name='eve')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    answer = subprocess.run(COMMAND, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    assert answer.returncode == 2
    assert answer.stderr == (
        "amili-sandbox: eve is not installed; install amili with it: pip install '/path/to/clone[sandbox]'\n"
    )


def test_a_foreign_address_is_reported() -> None:
    command = [*COMMAND, "--host", "192.0.2.1", "--port", "0"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert answer.returncode == 2
    assert answer.stderr.startswith("amili-sandbox: cannot listen on 192.0.2.1 port 0: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "65536"],
        ["--colour"],
        ["--host", "a" * 300],
        ["--host", "192.0.2.1"],
        ["--db", "."],
        ["--db", __file__],
        ["--db", "/proc/version"],
        ["--now", "9999-12-31T23:59:59Z"],
        ["--seed", "portfolio:-1"],
        ["--seed", "portfolio:99999999999"],
        ["--faults", "."],
        ["--faults", sys.executable],
    ],
    ids=lambda arguments: " ".join(arguments)[:30],
)
def test_what_keeps_it_from_starting_is_one_line_and_exit_status_2(arguments: list[str]) -> None:
    answer = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    assert (answer.returncode, answer.stdout) == (2, "")
    assert re.fullmatch(r"amili-sandbox: [^\n]+\n", answer.stderr)


def test_help_is_exit_status_0() -> None:
    answer = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "--allow-host" in answer.stdout


def test_it_starts_and_answers_although_warnings_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    with SandboxProcess("--seed", "guide") as sandbox:
        api = Api(sandbox)
        with api.http:
            case = api.register()["_case"]
            assert api.credit(case).status_code == api.cancel(case).status_code == 201
            assert api.cases(where={"state": "closed"}, sort="-_created")["_meta"]["total"] == 1
            sandbox.reset()
            assert api.cases()["_meta"]["total"] == 1


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_and_sigterm_end_it_cleanly(name: str) -> None:
    command = [*COMMAND, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        process.send_signal(getattr(signal, name))
        out, err = process.communicate()
    assert (process.returncode, out, err) == (0, "", "")
    assert not Path(started["private_key_file"]).parent.exists()


def test_ctrl_c_before_it_is_ready_leaves_no_keys_behind(tmp_path: Path) -> None:
    command = [*COMMAND, "--port", "0", "--seed", "portfolio:1000000"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:  # noqa: S603
        while not list(tmp_path.glob("*/*.pem")):
            pass
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"")
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_shows_what_to_paste_and_the_line_for_programs_stays_alone() -> None:
    terminal, other_end = pty.openpty()
    command = [*COMMAND, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other_end, text=True) as process:  # noqa: S603
        os.close(other_end)
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        shown = ""
        while "AMILI_TOKEN" not in shown:
            shown += os.read(terminal, 10_000).decode()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
    os.close(terminal)
    assert f"export AMILI_BASE_URL={started['base_url']}" in shown
    for name in ("AMILI_API_CODE", "AMILI_PRIVATE_KEY_FILE", "AMILI_ACCOUNT", "AMILI_CREDITOR", "AMILI_TOKEN"):
        assert f"export {name}=" in shown


@pytest.fixture
def open_sandbox(request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]) -> tuple[int, int, int, str]:
    """A sandbox on every address of the machine: its statuses for a control route, a fault and cases, and its standard error."""
    with SandboxProcess("--host", "0.0.0.0", *getattr(request, "param", [])) as sandbox:  # noqa: S104
        control = httpx.get(f"{sandbox.base_url}/_sandbox/health").status_code
        key = {"X-API-Key": sandbox.token}
        fault = httpx.get(f"{sandbox.base_url}/cases", headers=key | {"X-Sandbox-Fault": "unavailable"}).status_code
        plain = httpx.get(f"{sandbox.base_url}/cases", headers=key).status_code
    return control, fault, plain, capfd.readouterr().err


def test_control_is_off_where_others_can_reach_it(open_sandbox: tuple[int, int, int, str]) -> None:
    control, fault, plain, said = open_sandbox
    assert (control, fault, plain) == (404, 200, 200)
    assert "listening on 0.0.0.0, which other machines can reach" in said
    assert "--allow-control turns them on" in said


@pytest.mark.parametrize("open_sandbox", [["--allow-control"]], indirect=True)
def test_control_is_on_where_it_was_asked_for(open_sandbox: tuple[int, int, int, str]) -> None:
    control, fault, plain, said = open_sandbox
    assert (control, fault, plain) == (200, 503, 200)
    assert "The control routes are on, as you asked" in said


def test_it_ends_with_the_program_that_started_it() -> None:
    code = "import os, amili_sandbox.testing.process as p; print(p.SandboxProcess().base_url, flush=True); os._exit(1)"
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    while True:
        try:
            httpx.get(f"{run.stdout.strip()}/_sandbox/health", timeout=1)
        except httpx.TransportError:
            break


class TestScenarios:
    NOW = "2026-01-31T12:00:00Z"

    def everything(self, *arguments: str) -> list[Json]:
        with SandboxProcess("--now", self.NOW, *arguments) as sandbox:
            api = Api(sandbox)
            with api.http:
                pages = (api.get("/cases", page=str(page), max_results="100", sort="_id").json() for page in count(1))
                return [case for page in takewhile(lambda page: page["_items"], pages) for case in page["_items"]]

    def test_guide(self) -> None:
        [case] = self.everything("--seed", "guide")
        assert case["debt"]["invoice_number"] == "INV-2025-015"
        assert case["customer_number"] == "12345"
        assert case["total_remaining_capital_amount"] == 500
        assert case["_created"] == "Sat, 31 Jan 2026 12:00:00 GMT"

    def test_portfolio(self) -> None:
        assert parse_scenario("portfolio").count == 2000
        cases = self.everything("--seed", "portfolio:300")
        assert len(cases) == 300
        states = Counter(case["state"] for case in cases)
        assert min(states[state] for state in ("invoice", "reminder", "debt_collection", "closed")) > 10
        now = datetime.fromisoformat(self.NOW)
        ages = [now - parsedate_to_datetime(case["_created"]) for case in cases]
        assert timedelta(0) <= min(ages) < timedelta(days=5) < timedelta(days=200) < max(ages)
        for case in cases:
            added_up = round(sum(entry["amount"] for entry in case["transactions"]), 2)
            assert added_up == case["total_remaining_capital_amount"] >= 0
            assert case["state_history"][-1]["state"] == case["state"]

    def test_a_portfolio_is_the_same_each_time_and_another_with_another_seed(self) -> None:
        first, again, other = (self.everything("--seed", f"portfolio:30:{seed}") for seed in (1, 1, 2))
        assert len(first) == 30
        assert first == again
        assert first != other

    def test_reset_brings_the_scenario_and_the_clock_back(self) -> None:
        with SandboxProcess("--now", self.NOW, "--seed", "guide") as sandbox:
            api = Api(sandbox)
            with api.http:
                before = api.cases()
                api.cancel(before["_items"][0]["_id"])
                api.register()
                sandbox.clock.advance(days=100)
                assert api.cases() != before
                sandbox.reset()
                assert api.cases() == before
                assert sandbox.clock.now() < datetime.fromisoformat(self.NOW) + timedelta(hours=1)
