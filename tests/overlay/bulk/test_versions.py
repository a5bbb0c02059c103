"""Ledgers of version 1 of the tables: led on to this version, while processes of version 1 use them."""

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from amili import Amili, ConfigurationError
from amili._core.engine import now
from amili.bulk import RowResult, Run, open_ledger
from amili.bulk.ledger import Ending, Hold, Intent, PostgresqlLedger, Selection, make_tables
from amili.bulk.workers import init_ledger, work
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk import version_1
from tests.overlay.bulk.test_processes import RETRY
from tests.postgresql import address_of, change, own_database, server_address
from tests.samples import invoice

HOLD = Hold(1, "a")
SCHEMA = (
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'amili' AND tablename IN ('runs', 'rows') ORDER BY 1",
    "SELECT viewname, definition FROM pg_views WHERE schemaname = 'amili' ORDER BY 1",
    "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
    "WHERE table_schema = 'amili' AND table_name IN ('runs', 'rows', 'versions') ORDER BY 1, 2",
)


@pytest.fixture
def file(folder: Path) -> Path:
    return version_1.file_with_two_rows(folder / "old.sqlite")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database with the tables of version 1, and those of the engine."""
    name = f"amili_test_{os.getpid()}_old"
    change(server_address(), f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    address = address_of(name)
    with monkeypatch.context() as earlier:
        earlier.setattr("amili.bulk.workers.tables.make_tables", lambda it: make_tables(it, [version_1.IN_POSTGRESQL]))
        assert init_ledger(address) == (0, 1)
    yield address
    change(server_address(), f"DROP DATABASE {name} WITH (FORCE)")


def schema_of(file: Path) -> tuple[int, set[tuple[str, str]]]:
    with sqlite3.connect(file) as connection:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        objects = set(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
    connection.close()
    return version, objects


def be_version_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili.bulk.ledger.statements.VERSION", 1)
    monkeypatch.setattr("amili.bulk.ledger.statements.SETUP", version_1.IN_FILE)
    monkeypatch.setattr("amili.bulk.ledger.postgresql_tables.STEPS", (version_1.IN_POSTGRESQL,))


def test_a_file_of_version_1_is_led_on_when_it_is_opened(folder: Path, file: Path) -> None:
    ledger = open_ledger(file)
    assert ledger.run().counts == {"done": 1, "new": 1}
    assert [row.number for row in ledger.claim(HOLD, now(), 60.0)] == [2]
    ledger.close()
    open_ledger(folder / "new.sqlite").close()
    assert schema_of(file) == schema_of(folder / "new.sqlite")


def test_a_file_of_version_1_that_is_only_read_stays_as_it_is(file: Path) -> None:
    before = schema_of(file)
    ledger = open_ledger(file, read_only=True)
    assert ledger.run().counts == {"done": 1, "new": 1}
    assert [row.number for row in ledger.select(1, Selection("done"), 0, 10)[0]] == [1]
    ledger.close()
    assert schema_of(file) == before


def test_a_death_while_a_file_is_led_on_leaves_it_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema_of(file)
    with monkeypatch.context() as dying:
        dying.setattr("amili.bulk.ledger.statements.SETUP", ("CREATE INDEX half ON rows (n)", "SELECT it_dies_here"))
        with pytest.raises(ConfigurationError, match="it_dies_here"):
            open_ledger(file)
    assert schema_of(file) == before
    assert open_ledger(file).run().counts == {"done": 1, "new": 1}


def test_several_may_lead_a_file_on_at_once(folder: Path) -> None:
    together = threading.Barrier(4)

    def opened(file: Path) -> int:
        together.wait()
        ledger = open_ledger(file)
        try:
            return len(list(ledger.rows(1)))
        finally:
            ledger.close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(10):
            file = version_1.file_with_two_rows(folder / f"{number}.sqlite")
            assert list(pool.map(opened, [file] * 4)) == [2] * 4
            assert schema_of(file)[0] == 2


def test_a_process_of_version_1_goes_on_until_it_opens_the_file_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        be_version_1(earlier)
        old = open_ledger(file)
        old.claim(HOLD, now(), 60.0)
    new = open_ledger(file)
    assert new.claim(Hold(1, "b"), now(), 60.0) == []
    assert old.begin(HOLD, 2, Intent("{}"), now(), now() + 60.0) is None
    assert old.end(HOLD, [(2, Ending("done", "case"))], now()) == {2}
    assert new.run().counts == {"done": 2}
    old.close()
    be_version_1(monkeypatch)
    with pytest.raises(ConfigurationError, match=r"a newer version of amili wrote it \(tables of version 2, not 1\)"):
        old.run()
    new.close()


def test_a_file_that_is_led_on_while_it_is_opened_keeps_the_newer_version(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(_: sqlite3.Connection) -> None:
        with sqlite3.connect(file) as other:
            other.execute("PRAGMA user_version = 99")
        other.close()

    monkeypatch.setattr("amili.bulk.ledger.sqlite.use_log", meanwhile)
    with pytest.raises(ConfigurationError, match="tables of version 99"):
        open_ledger(file)
    assert schema_of(file)[0] == 99


def test_a_database_of_version_1_is_led_on_by_init(address: str) -> None:
    with pytest.raises(ConfigurationError, match="has tables of version 1, not 2: `amili bulk init"):
        open_ledger(address)
    assert init_ledger(address) == (1, 2)
    for query in SCHEMA:
        assert change(address, query) == change(own_database(), query) != []


@pytest.mark.parametrize("is_cut", [False, True])
def test_an_update_in_mid_run_loses_and_doubles_nothing(
    address: str, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, is_cut: bool
) -> None:
    """A worker of version 1 ends the run with the connection that it has; one that loses it says why it can't."""
    items = [invoice(f"N{n}", account=sandbox.account, creditor=sandbox.creditor) for n in range(30)]
    results = list[RowResult]()

    def update(_: Run, result: RowResult) -> None:
        results.append(result)
        if len(results) == 10:
            assert init_ledger(address) == (1, 2)
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            change(address, f"SELECT pg_terminate_backend(pid) {others}" if is_cut else "SELECT 1")

    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=RETRY) as client:
        with monkeypatch.context() as earlier:
            be_version_1(earlier)
            old = PostgresqlLedger(address)
            Run.start(old, items, "register")
            old.close()
            if is_cut:
                with pytest.raises(ConfigurationError, match=r"newer version of amili .*: install that version here as well"):
                    work(address, client, concurrency=2, until_ended=True, on_result=update)
            else:
                work(address, client, concurrency=2, until_ended=True, on_result=update)
        ledger = PostgresqlLedger(address, has_ended=lambda _: True)
        assert ledger.run().state == ("running" if is_cut else "ended")
        list(Run.open(ledger).work(client))
        assert Counter(case.debt.invoice_number for case in client.cases()) == {f"N{n}": 1 for n in range(30)}
    assert {row.state for row in ledger.rows(1)} <= {"done", "reconciled"}
    ledger.close()
