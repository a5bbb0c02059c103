"""What the type checkers make of code that people write: the right one passes, and each wrong line is rejected."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCRIPTS = Path(sys.executable).parent
# The checkers find the environment by the path; our own interpreter comes first.
ENVIRONMENT = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
WRONG = (HERE / "wrong.py.txt").read_text(encoding="utf-8")


def marked(checker: str) -> set[int]:
    """The lines that this checker must reject."""
    lines = enumerate(WRONG.splitlines(), 1)
    return {number for number, line in lines if checker in line.partition("#")[2].split()}


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=ROOT, env=ENVIRONMENT)  # noqa: S603


def mypy(file: Path) -> dict[int, str]:
    """What `mypy --strict` says of a file, by line."""
    options = [
        "--strict",
        "--no-error-summary",
        "--hide-error-context",
        "--show-absolute-path",
        "--config-file",
        ROOT / "pyproject.toml",
    ]
    done = run(sys.executable, "-m", "mypy", *map(str, options), file)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    # An error that mypy had cached comes with the folder of the earlier run, so the name alone counts.
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    found = [re.fullmatch(rf"\S*/{re.escape(file.name)}:(\d+): error: (.*)", line) for line in errors]
    assert all(found), done.stdout
    return {int(match[1]): match[2] for match in found if match}


def pyright(file: Path) -> dict[int, str]:
    """What basedpyright, in its standard mode, says of a file, by line."""
    settings = {
        "typeCheckingMode": "standard",
        "include": [str(file)],
        "extraPaths": [str(ROOT / "overlay"), str(ROOT / "generated")],
    }
    project = file.with_name("pyrightconfig.json")
    project.write_text(json.dumps(settings), encoding="utf-8")
    report = json.loads(run(SCRIPTS / "basedpyright", "--outputjson", "--project", project).stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    return {
        entry["range"]["start"]["line"] + 1: entry["message"]
        for entry in report["generalDiagnostics"]
        if entry["severity"] == "error" and Path(entry["file"]) == file
    }


@pytest.mark.parametrize("checker", [mypy, pyright], ids=["mypy", "pyright"])
def test_code_that_is_right_passes(checker: Callable[[Path], dict[int, str]], tmp_path: Path) -> None:
    file = tmp_path / "right.py"
    file.write_text((HERE / "right.py").read_text(encoding="utf-8"), encoding="utf-8")
    assert checker(file) == {}


@pytest.mark.parametrize(("name", "checker"), [("mypy", mypy), ("pyright", pyright)])
def test_each_wrong_line_is_rejected_and_no_other(name: str, checker: Callable[[Path], dict[int, str]], tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(WRONG, encoding="utf-8")
    found = checker(file)
    assert set(found) == marked(name), found


def test_every_type_of_the_public_surface_is_known() -> None:
    report = json.loads(run(SCRIPTS / "basedpyright", "--verifytypes", "amili", "--ignoreexternal", "--outputjson").stdout)
    completeness = report["typeCompleteness"]
    unknown = [symbol["name"] for symbol in completeness["symbols"] if symbol["isExported"] and not symbol["isTypeKnown"]]
    assert unknown == []
    assert completeness["completenessScore"] == 1
