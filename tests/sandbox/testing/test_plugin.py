"""The pytest plugin: it loads little, and its documented example works."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"
HEAVY = {"eve", "flask", "werkzeug", "pymongo", "bson", "cerberus", "jwt", "cryptography"}


def test_loading_the_plugin_loads_nothing_heavy() -> None:
    code = "import sys; import amili_sandbox.pytest_plugin, amili_sandbox.testing.process; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert HEAVY.isdisjoint(run.stdout.split())


def test_the_printed_example_passes(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(# test_.*?)```", PAGE.read_text(), flags=re.DOTALL)
    (tmp_path / "test_example.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_fixture_offers_what_a_test_needs(sandbox: SandboxProcess) -> None:
    for name in ("base_url", "token", "api_code", "private_key_file", "account", "creditor"):
        assert isinstance(getattr(sandbox, name), str)
    assert sandbox.requests() == []
    assert sandbox.control("GET", "faults") == []


def test_it_is_controlled_without_the_proxy_of_the_environment(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    sandbox.reset()
    assert sandbox.requests() == []


def test_faults_can_be_added_one_by_one_and_cleared(sandbox: SandboxProcess) -> None:
    sandbox.faults.add("latency", seconds=0.1, path="/cases")
    sandbox.faults.add("drop_after", method="POST", times=1)
    assert [rule["fault"] for rule in sandbox.control("GET", "faults")] == ["latency", "drop_after"]
    sandbox.faults.clear()
    assert sandbox.control("GET", "faults") == []


def test_a_fault_that_is_used_up_stays_so_when_another_is_added(sandbox: SandboxProcess) -> None:
    sandbox.faults.add("unavailable", times=1)
    get = urllib.request.Request(f"{sandbox.base_url}/cases", headers={"X-API-Key": sandbox.token})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as met:
        urllib.request.urlopen(get, timeout=30)  # noqa: S310
    met.value.close()
    sandbox.faults.add("drop_after", method="POST", times=1)
    assert [(rule["fault"], rule["done"]) for rule in sandbox.control("GET", "faults")] == [("unavailable", 1), ("drop_after", 0)]
    with urllib.request.urlopen(get, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        sandbox.faults.add("no such fault")
    refused.value.close()


def test_the_clock_can_be_frozen_moved_and_released(sandbox: SandboxProcess) -> None:
    sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
    sandbox.clock.advance(days=1, seconds=9)
    assert sandbox.clock.now().isoformat() == "2025-10-08T07:41:10+00:00"
    sandbox.clock.release()
    assert sandbox.control("GET", "clock")["frozen"] is False
