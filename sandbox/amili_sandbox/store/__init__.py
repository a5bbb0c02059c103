"""A small document store that answers like the part of MongoDB that python-eve uses."""

from amili_sandbox.store.bson_order import order_key
from amili_sandbox.store.collection import Collection
from amili_sandbox.store.database import Database
from amili_sandbox.store.durable import DatabaseFileError

__all__ = ["Collection", "Database", "DatabaseFileError", "order_key"]
