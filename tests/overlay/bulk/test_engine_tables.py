"""The tables of the engine of workers: made, adopted, led on by its migrations, and refused if they are of another version."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from amili import Amili, ConfigurationError
from amili.bulk.workers import init_ledger, work
from procrastinate.schema import SchemaManager

from tests.postgresql import change, empty_ledger
from tests.virtual_time import BASE_URL

RECORD = "SELECT version FROM amili.versions WHERE part = 'engine'"
INVENTED = {
    "99.00.00_01_pre_more.sql": "CREATE TABLE procrastinate_invented (n integer)",
    "99.00.00_50_post_more.sql": "INSERT INTO procrastinate_invented VALUES (1)",
    "99.01.00_01_pre_even_more.sql": "UPDATE procrastinate_invented SET n = 2",
}


@pytest.fixture
def address() -> Iterator[str]:
    address = empty_ledger()
    init_ledger(address)
    made = change(address, RECORD)
    yield address
    forget = "DROP TABLE IF EXISTS amili.procrastinate_invented"
    change(address, forget, "DELETE FROM amili.versions WHERE part = 'engine'")
    init_ledger(address)
    assert change(address, RECORD) == made


@pytest.fixture
def later(address: str, tmp_path: Path) -> Iterator[Path]:
    """A later engine is installed than that which made the tables."""
    for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"):
        (tmp_path / file.name).write_text("SELECT 1 / 0")
    for name, text in INVENTED.items():
        (tmp_path / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SchemaManager, "get_migrations_path", lambda: str(tmp_path))
        yield tmp_path


@pytest.mark.parametrize("before", ["SELECT 1", "DELETE FROM amili.versions WHERE part = 'engine'"])
@pytest.mark.usefixtures("later")
def test_init_applies_what_is_new_in_its_order_and_once(address: str, before: str) -> None:
    change(address, before)
    for _ in range(2):
        init_ledger(address)
        assert change(address, RECORD) == [(99_01_00_01,)]
        assert change(address, "SELECT n FROM amili.procrastinate_invented") == [(2,)]


def test_a_migration_that_fails_leaves_what_was_before_it(address: str, later: Path) -> None:
    last = later / "99.01.00_01_pre_even_more.sql"
    last.write_text("UPDATE procrastinate_invented SET n = 2; SELECT 1 / 0")
    with pytest.raises(ConfigurationError, match="the queue in PostgreSQL can't be set up: division by zero"):
        init_ledger(address)
    assert change(address, RECORD) == [(99_00_00_50,)]
    assert change(address, "SELECT n FROM amili.procrastinate_invented") == [(1,)]


def refused(address: str) -> str:
    with Amili(BASE_URL, "token", quota="off") as client, pytest.raises(ConfigurationError) as problem:
        work(address, client)
    return str(problem.value)


@pytest.mark.usefixtures("later")
def test_workers_refuse_tables_of_an_older_engine(address: str) -> None:
    assert "has tables of an older procrastinate: `amili bulk init" in refused(address)


def test_workers_and_init_refuse_tables_of_a_newer_engine(address: str) -> None:
    change(address, "UPDATE amili.versions SET version = 99000001 WHERE part = 'engine'")
    said = "the queue in PostgreSQL has tables of a newer procrastinate: install that version here as well"
    assert refused(address) == said
    with pytest.raises(ConfigurationError, match=said):
        init_ledger(address)


def test_workers_refuse_a_database_without_tables_of_the_engine(address: str) -> None:
    change(address, "ALTER TABLE amili.procrastinate_jobs RENAME TO gone")
    try:
        assert "the queue in PostgreSQL has no tables yet: `amili bulk init" in refused(address)
    finally:
        change(address, "ALTER TABLE amili.gone RENAME TO procrastinate_jobs")
