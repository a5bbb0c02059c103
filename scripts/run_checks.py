"""Run every check, the quick ones first, and end with one line that counts passed and failed."""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PYTEST = (sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider")
TWO_PROCESSES = ("--numprocesses", "2")  # for independent tests; the contract suite collects counts over its whole run


@dataclass(frozen=True)
class Step:
    """One command; `tests` marks a pytest run, whose tests are counted individually."""

    name: str
    command: tuple[str, ...]
    tests: bool = False


@dataclass
class Count:
    """How many passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other: "Count") -> None:
        """Add another count to this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


STEPS = (
    Step("format, lint, types", ("scripts/check",)),
    Step("generated client matches the contract", ("scripts/regenerate", "--check")),
    Step("site of the documentation", ("scripts/docs",)),
    Step("packages, and the README's ten lines with only the wheel installed", ("scripts/package",)),
    Step(
        "tests, with branch coverage of the overlay",
        (*PYTEST, *TWO_PROCESSES, "tests", "--cov=amili", "--cov-branch", "--cov-report=term"),
        True,
    ),
    Step("tests of the contract suite itself", (*PYTEST, *TWO_PROCESSES, "contract_tests/tests"), True),
    Step("contract suite", (*PYTEST, "contract_tests/checks"), True),
)


def main() -> int:
    """Run all steps, even after one has failed, and print the counts."""
    total = Count()
    for step in STEPS:
        print(f"== {step.name}", flush=True)
        started = time.monotonic()
        total.add(run(step))
        print(f"   {time.monotonic() - started:.0f} s", flush=True)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed else 0


def run(step: Step) -> Count:
    """Run one step; a pytest run that fails without a failing test (coverage, collection) counts as one failure."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        options = (f"--junitxml={results}",) if step.tests else ()
        status = subprocess.run((*step.command, *options), cwd=ROOT, check=False).returncode
        count = count_tests(results) if results.exists() else Count()
    if status and not count.failed:
        count.failed += 1
    elif not step.tests:
        count.passed += 1
    return count


def count_tests(results: Path) -> Count:
    """Return the counts of a pytest run from its JUnit file."""
    suite = ElementTree.parse(results).getroot().find("testsuite")  # noqa: S314 - written by pytest just now
    numbers = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")} if suite is not None else {}
    failed, skipped = numbers.get("failures", 0) + numbers.get("errors", 0), numbers.get("skipped", 0)
    return Count(numbers.get("tests", 0) - failed - skipped, failed, skipped)


if __name__ == "__main__":
    sys.exit(main())
