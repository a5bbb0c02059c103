"""Eve's own Mongo data layer, with the sandbox's store in place of the MongoDB server."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from eve.io.mongo import Mongo

from amili_sandbox.eve.python_conditions import install_visitor
from amili_sandbox.store import Database

RFC_1123 = "%a, %d %b %Y %H:%M:%S GMT"


def read_date(text: Any, *, iso_too: bool) -> datetime | None:
    """Read a date from a request body; a ValueError makes Eve complain about the type."""
    if not text:
        return None
    try:
        return datetime.strptime(text, RFC_1123)
    except ValueError:
        if not iso_too:
            raise
    timestamp = datetime.fromisoformat(text)
    # Whole seconds, as responses cannot show more; a date without a zone is UTC.
    return timestamp.replace(microsecond=0, tzinfo=timestamp.tzinfo or UTC).astimezone(UTC).replace(tzinfo=None)


def make_data_layer(database: Database, *, iso_dates: Callable[[], bool]) -> type[Mongo]:
    """Return a data layer class on a database; Eve wants a class and makes the instance itself."""
    connection = SimpleNamespace(db=database)
    install_visitor()

    class StoreLayer(Mongo):
        serializers: ClassVar = {**Mongo.serializers, "datetime": lambda text: read_date(text, iso_too=iso_dates())}

        def init_app(self, app: Any) -> None:
            self.driver = connection
            self.mongo_prefix = None

        def pymongo(self, resource: str | None = None, prefix: str | None = None) -> Any:
            return connection

    return StoreLayer
