"""The command as it is used against the vendor, tried on a stand-in that it does not know for one: budget, manners, and words."""

import json
import os
import subprocess
import sys
from pathlib import Path

from amili_sandbox.process import SandboxProcess

from contract_tests.contract import CONTRACT_FILE, ROOT, Contract

BUDGET = 250


def contract(base_url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMILI_")}
    command = [sys.executable, "-m", "contract_tests", "--base-url", base_url, *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603


def credentials(sandbox: SandboxProcess) -> dict[str, str]:
    return {
        "AMILI_API_CODE": sandbox.api_code,
        "AMILI_PRIVATE_KEY_FILE": sandbox.private_key_file,
        "AMILI_ACCOUNT": sandbox.account,
        "AMILI_CREDITOR": sandbox.creditor,
    }


def test_elsewhere_the_suite_keeps_its_budget_and_its_manners(sandbox: SandboxProcess, tmp_path: Path) -> None:
    done = contract(sandbox.base_url, "--report", str(tmp_path), **credentials(sandbox))
    assert done.returncode == 0, done.stdout + done.stderr
    asked = sandbox.requests()
    assert 100 < len(asked) <= BUDGET, f"{len(asked)} requests"
    operations = Contract.load(CONTRACT_FILE).operations.values()
    offered = {(operation.method, path) for operation in operations for path in (operation.path, operation.reference_path)}
    unexpected = {(request["method"], request["path"]) for request in asked} - offered - {("GET", "/authenticates/api-code")}
    assert unexpected == set()
    ledger = json.loads((tmp_path / "contract.json").read_text())["ledger"]
    assert len(ledger) > 10
    assert all(entry["cancelled"] and entry["invoice_number"].startswith("CT-") for entry in ledger)
