"""PostgreSQL as the place of what several machines share: connections that are safe, lost ones, and the database's clock."""

from amili._core.postgresql.connecting import connect, connection_for_asyncio
from amili._core.postgresql.store import LostConnectionError, PostgresqlConnection, PostgresqlStore, SharedConnection

__all__ = [
    "LostConnectionError",
    "PostgresqlConnection",
    "PostgresqlStore",
    "SharedConnection",
    "connect",
    "connection_for_asyncio",
]
