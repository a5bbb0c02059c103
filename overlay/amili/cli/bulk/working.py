"""Works on a run: shows how far it is, prints results if they are wanted as data, and says what a person has to do next."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from amili._errors import InvalidInputError
from amili.cli.bulk.next_steps import TWICE, is_noted, next_steps
from amili.cli.bulk.reporting import Reporter, rows_of
from amili.cli.frame import Exit, notice
from amili.cli.output import Printer, Row, cell_text

if TYPE_CHECKING:
    from amili import Amili
    from amili.bulk import Progress, RowResult, Run

COLUMNS = ("row", "place", "key", "result", "case", "ocr_number", "problem", "at")
IN_TABLE = ("place", "key", "result", "case", "ocr_number", "problem")  # what a terminal has room for


def work_on(run: Run, client: Amili, printer: Printer, name: str, *, concurrency: int, reserve: int, sends: bool = True) -> int:
    """Do what is left of a run, and return the exit code; `name` are the words that name it in the next command."""
    again = f"amili bulk resume {name}"
    results = run.work(client, concurrency=concurrency, reserve=reserve) if sends else run.settle(client)
    try:
        with Reporter(lambda: run.progress(client)):
            _take(results, printer)
    except KeyboardInterrupt:
        notice(f"\namili: interrupted; {rows_of(run.progress())}. To go on: {again}")
        return Exit.INTERRUPTED
    except InvalidInputError as problem:  # of the input, which was changed meanwhile: rows may have been sent before
        notice(f"amili: {problem}. Nothing more was sent; {rows_of(run.progress())}. To go on with the file as it was: {again}")
        return Exit.INTERRUPTED
    except Exception:
        notice(f"amili: the run is not finished; {rows_of(run.progress())}. To go on, once the cause is mended: {again}")
        raise
    return ended(run, printer, name)


def _take(results: Iterable[RowResult], printer: Printer) -> None:
    """Take the results as they come, and print them as JSON lines or CSV if that is wanted."""
    if printer.form == "table":
        for _ in results:
            pass
    else:
        printer.rows(map(result_row, results), COLUMNS)
        sys.stdout.flush()


def ended(run: Run, printer: Printer, name: str) -> int:
    """Print the counts of a run, say what to do next, and return the exit code."""
    progress = run.progress()
    if printer.form == "table":
        printer.rows(count_rows(progress.counts), ("state", "rows", "meaning"))
    noted = _noted(run)
    first = f"{noted[0].place}: {noted[0].problem}" if noted else ""
    for step in next_steps(progress, len(noted), first, name, why=f"`amili bulk results {name}` says why"):
        notice(f"amili: {step.text}: {step.command}" if step.command else f"amili: {step.text}.")
        if progress.state == "stopped" and progress.finished < progress.total:
            return Exit.INTERRUPTED
    return exit_code(progress.counts, noted)


def _noted(run: Run) -> list[RowResult]:
    """Return the rows that were done, but not as was asked: an amount settled in part, a warning of the API, written twice."""
    return [result for result in run.results() if is_noted(result)]


def exit_code(counts: Mapping[Any, int], noted: Sequence[RowResult]) -> Exit:
    """Return the exit code for rows by state, and for those that were done but not as was asked."""
    if counts.get("unknown") or any(result.outcome == TWICE for result in noted):
        return Exit.UNKNOWN
    if noted or any(counts.get(state) for state in ("refused", "exists", "skipped")):
        return Exit.REFUSED
    return Exit.NOT_FOUND if counts.get("missing") else Exit.DONE


def status_code(run: Run, progress: Progress) -> Exit:
    """Return the exit code for a run that may still go on: try later, unless a person is needed."""
    code = exit_code(progress.counts, _noted(run))
    return Exit.TRY_LATER if progress.state != "ended" and code is not Exit.UNKNOWN else code


def count_rows(counts: Mapping[Any, int]) -> Iterator[Row]:
    """Yield the states that rows have, with their number and what they mean."""
    from amili.bulk import STATES

    for state, meaning in STATES.items():
        if counts.get(state):
            cells = {"state": state, "rows": counts[state], "meaning": meaning}
            yield Row(cells, cells)


def result_row(result: RowResult) -> Row:
    """Return the result of a row for printing."""
    cells = {
        "row": result.number,
        "place": result.place,
        "key": result.key,
        "result": result.state,
        "case": result.case_id,
        "ocr_number": result.ocr_number,
        "problem": result.problem,
        "at": None if result.at is None else result.at.replace(microsecond=0),
    }
    return Row({name: cell_text(value) if name == "at" else value for name, value in cells.items() if value is not None}, cells)
