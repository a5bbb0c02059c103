"""The command `scripts/contract`: 0 conforms, 1 drift, 2 inconclusive or an error in the suite."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from contract_tests.report import EXIT, Collector, Leaking, Record, write

HERE = Path(__file__).parent
CHECKS = HERE / "checks"  # what says something about the contract, a server or the client; tests/ tests the suite itself


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suite against the stand-in, or against another server."""
    options = _parser().parse_args(arguments)
    tests = [str(CHECKS / name) for name in options.only] or [str(CHECKS)]
    chosen = ["-q", "--no-header", "--no-summary", "--tb=no", "-p", "no:cacheprovider", "-o", "addopts=--strict-markers"]
    for name in ("base_url", "rate", "seed"):
        if getattr(options, name) is not None:
            chosen.append(f"--{name.replace('_', '-')}={getattr(options, name)}")
    collector = Collector()
    status = pytest.main([*tests, *chosen, *(f"--contract-fault={name}" for name in options.contract_fault)], plugins=[collector])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        print(f"contract: the suite itself could not run ({status!r})", file=sys.stderr)
        return EXIT["error"]
    return finish(collector.record, options.report)


def finish(record: Record, folder: Path | None) -> int:
    """Write the reports if they are wanted, say the verdict, and return the exit code."""
    if folder:
        try:
            print(*(f"wrote {file}" for file in write(record, folder)), sep="\n")
        except Leaking as problem:
            print(f"contract: {problem}", file=sys.stderr)
            return EXIT["error"]
    for operation, paths in record.spellings.items():
        print(f"{operation} is spoken as {', '.join(paths)}")
    print(*record.in_words(), sep="\n")
    left = [entry["invoice_number"] for entry in record.ledger if not entry["cancelled"]]
    print(f"{len(record.ledger)} invoices registered, {len(left)} left open{': ' + ', '.join(left) if left else ''}")
    drifted = sum(check.outcome == "drift" for check in record.checks)
    unsure = sum(check.outcome == "inconclusive" for check in record.checks)
    failed = sum(check.outcome == "error" for check in record.checks)
    verdict = "error in the suite" if record.verdict == "error" else record.verdict
    counts = f"{drifted} disagree, {unsure} could not be made, {failed} failed in the suite"
    print(f"{verdict}: {len(record.checks)} checks of {record.server}, {counts}")
    return EXIT[record.verdict]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/contract",
        description="Tell whether contract and server agree. Exit code 0: they do; 1: they do not; 2: not known.",
    )
    parser.add_argument("--base-url", help="ask this server with the credentials in AMILI_* (default: a stand-in of our own)")
    parser.add_argument("--rate", type=float, help="requests a minute (default: 90; on this machine as fast as it goes)")
    parser.add_argument("--seed", type=int, help="draw the amounts, dates and orders of the tour from this number (default: 0)")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write contract.xml, contract.json and contract.html there")
    parser.add_argument("--contract-fault", action="append", default=[], metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--only", action="append", default=[], metavar="FILE", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
