"""The environment of `scripts/contract` does not change what is checked."""

import os
import subprocess
import sys

import pytest

NOWHERE = "http://127.0.0.1:9"


def contract(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `scripts/contract` with variables in its environment."""
    environ = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"} | environment
    command = [sys.executable, "-m", "contract_tests", *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=environ, encoding="utf-8")  # noqa: S603


@pytest.mark.parametrize("options", ["-k nothing_has_this_name", "--collect-only"])
def test_settings_of_a_machine_neither_narrow_nor_stop_a_run(options: str) -> None:
    proxies = {"HTTP_PROXY": NOWHERE, "http_proxy": NOWHERE, "NO_PROXY": "intranet.example"}
    run = contract(
        "-k", "test_replay", PYTEST_ADDOPTS=options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONWARNINGS="error", **proxies
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "agree" in run.stdout


def test_without_assertions_nothing_is_checked_and_it_says_so() -> None:
    run = contract(PYTHONOPTIMIZE="1")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "contract: nothing was checked: Python runs without assertions; unset PYTHONOPTIMIZE\n"
