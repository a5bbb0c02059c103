"""The guides for the first days: each runs as a script, a web shop or a container would run it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.docs.pages import GUIDES, ROOT, blocks

QUIET_PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")


def container(sandbox: SandboxProcess, **more: str) -> dict[str, str]:
    """Return an environment with nothing but what a container has."""
    credential = {"AMILI_API_CODE": sandbox.api_code, "AMILI_PRIVATE_KEY_FILE": sandbox.private_key_file}
    who = {"AMILI_ACCOUNT": sandbox.account, "AMILI_CREDITOR": sandbox.creditor}
    needed = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return needed | {"AMILI_BASE_URL": sandbox.base_url} | credential | who | more


def run_apart(page: str, environment: dict[str, str], *options: str, cwd: Path = ROOT) -> str:
    command = (sys.executable, "-W", "error", "-m", "tests.docs.apart", str(GUIDES / page), *options)
    ended = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stderr


def test_first_day_in_a_process_that_can_write_no_file(sandbox: SandboxProcess) -> None:
    logged = run_apart("first-day.md", container(sandbox), "read-only")
    assert logged.count("INV-1003: ") == 2


def test_the_variables_of_the_first_day_are_those_that_the_stand_in_shows() -> None:
    shown = (ROOT / "sandbox" / "amili_sandbox" / "command" / "startup_output.py").read_text(encoding="utf-8")
    [exports] = blocks(GUIDES / "first-day.md", "sh")
    assert re.findall(r"(AMILI_\w+)=", exports.text) == re.findall(r'"(AMILI_\w+)":', shown)


def test_the_process_that_can_write_no_file_can_write_no_file(sandbox: SandboxProcess, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nfrom amili import Amili\n\nAmili.from_env(journal='journal.sqlite')\n```\n")
    with pytest.raises(AssertionError, match="journal\\.sqlite"):
        run_apart(str(page), container(sandbox), "read-only", cwd=tmp_path)
    assert not (tmp_path / "journal.sqlite").exists()


def test_the_test_of_the_first_day(sandbox: SandboxProcess, tmp_path: Path) -> None:
    script, sending, *_, test = (block.text for block in blocks(GUIDES / "first-day.md", "python"))
    imports = sending.partition("amili = ")[0]
    (tmp_path / "test_first_day.py").write_text(script + imports + test, encoding="utf-8")
    ended = subprocess.run((*QUIET_PYTEST, str(tmp_path)), capture_output=True, text=True, check=False)  # noqa: S603
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr


def test_from_requests_with_the_sample_of_the_vendor(sandbox: SandboxProcess) -> None:
    vendors = json.loads((ROOT / "contract_tests" / "guide" / "1-register.python.request.json").read_text(encoding="utf-8"))
    ours = {"account": sandbox.account, "creditor": sandbox.creditor}
    names: dict[str, Any] = {"base_url": sandbox.base_url, "token": sandbox.token, **ours}
    sample, *steps = blocks(GUIDES / "from-requests.md", "python")
    sample.run(names)
    assert names["sample"] == vendors | ours
    for step in steps:
        step.run(names)
    assert len(sandbox.requests()) > len(steps)


def test_web_and_jobs_in_a_real_django(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    for block in blocks(GUIDES / "web-and-jobs.md", "python"):
        name = block.text.partition("\n")[0].removeprefix("# ")
        (tmp_path / name).write_text(block.text, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("shop_checks.py"), tmp_path / "test_shop.py")
    ended = subprocess.run((*QUIET_PYTEST, "."), cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert "6 passed" in ended.stdout, ended.stdout + ended.stderr
