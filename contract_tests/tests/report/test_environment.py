"""The environment of `scripts/contract` does not change what is checked; trouble with it is 2, and nothing is asked."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract_tests.__main__ import main
from contract_tests.conftest import SandboxProcess
from contract_tests.contract import ROOT

NOWHERE = "http://127.0.0.1:9"
LATIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "latin-1"}


def contract(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with variables in its environment."""
    environ = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"} | environment
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=environ, encoding="latin-1")  # noqa: S603


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return contract(sys.executable, "-m", "contract_tests", *arguments, **environment)


def test_settings_of_a_machine_neither_narrow_nor_stop_a_run() -> None:
    proxies = {"HTTP_PROXY": NOWHERE, "http_proxy": NOWHERE, "ALL_PROXY": "no proxy", "NO_PROXY": "fe80::/10"}
    of_pytest = {"PYTEST_ADDOPTS": "-k lint", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "no_such_plugin"}
    warnings = {"PYTHONWARNINGS": "error", "PYTHONWARNDEFAULTENCODING": "1", "SCHEMATHESIS_HOOKS": "no_such_hooks"}
    run = python(**of_pytest, **warnings, **proxies, **LATIN)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1].startswith("conforms: ")


def test_without_assertions_nothing_is_checked_and_it_says_so() -> None:
    run = python(PYTHONOPTIMIZE="1")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "contract: nothing was checked: Python runs without assertions; unset PYTHONOPTIMIZE\n"


@pytest.mark.parametrize("variable", ["PYTHONSAFEPATH=1", "PYTHONIOENCODING=no-such-encoding"])
def test_a_python_that_does_not_start_is_no_drift(variable: str) -> None:
    name, _, value = variable.partition("=")
    run = contract("scripts/contract", "lint", **{name: value})
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("contract: nothing was checked: Python can't start: ")


WRONG = [
    *(["--rate", rate] for rate in ("0", "-1", "nan", "inf", "abc", "")),
    *(["--base-url", url] for url in ("", "nonsense", "ftp://x", "https://", "https://h:99999", "https://h:0", "https://a b")),
    ["--seed", "abc"],
    ["--report", ""],
    ["--traffic"],
    ["--traffic", ""],
    ["-x"],
    ["-n", "2"],
    ["--deselect", "contract_tests/checks/tour"],
    ["contract_tests/checks/tour"],
    ["lnit"],
    ["-k"],
    ["lint", "--strict"],
    ["compare", "--releas"],
    ["scan"],
    ["scan", "no/such/file"],
    ["scan", "."],
    ["reproduce", "no_such_fault"],
    ["issue"],
    ["issue", "no/such/file", NOWHERE],
    ["cleanup"],
    ["cleanup", "--base-url", "nonsense"],
    ["cleanup", "--base-url", NOWHERE, "--rate", "0"],
    *(["cleanup", "--base-url", NOWHERE, "--min-age", age] for age in ("nan", "-1", "abc")),
    ["record", "--base-url", NOWHERE, "--consent", "127.0.0.1", "--rate", "0"],
    ["record", "--base-url", "nonsense", "--consent", "x"],
    ["nightly"],
    ["nightly", "--base-url", ""],
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_argument_is_2_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("contract_tests.__main__.clean_environment", lambda _: None)
    try:
        status: Any = main(arguments)
    except SystemExit as ended:
        status = ended.code
    output = capsys.readouterr()
    assert (status, output.out, len(output.err.splitlines())) == (2, "", 1), output.err


def test_a_fault_of_the_suite_is_no_drift(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_: Any) -> None:
        raise KeyError("state")

    monkeypatch.setattr("contract_tests.__main__.clean_environment", lambda _: None)
    monkeypatch.setattr("contract_tests.__main__._run_checks", broken)
    assert main([]) == 2
    assert "KeyError" in capsys.readouterr().err


SETTINGS: dict[str, tuple[list[str], dict[str, str]]] = {
    "a report folder that is a file": (["--report", "README.md"], {}),
    "a report folder below a file": (["--report", "README.md/report"], {}),
    "a fault of another server": (["--contract-fault", "token_prefix"], {}),
    "no such fault": (["--contract-fault", "no_such_fault"], {}),
    "a fault in recorded traffic": (["--traffic", "README.md", "--contract-fault", "token_prefix"], {}),
    "no account": ([], {"AMILI_ACCOUNT": ""}),
    "no token": ([], {"AMILI_TOKEN": ""}),
    "no certificates": ([], {"SSL_CERT_FILE": "/no/such/file"}),
    "no proxy": (["--base-url", "https://amili.invalid"], {"HTTPS_PROXY": "no://proxy"}),
    "more than a base URL": (["--base-url", f"{NOWHERE}/?page=1"], {}),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_can_not_be_used_is_2_before_anything_is_asked(name: str, sandbox: SandboxProcess) -> None:
    arguments, environment = SETTINGS[name]
    known = {"AMILI_TOKEN": sandbox.token, "AMILI_ACCOUNT": sandbox.account, "AMILI_CREDITOR": sandbox.creditor}
    run = python("--base-url", sandbox.base_url, *arguments, **known | environment)
    assert (run.returncode, run.stdout, len(run.stderr.split("\n\n"))) == (2, "", 2), run.stdout + run.stderr
    assert run.stderr.startswith("ERROR: nothing was asked: ")
    assert sandbox.requests() == []


def test_a_report_of_an_earlier_run_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "contract.json").write_text('{"verdict": "conforms"}', encoding="utf-8")
    assert python("--report", str(tmp_path), "--contract-fault", "no_such_fault").returncode == 2
    assert list(tmp_path.iterdir()) == []
