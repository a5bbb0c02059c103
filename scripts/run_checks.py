"""Run every check, the quick ones first, and end with one line that counts passed and failed.

Most steps leave one of two processors idle for much of their time, so two sequences of them run side by side.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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


# Measuring coverage doubles the time of a test. These repeat the same code with many random inputs, and need not be measured.
RANDOM = tuple(
    f"tests/overlay/{name}.py"
    for name in (
        "clients/test_mutated_responses",
        "clients/test_stand_in_settings",
        "reading/test_hidden_order",
        "writing/test_real_faults",
        "writing/test_schedules",
    )
)
MEASURED = ("tests/overlay", "tests/inspector/ledger")  # the second has those of `amili inspect`
COVERAGE = ("--cov=amili", "--cov-branch", "--cov-report=term")

CHECK = Step("format, lint, types", ("scripts/check",))
REGENERATE = Step("generated client matches the contract", ("scripts/regenerate", "--check"))
DOCS = Step("site of the documentation", ("scripts/docs",))
PACKAGE = Step("packages, and the README's ten lines with only the wheel installed", ("scripts/package",))
OVERLAY = Step(
    "tests of the overlay, with branch coverage",
    (*PYTEST, *TWO_PROCESSES, *MEASURED, *(f"--ignore={file}" for file in RANDOM), *COVERAGE),
    True,
)
WITH_RANDOM_INPUTS = Step("tests of the overlay with random inputs", (*PYTEST, *TWO_PROCESSES, *RANDOM), True)
OTHERS = Step("all other tests", (*PYTEST, *TWO_PROCESSES, "tests", *(f"--ignore={folder}" for folder in MEASURED)), True)
CONTRACT_SUITE = Step("contract suite", (*PYTEST, "contract_tests/checks"), True)
TESTS_OF_IT = Step("tests of the contract suite itself", (*PYTEST, *TWO_PROCESSES, "contract_tests/tests"), True)

# One stage after the other, since the first installs what only the documentation needs. In a stage two sequences of steps
# run side by side.
STAGES = (
    ((CHECK,), (REGENERATE, DOCS, PACKAGE)),
    ((OVERLAY, TESTS_OF_IT), (CONTRACT_SUITE, OTHERS, WITH_RANDOM_INPUTS)),
)


def main() -> int:
    """Run all steps, even after one has failed, and print the counts."""
    total = Count()
    for sequences in STAGES:
        print(" and ".join(f"== {sequence[0].name}" for sequence in sequences), "...", flush=True)
        with ThreadPoolExecutor(len(sequences)) as threads:
            for count in threads.map(run_all, sequences):
                total.add(count)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed else 0


def run_all(steps: Sequence[Step]) -> Count:
    """Run steps one after the other."""
    total = Count()
    for step in steps:
        total.add(run(step))
    return total


def run(step: Step) -> Count:
    """Run one step, and print its output once it is over.

    A pytest run that fails without a failing test (coverage, collection) counts as one failure.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        options = (f"--junitxml={results}",) if step.tests else ()
        command = (*step.command, *options)
        done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        count = count_tests(results) if results.exists() else Count()
    seconds = f"   {time.monotonic() - started:.0f} s\n"
    sys.stdout.buffer.write(f"== {step.name}\n".encode() + done.stdout + seconds.encode())  # whatever its encoding is
    sys.stdout.buffer.flush()
    if done.returncode and not count.failed:
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
