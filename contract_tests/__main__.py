"""The command `scripts/contract`: 0 the contract conforms, 1 drift, 2 incomplete, inconclusive or an error in the suite.

    scripts/contract [--base-url URL] [--rate N] [--seed N] [--strict] [--report DIR] [-k EXPRESSION]
    scripts/contract --traffic FILE ... [--base-url URL] [--report DIR]    judge recorded traffic; asks no server
    scripts/contract lint                      the flaws of the contract, and what it only assumes
    scripts/contract compare [--release]       what changed since the released contract
    scripts/contract reproduce [FAULT ...]     start a stand-in to repeat requests on
    scripts/contract cleanup --base-url URL    cancel what a run left open
    scripts/contract record --base-url URL     make a cassette of the tour, as scripts/record does
    scripts/contract scan FILE ...             fail if a file holds a secret or personal data
    scripts/contract nightly --base-url URL    the checks, the clean-up and the scan, as a CI job wants them
    scripts/contract issue REPORT RUN          open, update or close the GitHub issue on drift with gh

Without --base-url a stand-in of its own is checked. Another server needs AMILI_ACCOUNT and AMILI_CREDITOR, and AMILI_TOKEN, or
AMILI_API_CODE with AMILI_PRIVATE_KEY or AMILI_PRIVATE_KEY_FILE. --rate is in requests a minute (90), --seed draws amounts, dates
and orders, --report writes JUnit, SARIF, JSON and a page; -k makes some checks only, which never conforms. Of
another server only what is against a document is drift; --strict also counts defaults of the framework and assumptions, and
--report also searches the assumptions with which the stand-in answers like it, for amili-sandbox --profile DIR/profile.json.
--traffic reads HAR files and cassettes of vcrpy; with it --base-url is the address of the API in them, if it is not the vendor's
or this machine's.
Every option of pytest is for `pytest contract_tests/checks --verdict`.
"""

import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

import pytest

from contract_tests.options import NotConfigured, Parser, add_options, clean_environment

CHECKS = Path(__file__).parent / "checks"
_OPTIONS = (
    "-q",
    "--no-header",
    "--no-summary",
    "--tb=no",
    "-p",
    "no:cacheprovider",
    "-o",
    "addopts=--strict-markers",
    "-W",
    "ignore",
    "--verdict",
)


def main(arguments: Sequence[str]) -> int:
    """Run one of the commands above, by default the checks; 1 is a finding, and trouble of any other kind is 2."""
    if {"-h", "--help"} & {*arguments[:1]}:
        print(__doc__)
        return 0
    if sys.flags.optimize:
        print("contract: nothing was checked: Python runs without assertions; unset PYTHONOPTIMIZE", file=sys.stderr)
        return 2
    clean_environment(os.environ)
    try:
        if arguments and (command := _commands().get(arguments[0]) if arguments[0].isalpha() else None):
            return command(arguments[1:])
        return _run_checks(arguments)
    except (NotConfigured, OSError, subprocess.SubprocessError) as problem:
        print(f"contract: {problem}", file=sys.stderr)
    except Exception:
        traceback.print_exc()
    return 2


def _run_checks(arguments: Sequence[str]) -> int:
    parser = Parser("contract", "", add_help=False)
    add_options(parser.add_argument)
    parser.add_argument("-k")
    arguments = ["--strict-verdict" if each == "--strict" else each for each in arguments]  # pytest has a --strict of its own
    if parser.parse_args(arguments).base_url is None:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]  # a stand-in of our own is reached without a proxy
    status = pytest.main([*_OPTIONS, str(CHECKS), *arguments])
    return int(status) if status in (0, 1, 2) else 2


def _commands() -> dict[str, Callable[[Sequence[str]], int]]:
    # Here and not above: pytest wants to be the first to import its plugins, and what they import.
    from contract_tests.cassettes import record_cassette
    from contract_tests.contract import compare_with_release, run_lint
    from contract_tests.report import run_nightly, start_stand_in, update_issue
    from contract_tests.server import cancel_left_open

    return {
        "lint": run_lint,
        "compare": compare_with_release,
        "reproduce": start_stand_in,
        "cleanup": cancel_left_open,
        "record": record_cassette,
        "scan": _scan,
        "nightly": run_nightly,
        "issue": update_issue,
    }


def _scan(arguments: Sequence[str]) -> int:
    from contract_tests.privacy import scan_files

    parser = Parser("contract scan", "Look for secrets and personal data in files; ends with 1 if there are any.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    return scan_files(parser.parse_args(arguments).files)


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal or a pipe that is not UTF-8
    sys.exit(main(sys.argv[1:]))
