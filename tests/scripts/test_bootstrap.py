"""Which Python scripts/bootstrap takes; those on PATH here only claim a version, and end before anything is installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3")


def bootstrap(folder: Path, versions: Mapping[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it in a copy, where each name on PATH is a Python of the version given for it, else of one that is too old."""
    (folder / "scripts").mkdir()
    (folder / "requirements").mkdir()
    (folder / "bin").mkdir()
    shutil.copy(ROOT / "scripts" / "bootstrap", folder / "scripts")
    (folder / "requirements" / "dev.txt").touch()
    for name in NAMES:
        file, version = folder / "bin" / name, versions.get(name, "3.10.0")
        claim = f"import sys; sys.version_info = ({version.replace('.', ', ')})"
        file.write_text(
            f"""#!/bin/sh
case "$1" in -c) exec {sys.executable} -c "{claim}; $2";; --version) echo "Python {version}";; *) exit 7;; esac
"""
        )
        file.chmod(0o755)
    settings = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"} | environment
    command = (folder / "scripts" / "bootstrap", "dev")
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.parametrize(
    ("name", "version"), [*((f"python3.{minor}", f"3.{minor}.0") for minor in range(11, 15)), ("python3", "3.15.0")]
)
def test_it_takes_a_python_from_3_11_on(name: str, version: str, tmp_path: Path) -> None:
    ended = bootstrap(tmp_path, {name: version})
    assert ended.returncode == 7
    assert ended.stderr == f"bootstrap: installing requirements/dev.txt into .venv with Python {version} (once) ...\n"


def test_it_says_what_is_needed_if_there_is_none(tmp_path: Path) -> None:
    ended = bootstrap(tmp_path, {})
    assert ended.returncode == 1
    assert ended.stderr.startswith("bootstrap: Python 3.11 or newer is needed; tried python3.11 ")


def test_it_takes_no_other_than_the_one_that_is_asked_for(tmp_path: Path) -> None:
    ended = bootstrap(tmp_path, {"python3.12": "3.12.0"}, PYTHON="python3.13")
    assert ended.returncode == 1
    assert ended.stderr.startswith("bootstrap: Python 3.11 or newer is needed; tried python3.13. ")


@pytest.mark.parametrize(("bootstrap_status", "python_status"), [(1, 0), (0, 1)])
def test_the_contract_command_does_not_end_with_1_if_it_can_not_start(
    bootstrap_status: int, python_status: int, tmp_path: Path
) -> None:
    """1 is drift, and nothing was checked."""
    for name, status in (("scripts/bootstrap", bootstrap_status), (".venv/bin/python", python_status)):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text(f"#!/bin/sh\necho ImportError: no pytest >&2\nexit {status}\n", encoding="utf-8")
        file.chmod(0o755)
    shutil.copy(ROOT / "scripts" / "contract", tmp_path / "scripts")
    ended = subprocess.run((tmp_path / "scripts" / "contract",), capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 2
    assert "ImportError: no pytest" in ended.stderr
