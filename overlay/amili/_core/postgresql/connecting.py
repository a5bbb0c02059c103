"""Opens connections that do not wait for ever; psycopg is an extra, and imported on first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amili._core.postgresql.bounded import BoundedAsyncConnection, BoundedConnection


def connect(settings: Mapping[str, Any]) -> BoundedConnection:
    """Connect to a database with what `database_settings` returns."""
    from amili._core.postgresql.bounded import BoundedConnection  # noqa: PLC0415 - an extra

    return BoundedConnection.connect(**settings)


def connection_for_asyncio() -> type[BoundedAsyncConnection]:
    """Return the class of connections for asyncio."""
    from amili._core.postgresql.bounded import BoundedAsyncConnection  # noqa: PLC0415 - an extra

    return BoundedAsyncConnection
