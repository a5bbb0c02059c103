"""The nightly job: the checks against the vendor's sandbox, then the clean-up, then the scan of the reports.

It writes `clean=yes` to GITHUB_OUTPUT when the reports may leave the machine. It returns 0 without credentials and after a run
that conforms or is inconclusive; 1 on drift, on an error in the suite, on a run that was cut off, and on a report with a leak.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from contract_tests.options import Parser, folder, url
from contract_tests.privacy import scan_files
from contract_tests.report.files import make_folder

CREDENTIALS = ("AMILI_API_CODE", "AMILI_PRIVATE_KEY", "AMILI_ACCOUNT", "AMILI_CREDITOR")
_LONGEST = 12 * 60  # seconds
Run = Callable[[Sequence[str]], int]


def run_nightly(arguments: Sequence[str], run: "Run | None" = None) -> int:
    """Run the job; `run` runs a command of this suite and returns its exit status."""
    parser = Parser("contract nightly", "The nightly job of CI.")
    parser.add_argument("--base-url", required=True, type=url, help="the vendor's sandbox")
    parser.add_argument("--report", type=folder, default=Path("report"), metavar="DIR", help="where the reports go")
    options = parser.parse_args(arguments)
    if missing := [name for name in CREDENTIALS if not os.environ.get(name)]:
        print(f"::notice title=Contract not checked::{', '.join(missing)} not set; nothing was asked.")
        _append("GITHUB_STEP_SUMMARY", "The vendor's sandbox was **not** asked: its credentials are not set.")
        return 0
    make_folder(options.report)
    run = run or _command
    asked = ["--base-url", options.base_url, "--rate", "90"]
    try:
        run([*asked, "--report", str(options.report)])
    finally:
        run(["cleanup", *asked, "--min-age", "0"])
    report: Path = options.report / "contract.json"
    if not report.exists():
        print("::error title=No report::The run wrote no report; its output says why.")
        return 1
    if scan_files([str(file) for file in sorted(options.report.glob("*"))]):
        return 1
    _append("GITHUB_OUTPUT", "clean=yes")
    verdict = json.loads(report.read_text(encoding="utf-8"))["verdict"]
    if verdict == "inconclusive":
        print("::warning title=Inconclusive::The vendor's sandbox could not be asked; this says nothing about the contract.")
    return 0 if verdict in ("conforms", "inconclusive") else 1


def _command(arguments: Sequence[str]) -> int:
    try:
        return subprocess.run([sys.executable, "-m", "contract_tests", *arguments], check=False, timeout=_LONGEST).returncode  # noqa: S603
    except subprocess.TimeoutExpired:
        print("::error title=Cut off::The run took too long.")
        return 1


def _append(variable: str, line: str) -> None:
    if file := os.environ.get(variable):
        with Path(file).open("a", encoding="utf-8") as opened:
            opened.write(f"{line}\n")
