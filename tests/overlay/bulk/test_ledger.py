"""The ledger in a SQLite file: who may write what, which files it takes, and what is in it for people."""

import importlib
import sqlite3
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from amili import ConfigurationError, InvalidInputError
from amili.bulk import open_ledger
from amili.bulk.ledger import Ending, Hold, Intent, LedgerRow, NewRow, NewRun, NotBegun, PostgresqlLedger, SqliteLedger, SqlLedger

from tests.postgresql import empty_ledger

T = TypeVar("T", bound=SqlLedger)

AHEAD = 4096.0  # seconds by which the clock of the database is ahead
A, B = Hold(1, "a"), Hold(1, "b")
NOW, LEASE = 1_760_000_000.0, 100.0
INTENT = Intent("{}")


@pytest.fixture
def in_file(folder: Path) -> SqliteLedger:
    return filled(SqliteLedger(folder / "ledger.sqlite", has_ended=is_dead))


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> Iterator[SqlLedger]:
    if request.param == "sqlite":
        yield request.getfixturevalue("in_file")
    else:
        ledger = PostgresqlLedger(empty_ledger(), has_ended=is_dead, ahead=lambda _, now: AHEAD)
        yield filled(ledger)
        ledger.close()


def is_dead(owner: str) -> bool:
    return owner == "dead"


