"""Connections that do not wait for ever: a proxy or a server that is frozen says nothing, although its TCP still answers.

A peer that is gone is noticed by libpq; its settings are in `database_settings`.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from amili._core.engine import monotonic

T = TypeVar("T")
SILENCE = 40.0  # seconds; longer than the 30 that statements wait for each other


class SilentServerError(psycopg.OperationalError):
    """The server said nothing for so long that the connection counts as lost."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is lost after `silence` seconds of waiting in vain; raises SilentServerError."""

    silence = SILENCE

    def wait(self, gen: PQGen[T], *rest: Any, **options: Any) -> T:
        """Wait for the server."""
        try:
            return super().wait(_within(gen, self.silence), *rest, **options)
        except SilentServerError:
            self.pgconn.finish()
            raise


class BoundedAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for asyncio."""

    silence = SILENCE

    async def wait(self, gen: PQGen[T], *rest: Any, **options: Any) -> T:
        """Wait for the server."""
        try:
            return await super().wait(_within(gen, self.silence), *rest, **options)
        except SilentServerError:
            self.pgconn.finish()
            raise


def _within(waiting: PQGen[T], seconds: float) -> PQGen[T]:
    """Wait as `waiting` does, which is told from time to time that there is nothing, until that was so for so many seconds."""
    heard = monotonic()
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if ready:
                heard = monotonic()
            elif monotonic() - heard > seconds:
                raise SilentServerError(f"the server said nothing for {seconds:g} seconds")
            wanted = waiting.send(ready)
    except StopIteration as ended:
        result: T = ended.value
        return result
