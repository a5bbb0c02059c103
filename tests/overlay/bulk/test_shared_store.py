"""What is in PostgreSQL: addresses that are refused, tables of other versions, a journal of a client, and lost connections."""

import select
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from amili import Amili, ConfigurationError, Quota
from amili._core.engine import database_settings, now
from amili._core.postgresql import LostConnectionError, PostgresqlStore
from amili.bulk import open_ledger
from amili.bulk.ledger import Earlier, Ending, Hold, Intent, NewRow, NewRun, NotBegun, PostgresqlLedger, make_tables
from amili_sandbox.testing import SandboxProcess

from tests.postgresql import change, empty_journal, empty_ledger, own_database
from tests.samples import invoice

SECRET = "hush"
HOLD = Hold(1, "a")


@pytest.fixture
def address() -> str:
    return empty_ledger()


@pytest.fixture
def ledger(address: str) -> Iterator[PostgresqlLedger]:
    ledger = PostgresqlLedger(address)
    ledger.add(NewRun("register", "x", "y", {}), [NewRow(1, "row 1", "N1", "c", "d", 1, "new", "{}")], now())
    yield ledger
    ledger.close()


def cut_off(address: str) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    change(address, f"SELECT pg_terminate_backend(pid) {others}")


@pytest.mark.parametrize("mode", ["prefer", "allow"])
def test_a_connection_that_may_be_without_encryption_is_refused(mode: str) -> None:
    with pytest.raises(ConfigurationError, match=f"ledger: sslmode={mode} may connect to another machine") as refused:
        database_settings(f"postgresql://u:{SECRET}@db.example/amili?sslmode={mode}", "ledger")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://db.example/amili", "require"),
        ("postgresql://db.example/amili?sslmode=verify-full", "verify-full"),
        ("postgresql://db.example/amili?sslmode=disable", "disable"),
        ("postgresql://localhost,db.example/amili", "require"),
        ("postgresql://localhost/amili", None),
        ("postgresql:///amili?host=/run/postgresql", None),
    ],
)
def test_another_machine_is_reached_with_encryption(address: str, mode: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)
    assert database_settings(address, "ledger").get("sslmode") == mode


def test_what_is_no_address_is_refused_without_its_password() -> None:
    with pytest.raises(ConfigurationError, match="this is no address") as refused:
        open_ledger(f"postgresql://u:{SECRET}@[/amili")
    assert SECRET not in str(refused.value)


def test_a_server_that_can_not_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(ConfigurationError, match="the ledger in PostgreSQL can't be opened") as refused:
        open_ledger(f"postgresql://u:{SECRET}@127.0.0.1:1/amili")
    assert SECRET not in str(refused.value)


def test_tables_of_other_versions_are_refused_and_led_on(address: str) -> None:
    try:
        change(address, "UPDATE amili.versions SET version = 99 WHERE part = 'ledger'")
        for use in (open_ledger, make_tables):
            with pytest.raises(ConfigurationError, match="of a newer version"):
                use(address)
        change(address, "UPDATE amili.versions SET version = 0 WHERE part = 'ledger'")
        with pytest.raises(ConfigurationError, match="has no tables yet"):
            open_ledger(address)
        change(address, "UPDATE amili.versions SET version = 2 WHERE part = 'ledger'")
        assert make_tables(address) == (2, 2)
    finally:
        change(address, "UPDATE amili.versions SET version = 2 WHERE part = 'ledger'")


def test_a_connection_that_was_lost_before_is_replaced(ledger: PostgresqlLedger, address: str) -> None:
    cut_off(address)
    assert ledger.run().counts == {"new": 1}


