"""Which checks a run has to make, and which of them it did not make, whatever narrowed it or ended it early."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from contract_tests.report.run_result import Check

CHECKS = Path(__file__).parent.parent / "checks"  # the folder of a check is its layer
Key = tuple[Path, str]  # the file and the name of a check


class Plan:
    """Every check that is written in a file or was collected, before any was deselected; each is to be finished."""

    def __init__(self, *, on_stand_in: bool, of_traffic: bool = False) -> None:
        self._on_stand_in, self._of_traffic = on_stand_in, of_traffic
        self._collected: set[Key] = set()
        self._finished: set[Key] = set()

    def applies(self, path: Path) -> bool:
        """Return whether a file's checks are to be made: of recorded traffic those of traffic, and else all others."""
        return not path.is_relative_to(CHECKS) or (path.parent == CHECKS / "traffic") == self._of_traffic

    def collect(self, items: Iterable[pytest.Item]) -> None:
        """Note what pytest found."""
        self._collected |= {(item.path, item.name) for item in items if item.path.is_relative_to(CHECKS)}

    def finish(self, item: pytest.Item) -> None:
        """Note that a check has an outcome."""
        self._finished.add((item.path, item.name))

    def may_skip(self, item: pytest.Item) -> bool:
        """Return whether a check is for the stand-in only, and the server is another one."""
        return not self._on_stand_in and "stand_in_process" in getattr(item, "fixturenames", ())

    def missing(self) -> list[Check]:
        """Return what has no outcome, in the order of the files."""
        cases = {(path, name.partition("[")[0]) for path, name in self._collected}
        return [
            Check(layer_of(path), title_of(name), "missing", 0.0)
            for path, name in sorted(self._collected - self._finished | _written() - cases)
            if self.applies(path)
        ]


def layer_of(path: Path) -> str:
    """Return the name of the layer that a file belongs to."""
    return path.parent.name.replace("_", " ") if path.is_relative_to(CHECKS) else "the suite itself"


def title_of(name: str) -> str:
    """Return the title of a check."""
    return name.removeprefix("test_").replace("_", " ")


def _written() -> set[Key]:
    """Return the checks that are written in the files, whatever pytest leaves out."""
    return {
        (file, node.name)
        for file in CHECKS.rglob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
