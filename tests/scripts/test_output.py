"""The scripts run to their end where output is not UTF-8: what its encoding lacks is printed as an escape."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENCODINGS = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "the C locale": {"PYTHONIOENCODING": "", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
COMMANDS = {
    "demo": (("scripts/demo.py",), 0, r"\u2192 POST /invoice-registration"),
    "bench": (("-m", "benchmarks", "--only", "memory"), 0, r"\u2264"),
    "contract": (("-m", "contract_tests", "scan", "{folder}/\u03c9"), 1, "line 1: a private key"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_script_prints_where_output_is_not_utf_8(name: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "\u03c9").write_text("-----BEGIN " + "EC PRIVATE KEY-----", encoding="utf-8")
    (*command, last), status, printed = COMMANDS[name]
    run = subprocess.run(  # noqa: S603
        (sys.executable, *command, last.format(folder=tmp_path)),
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith("AMILI_")} | ENCODINGS[encoding],
        capture_output=True,
        encoding="ascii",
        errors="surrogateescape",
        check=False,
    )
    assert (run.returncode, run.stderr) == (status, "")
    assert printed in run.stdout