def filled(ledger: T) -> T:
    rows = [NewRow(n, f"row {n}", f"N{n}", "creditor", "digest", 1 + n // 3, "new") for n in range(1, 4)]
    ledger.add(NewRun("register", "faktura.csv", "checksum", {"map": "map.toml"}), rows, NOW)
    return ledger


def kept(ledger: SqlLedger, at: float) -> float:
    """A time as it is in the ledger: by the clock of its database."""
    return at + (AHEAD if isinstance(ledger, PostgresqlLedger) else 0.0)


def row(ledger: SqlLedger, number: int) -> LedgerRow:
    return {each.number: each for each in ledger.rows(1)}[number]


def test_a_run_is_what_was_added(ledger: SqlLedger) -> None:
    (run,) = ledger.runs()
    assert (run.id, run.operation, run.source, run.checksum, run.details) == (
        1,
        "register",
        "faktura.csv",
        "checksum",
        {"map": "map.toml"},
    )
    assert (run.state, run.created_at, run.ended_at, run.counts) == ("running", kept(ledger, NOW), None, {"new": 3})
    assert ledger.run() == ledger.run(1) == run
    with pytest.raises(InvalidInputError, match="has no run 2"):
        ledger.run(2)


def test_an_empty_ledger_has_no_run(folder: Path) -> None:
    ledger = open_ledger(folder / "empty.sqlite")
    assert ledger.runs() == []
    with pytest.raises(InvalidInputError, match="has no run"):
        ledger.run()
    ledger.close()


def test_a_run_whose_rows_cannot_be_read_is_not_added(ledger: SqlLedger) -> None:
    new = NewRow(1, "row 1", "N1", "creditor", "digest", 1, "new")
    with pytest.raises(ConfigurationError):
        ledger.add(NewRun("register", "x", "y", {}), [new, new], NOW)
    assert [run.id for run in ledger.runs()] == [1]


def test_lots_are_claimed_once(ledger: SqlLedger) -> None:
    assert [each.number for each in ledger.claim(A, NOW, LEASE)] == [1, 2]
    assert [each.number for each in ledger.claim(B, NOW, LEASE)] == [3]
    assert ledger.claim(B, NOW, LEASE) == []
    assert [each.number for each in ledger.claim(B, NOW + LEASE, LEASE)] == [1, 2]


def test_what_a_dead_worker_sent_was_sent_before_now(ledger: SqlLedger) -> None:
    dead = Hold(1, "dead")
    ledger.claim(dead, NOW, LEASE)
    assert ledger.begin(dead, 1, INTENT, NOW, NOW + LEASE) is None
    first, second = ledger.claim(A, NOW + 5, LEASE)
    assert (first.state, first.lost_at, first.sent_at, first.attempts) == ("sending", NOW + 5, NOW, 1)
    assert (second.state, second.lost_at) == ("new", None)


def test_what_a_frozen_worker_sent_was_sent_before_its_lease_expired(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW + 40, NOW + 40 + LEASE)
    assert ledger.claim(B, NOW + LEASE + 39, LEASE)[0].number == 3, "beginning a row prolongs the lease of its lot"
    assert [each.lost_at for each in ledger.claim(B, NOW + LEASE + 50, LEASE)] == [NOW + LEASE + 40, None]


def test_a_write_begins_only_within_the_lease_of_its_worker(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    assert ledger.begin(B, 1, INTENT, NOW, NOW + LEASE) == NotBegun("lost")
    assert ledger.begin(A, 1, INTENT, NOW + LEASE, NOW + 2 * LEASE) == NotBegun("lost")
    assert ledger.begin(A, 1, INTENT, NOW + 1, NOW + LEASE) is None
    assert ledger.begin(A, 1, INTENT, NOW + 1, NOW + LEASE) == NotBegun("lost"), "it has begun already"
    assert row(ledger, 1).attempts == 1


def test_only_the_worker_that_holds_a_row_ends_it(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ending = Ending("done", "case", "ocr", "created")
    assert ledger.end(B, [(1, ending)], NOW) == set()
    assert ledger.end(A, [(1, ending), (3, ending)], NOW + 1) == {1}
    assert ledger.end(A, [(1, Ending("refused"))], NOW + 2) == set()
    ended = row(ledger, 1)
    assert (ended.state, ended.case_id, ended.ocr_number, ended.outcome, ended.ended_at) == (
        "done",
        "case",
        "ocr",
        "created",
        kept(ledger, NOW + 1),
    )
    assert ledger.ended_since(1, NOW + 3, 3) == (1, 2)
    assert ledger.ended_since(1, NOW + 3, 1) == (0, None)


def test_rows_put_off_are_taken_later(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW, NOW + LEASE)
    ledger.put_off(A, [1], NOW, NOW + 15)
    ledger.release(A, NOW)
    assert [each.number for each in ledger.claim(B, NOW + 14, LEASE)] == [2]
    (again,) = ledger.claim(B, NOW + 15, LEASE)
    assert (again.number, again.state, again.looks) == (1, "sending", 1)
    ledger.reset(B, [1])
    assert (row(ledger, 1).state, row(ledger, 1).looks, row(ledger, 1).evidence) == ("new", 0, None)


def test_a_stopped_run_gives_nothing_and_begins_nothing(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.stop(1)
    assert ledger.begin(A, 1, INTENT, NOW, NOW + LEASE) == NotBegun("stopped")
    assert ledger.claim(B, NOW, LEASE) == []
    ledger.resume(1)
    assert [each.number for each in ledger.claim(B, NOW, LEASE)] == [3]


def test_a_run_without_open_rows_has_ended(ledger: SqlLedger) -> None:
    for _ in range(2):
        lot = ledger.claim(A, NOW, LEASE)
        ledger.end(A, [(each.number, Ending("refused", problem="no")) for each in lot], NOW)
    assert ledger.claim(A, NOW + 1, LEASE) == []
    assert (ledger.run().state, ledger.run().ended_at, ledger.run().counts) == ("ended", kept(ledger, NOW + 1), {"refused": 3})
    assert ledger.retry_refused(1) == 3
    assert (ledger.run().state, ledger.run().ended_at, ledger.run().counts) == ("running", None, {"new": 3})
    assert row(ledger, 1) == replace(row(ledger, 1), problem=None, ended_at=None)


def test_a_file_of_something_else_is_refused(folder: Path) -> None:
    file = folder / "other.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE invoices (id)")
    connection.close()
    with pytest.raises(ConfigurationError, match=r"ledger=.*it is not a ledger"):
        open_ledger(file)
    file.write_bytes(b"faktura;belopp\n" * 300)
    with pytest.raises(ConfigurationError, match="ledger="):
        open_ledger(file)


def test_a_full_disk_is_no_damage(in_file: SqlLedger) -> None:
    with in_file._store.transaction("read") as connection:
        connection.execute("CREATE TRIGGER full BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
    with pytest.raises(ConfigurationError, match="database or disk is full; make room on the disk and go on"):
        in_file.stop(1)


def test_a_death_while_a_ledger_is_set_up_leaves_no_half_of_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as dying:
        setup = importlib.import_module("amili.bulk.ledger.statements").SETUP
        dying.setattr("amili.bulk.ledger.statements.SETUP", (*setup[:2], "SELECT it_dies_here"))
        with pytest.raises(ConfigurationError, match="it_dies_here"):
            open_ledger(folder / "half.sqlite")
    assert open_ledger(folder / "half.sqlite").runs() == []


def test_a_new_ledger_that_stays_locked_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili._core.writing.journal.checks._PATIENCE", 0.05)
    other = sqlite3.connect(folder / "locked.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConfigurationError, match=r"database is locked; another process uses it, .* try again"):
        open_ledger(folder / "locked.sqlite")
    other.close()


def test_several_may_open_a_new_ledger_at_once(folder: Path) -> None:
    together = threading.Barrier(4)

    def opened(number: int) -> int:
        together.wait()
        ledger = open_ledger(folder / f"{number}.sqlite")
        try:
            return len(ledger.runs())
        finally:
            ledger.close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(40):
            assert list(pool.map(opened, [number] * 4)) == [0] * 4


def test_a_ledger_of_a_newer_version_is_refused(in_file: SqlLedger, folder: Path) -> None:
    in_file.close()
    with sqlite3.connect(folder / "ledger.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigurationError, match="a newer version of amili wrote it"):
        open_ledger(folder / "ledger.sqlite")


def test_only_its_owner_can_read_a_ledger(in_file: SqlLedger, folder: Path) -> None:
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("ledger.sqlite*")} == {0o600}


def test_people_read_it_by_two_views(in_file: SqlLedger, folder: Path) -> None:
    in_file.claim(A, NOW, LEASE)
    in_file.end(A, [(1, Ending("done", "case", "ocr", "created"))], NOW)
    with sqlite3.connect(folder / "ledger.sqlite") as connection:
        rows = connection.execute("SELECT n, key, state, case_id, ended_utc FROM v_rows ORDER BY n").fetchall()
        runs = connection.execute("SELECT id, state, all_rows, open_rows, written_rows, refused_rows FROM v_runs").fetchall()
    connection.close()
    assert rows == [(1, "N1", "done", "case", "2025-10-09 08:53:20"), (2, "N2", "new", None, None), (3, "N3", "new", None, None)]
    assert runs == [(1, "running", 3, 2, 1, 0)]
