"""A run that pytest was made to narrow, to skip or to end never looks whole."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract_tests.contract import ROOT
from contract_tests.report.plan import CHECKS, Plan
from contract_tests.tour import STEPS

LINT = CHECKS / "contract" / "test_lint.py"
FEW = "    items[:] = [item for item in items if 'test_lint' in item.nodeid]\n"
NARROWED = {
    "chosen from": (
        "def pytest_collection_modifyitems(items):\n" + FEW,
        "incomplete",
        f"not made in tour: {len(STEPS) + 2} checks",
    ),
    "not read": (
        "def pytest_ignore_collect(collection_path):\n    return collection_path.name in ('fuzz', 'cassettes', 'tour') or None\n",
        "incomplete",
        "not made in tour: 3 checks",
    ),
    "skipped": (
        f"def pytest_collection_modifyitems(items):\n{FEW}"
        "    for item in items:\n        item.add_marker(pytest.mark.skip('not today'))\n",
        "incomplete",
        "the contract breaks no rule: not today",
    ),
    "ended as if it had passed": (
        "def pytest_runtest_setup(item):\n    pytest.exit('enough', returncode=0)\n",
        "incomplete",
        "not made in contract: 75 checks",
    ),
    "broken": ("def pytest_runtest_protocol(item):\n    raise RuntimeError\n", "error in the suite", "the end of the run"),
    "unreadable": (
        "def pytest_collect_file(file_path):\n    if file_path.name == 'test_lint.py':\n        raise OSError('no file')\n",
        "error in the suite",
        "no file",
    ),
}


@pytest.mark.parametrize("how", NARROWED)
def test_a_run_that_is_not_whole_does_not_conform(how: str, tmp_path: Path) -> None:
    plugin, verdict, says = NARROWED[how]
    (tmp_path / "narrowing.py").write_text(f"import pytest\n\n{plugin}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "contract_tests/checks", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    command += ["-p", "narrowing", "--verdict", "--report", str(tmp_path)]
    known = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    assert run.returncode == 2, run.stdout + run.stderr
    assert f"\n{verdict}: " in run.stdout
    assert "\nconforms" not in run.stdout
    assert says in run.stdout + run.stderr
    assert json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))["verdict"] == verdict.partition(" ")[0]


def item(name: str, *fixtures: str) -> Any:
    return SimpleNamespace(path=LINT, name=name, fixturenames=fixtures)


def test_what_was_collected_and_has_no_outcome_is_missing() -> None:
    plan = Plan(on_stand_in=True)
    made, left = item("test_the_contract_breaks_no_rule"), item("test_the_client_knows_both_paths_of_an_operation[credit_case]")
    plan.collect([made, left])
    plan.finish(made)
    missing = [check.title for check in plan.missing() if check.layer == "contract"]
    assert "the contract breaks no rule" not in missing
    assert "the client knows both paths of an operation[credit case]" in missing
    assert "the client knows both paths of an operation" not in missing
    assert "the contract is valid openapi" in missing


def test_of_recorded_traffic_its_own_checks_have_to_be_made_and_no_others() -> None:
    layers = {check.layer for check in Plan(on_stand_in=False, of_traffic=True).missing()}
    others = {check.layer for check in Plan(on_stand_in=False).missing()}
    assert (layers, others) == ({"traffic"}, {"cassettes", "contract", "fuzz", "tour", "what was checked"})


@pytest.mark.parametrize(("on_stand_in", "fixture", "may"), [
    (False, "stand_in_process", True), (True, "stand_in_process", False), (False, "target", False),
])  # fmt: skip
def test_only_a_check_for_the_stand_in_may_be_skipped_and_only_elsewhere(on_stand_in: bool, fixture: str, may: bool) -> None:
    assert Plan(on_stand_in=on_stand_in).may_skip(item("test_x", fixture)) == may
