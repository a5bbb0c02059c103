"""The ledger as the data source of the pages."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from amili_inspector import Advice, NotReadableError, RowFilter, Rows, RowStory, RunDetail, RunRow
from amili_inspector import Ledger as Pages
from amili_inspector import LedgerRow as ShownRow
from amili_inspector import RowInRun as ShownInRun

from amili._core.engine import now
from amili._errors import ConfigurationError, InvalidInputError
from amili.bulk import STATES, Ledger, RunRecord
from amili.bulk.ledger import OPEN, LedgerRow, RowInRun, Selection
from amili.bulk.runs import progress_of_run
from amili.cli.bulk.files import words_of
from amili.cli.bulk.ledger_changes import LedgerChanges
from amili.cli.bulk.next_steps import TWICE, Step, is_noted, next_steps
from amili.cli.bulk.shown_rows import advice_for, holder_of, story_of
from amili.cli.frame import Session

_FACTS = {"file": "Input", "map": "Map", "server": "Server", "key": "Profile"}  # what a run keeps, in this order


def pages_of(session: Session, ledger: Ledger, place: str, file: str | None, named: str | None) -> Pages:
    """Return what the pages show of a ledger; `file` and `named` are how the person named it."""
    start = f"amili bulk register invoices.csv --map map.toml{f' --ledger {shlex.quote(place)}' if named else ''}{session.again}"
    runs = ShownRuns(session, ledger, file, named)
    return Pages(place, runs, LedgerChanges(runs.signature), {str(state): meaning for state, meaning in STATES.items()}, start)


class ShownRuns:
    """The runs of a ledger. Raises NotReadableError if it can't be read now."""

    def __init__(self, session: Session, ledger: Ledger, file: str | None, named: str | None) -> None:
        self._session, self._ledger, self._file, self._named = session, ledger, file, named

    def signature(self) -> str:
        """Return a text that changes with every change of the ledger."""
        with _readable():
            return self._ledger.signature()

    def find(self, skip: int, limit: int) -> Rows[RunRow]:
        """Return runs, the newest first."""
        with _readable():
            records, noted = self._ledger.runs()[::-1], self._ledger.noted()
        return Rows([_run_row(each, *noted.get(each.id, (0, 0))) for each in records[skip : skip + limit]], len(records))

    def run(self, number: int) -> RunDetail | None:
        """Return a run, or None."""
        with _readable():
            try:
                record = self._ledger.run(number)
            except InvalidInputError:
                return None
            progress = progress_of_run(self._ledger, record)
            first, noted = self._ledger.select(number, Selection("noted"), 0, 1)
            is_twice = bool(first) and first[0].outcome == TWICE  # these are the first
            _, twice = self._ledger.select(number, Selection(TWICE), 0, 1) if is_twice else ([], 0)
            workers = sorted(set(map(holder_of, self._ledger.workers(number, now()))))
        row, details = _run_row(record, noted, twice), record.details
        named = {label: details[name] for name, label in _FACTS.items() if name in details}
        others = {name: value for name, value in details.items() if name not in _FACTS}
        remark = f"{first[0].place}: {first[0].problem}" if first else ""
        steps = next_steps(progress, noted, remark, self._words(record), why="the rows below say why", is_worked_on=bool(workers))
        return RunDetail(row, progress.per_minute, progress.ends_at, workers, named | others, [_advice(step) for step in steps])

    def rows(self, run: int, wanted: RowFilter, skip: int, limit: int) -> Rows[ShownRow]:
        """Return rows of a run: those that need a person first, the others in the order of the input."""
        with _readable():
            found, total = self._ledger.select(run, Selection(wanted.result, wanted.text), skip, limit)
        return Rows([_shown_row(each) for each in found], total)

    def search(self, text: str, most: int) -> Sequence[ShownInRun]:
        """Return rows of all runs, of the newest first, with the beginning of a key, a whole case id or OCR number."""
        with _readable():
            return [_in_run(each) for each in self._ledger.find(text, most)]

    def story(self, run: int, number: int) -> RowStory | None:
        """Return a row, or None."""
        with _readable():
            found = self._ledger.story(run, number)
            if found is None:
                return None
            record = self._ledger.run(run)
            advice = advice_for(found.row, record, self._words(record), self._session_of(record).again)
        steps, digest = [_advice(step) for step in advice], found.row.digest
        others = [
            _in_run(each, each.row.digest == digest if each.operation == record.operation else None) for each in found.others
        ]
        return story_of(found, _shown_row(found.row), _at(record.created_at), steps, others)

    def _words(self, run: RunRecord) -> str:
        """Return the words that name a run in a command; always with its number, as another may have begun when it is used."""
        return words_of(self._session_of(run), self._file, self._named, run, run.id)

    def _session_of(self, run: RunRecord) -> Session:
        """Return a session with the profile that a run was started with: commands need that one."""
        key = run.details.get("key", "default")
        return self._session if key == "default" else Session(profile=key)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except ConfigurationError as problem:
        raise NotReadableError(f"{str(problem)[0].upper()}{str(problem)[1:]}.") from None


def _advice(step: Step) -> Advice:
    return Advice(f"{step.text[0].upper()}{step.text[1:]}", step.command)


def _run_row(run: RunRecord, noted: int, twice: int) -> RunRow:
    counts: dict[str, Any] = {state: run.counts[state] for state in STATES if state in run.counts}
    left, ended = sum(counts.get(state, 0) for state in OPEN), None if run.ended_at is None else _at(run.ended_at)
    return RunRow(run.id, run.operation, run.source, run.state, counts, left, noted, twice, _at(run.created_at), ended)


def _in_run(found: RowInRun, is_same: bool | None = None) -> ShownInRun:
    return ShownInRun(found.run, found.operation, _shown_row(found.row), is_same)


def _shown_row(row: LedgerRow) -> ShownRow:
    noted, ended = is_noted(row), None if row.ended_at is None else _at(row.ended_at)
    twice = noted and row.outcome == TWICE
    return ShownRow(row.number, row.place, row.key, row.state, noted, twice, row.problem, row.case_id, row.ocr_number, ended)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
