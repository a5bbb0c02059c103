"""The file of all problems, beside the input."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Self

from amili.bulk.rows import Problem
from amili.bulk.writing import harmless, whole_file

_COLUMNS = ("row", "column", "name", "property", "kind", "problem", "value", "place")
_LONGEST = 100  # characters of a value


class ProblemsFile:
    """Writes problems one by one, with `;` and a byte order mark, as Excel wants; a file without any is removed."""

    def __init__(self, path: Path) -> None:
        self._path, self._whole, self._count = path, whole_file(path), 0

    def __enter__(self) -> Self:
        self._file = self._whole.__enter__().open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=";")
        self._writer.writerow(_COLUMNS)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._whole.__exit__(kind, error, trace)
        if kind is None and not self._count:
            self._path.unlink()

    def write(self, problem: Problem) -> None:
        """Write one problem."""
        self._count += 1
        value = "" if problem.value is None else str(problem.value)[:_LONGEST]
        kind = "refused" if problem.refused else "warning"
        row = (problem.number, problem.letter, problem.column, problem.path, kind, problem.text, value, problem.place)
        self._writer.writerow([harmless(cell) for cell in row])
