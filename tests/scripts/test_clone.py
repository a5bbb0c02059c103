"""A clone with `core.autocrlf`, as git for Windows sets it, has the line ends that scripts and tests need."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def git(*arguments: str, folder: Path) -> str:
    return subprocess.run(("git", *arguments), cwd=folder, capture_output=True, text=True, check=True).stdout  # noqa: S603, S607


def test_scripts_run_in_a_clone_that_converts_line_ends(tmp_path: Path) -> None:
    git("clone", "--quiet", "--config", "core.autocrlf=true", str(ROOT), "clone", folder=tmp_path)
    clone = tmp_path / "clone"
    ends = {line.split()[1] for line in git("ls-files", "--eol", folder=clone).splitlines()}
    assert "w/lf" in ends
    assert not ends & {"w/crlf", "w/mixed"}
    assert [file.name for file in (clone / "scripts").iterdir() if file.is_file() and b"\r" in file.read_bytes()] == []
    run = subprocess.run((clone / "scripts" / "bootstrap", "all"), capture_output=True, text=True, check=False)  # noqa: S603
    assert (run.returncode, run.stderr) == (2, "bootstrap: the argument must be 'run' or 'dev', not 'all'\n")
