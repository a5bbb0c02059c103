"""`scripts/demo --bulk` runs to its end: invoices of a file, killed in the middle, resumed, each there once."""

import os
import subprocess
import sys

from tests.docs.pages import ROOT


def test_the_demo_of_bulk() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AMILI_")}
    command = (sys.executable, "scripts/demo.py", "--bulk")
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    assert run.returncode == 0, run.stderr
    assert "killed with SIGKILL after " in run.stdout
    assert "200 invoices arrived, none is missing and none is there twice: 200 POST and " in run.stdout