class Cutting:
    """Loses the connection at the commit of a method, after it is on disk."""

    def __init__(self, ledger: PostgresqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left, commit = 1, psycopg.Connection.commit

        def cut(connection: psycopg.Connection[object]) -> None:
            commit(connection)
            if self.left:
                self.left -= 1
                connection.close()
                raise psycopg.OperationalError("the connection was lost")

        monkeypatch.setattr(psycopg.Connection, "commit", cut)
        monkeypatch.setattr("amili._core.postgresql.store._PAUSE", 0.01)


def test_what_was_on_disk_already_is_not_done_twice(ledger: PostgresqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    cutting = Cutting(ledger, monkeypatch)
    assert [row.number for row in ledger.claim(HOLD, now(), 60.0)] == [1]
    cutting.left = 1
    assert ledger.begin(HOLD, 1, Intent("{}"), now(), now() + 60.0) is None
    cutting.left = 1
    ledger.reset(HOLD, [1])
    cutting.left = 1
    assert ledger.begin(HOLD, 1, Intent("{}"), now(), now() + 60.0) is None
    cutting.left = 1
    assert ledger.end(HOLD, [(1, Ending("done", "case"))], now()) == {1}
    (row,) = ledger.rows(1)
    assert (row.state, row.attempts) == ("done", 2)
    cutting.left = 1
    ledger.put_off(HOLD, [1], now(), now())
    cutting.left = 1
    ledger.release(HOLD, now())


def test_a_connection_that_stays_lost_is_an_error(ledger: PostgresqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    cutting = Cutting(ledger, monkeypatch)
    cutting.left = 10**9
    monkeypatch.setattr("amili._core.postgresql.store.PATIENCE", 0.0)
    with pytest.raises(LostConnectionError, match="can't be read"):
        ledger.run()
    cutting.left = 0


def test_an_error_of_the_database_is_ours_and_does_not_break_the_connection(address: str) -> None:
    store = PostgresqlStore(address, "ledger", lambda _: None)
    with (
        pytest.raises(ConfigurationError, match="the ledger in PostgreSQL can't be read: relation"),
        store.transaction("read") as used,
    ):
        used.execute("SELECT * FROM nothing")
    with store.transaction("read") as used:
        assert used.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(ConfigurationError, match="another thread is using it"), store.transaction("read", 0.01):
            pass
        assert abs(store.ahead(used, now())) < 60
    store.close()
    store.close()


def test_a_journal_in_postgresql_works_alone(sandbox: SandboxProcess) -> None:
    address = empty_journal()
    document = invoice("INV-1", account=sandbox.account, creditor=sandbox.creditor)
    for _ in range(2):
        with Amili(sandbox.base_url, sandbox.token, quota="off", journal=address) as client:
            client.register(document)
            assert client.pending() == []
    assert change(own_database(), "SELECT DISTINCT operation, outcome FROM amili.intents") == [("register_invoice", "created")]


def test_a_number_that_another_run_is_registering_is_not_begun(ledger: PostgresqlLedger) -> None:
    ledger.add(NewRun("register", "z", "y", {}), [NewRow(1, "row 1", "N1", "c", "d", 1, "new", "{}")], now())
    for run in (1, 2):
        ledger.claim(Hold(run, "a"), now(), 60.0)
    assert ledger.begin(Hold(1, "a"), 1, Intent("{}"), now(), now() + 60.0) is None
    refused = ledger.begin(Hold(2, "a"), 1, Intent("{}"), now(), now() + 60.0)
    digest = next(iter(ledger.rows(1))).digest
    assert refused == NotBegun("in progress", Earlier(1, 1, "sending", None, digest))


def test_a_connection_that_breaks_within_a_transaction_is_lost(address: str) -> None:
    store = PostgresqlStore(address, "ledger", lambda _: None)
    with pytest.raises(LostConnectionError), store.transaction("read") as used:  # noqa: PT012
        cut_off(address)
        used.execute("SELECT 1")
    store.close()


def test_the_server_ends_a_transaction_that_stands_still_and_the_connection_counts_as_lost(address: str) -> None:
    """Also after many statements, as those of a claim: the locks of a frozen worker would stop all others."""
    store = PostgresqlStore(address, "ledger", lambda _: None)
    with pytest.raises(LostConnectionError, match="idle-in-transaction"), store.transaction("read") as used:  # noqa: PT012
        used.execute("SET LOCAL idle_in_transaction_session_timeout = 100")
        used.executemany("SELECT ?", [(1,), (2,)])
        assert select.select([used.raw], [], [], 10.0)[0], "the server says that it ends the connection"
        used.execute("SELECT 1")
    store.close()


def test_tables_that_are_not_there_are_no_lost_connection(address: str) -> None:
    def prepare(connection: Any) -> None:
        connection.execute("SELECT * FROM nothing")

    with pytest.raises(ConfigurationError, match="can't be opened: relation") as refused:
        PostgresqlStore(address, "ledger", prepare)
    assert not isinstance(refused.value, LostConnectionError)


def test_a_quota_whose_tables_can_not_be_made_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili._core.quota.databases._EXISTS", "SELECT * FROM nothing")
    with pytest.raises(ConfigurationError, match=r"Quota.shared: .*UndefinedTable"):
        Quota.shared(address)
