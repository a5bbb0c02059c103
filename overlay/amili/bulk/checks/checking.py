"""Goes through an input once and reports on it."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from amili.bulk.checks.problems_file import ProblemsFile
from amili.bulk.checks.totals import Sums, Totals
from amili.bulk.rows import Operation, Problem
from amili.bulk.sources import ExaminedSource

_SHOWN = 20


@dataclass(frozen=True)
class Check:
    """What was found in an input. `totals` are of the `good` rows only; `refused` rows have problems and won't be sent.

    `problems` and `warnings` have the first of each, `problem_count` and `warning_count` say how many there are. All of them are
    in the file `written_to`; it is None if there are none. `notes` are about the file, such as its encoding.
    """

    __module__ = "amili.bulk"

    name: str
    operation: Operation
    notes: tuple[str, ...]
    totals: Totals
    good: int
    refused: int
    problems: tuple[Problem, ...]
    problem_count: int
    warnings: tuple[Problem, ...]
    warning_count: int
    written_to: Path | None

    def can_be_sent(self, *, skip_invalid: bool = False) -> bool:
        """Return whether there are rows to send, and either all are good or the others are to be skipped."""
        return self.good > 0 and (self.refused == 0 or skip_invalid)


def check(source: ExaminedSource, problems_file: str | Path | None = None, *, shown: int = _SHOWN) -> Check:
    """Check all rows of an input, without a network, and return what was found with its first problems and its totals.

    All problems are written to `problems_file` if it is given (see `problems_path`): a CSV file for the owner only, since it
    quotes cells. A file that was there is replaced, or removed if there are no problems. Raises OSError if it can't be written.
    """
    sums, first, warnings = Sums(), list[Problem](), list[Problem]()
    good = refused = problem_count = warning_count = 0
    with ProblemsFile(Path(problems_file)) if problems_file else nullcontext() as file:
        for each in source.examined():
            if each.row.item is None:
                refused += 1
            else:
                good += 1
                sums.add(each.row.item)
            for problem in each.problems:
                if file:
                    file.write(problem)
                problem_count, warning_count = problem_count + problem.refused, warning_count + (not problem.refused)
                kept = first if problem.refused else warnings
                if len(kept) < shown:
                    kept.append(problem)
    written = Path(problems_file) if problems_file and problem_count + warning_count else None
    return Check(
        name=source.name,
        operation=source.operation,
        notes=source.notes,
        totals=sums.totals(),
        good=good,
        refused=refused,
        problems=tuple(first),
        problem_count=problem_count,
        warnings=tuple(warnings),
        warning_count=warning_count,
        written_to=written,
    )


def problems_path(path: str | Path) -> Path:
    """Return the file of problems beside an input, such as `invoices.xlsx.problems.csv`."""
    return Path(path).with_name(f"{Path(path).name}.problems.csv")
