"""All collections of the stand-in, changed together or not at all."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from bson import ObjectId

from amili_sandbox.store.collection import Collection
from amili_sandbox.store.durable import SqliteFile
from amili_sandbox.store.results import Snapshot
from amili_sandbox.store.transactions import Transactions


class Database:
    """Collections in memory, written through to one SQLite file if there is one."""

    def __init__(
        self,
        indexes: Mapping[str, tuple[str, ...]],
        *,
        new_id: Callable[[], ObjectId] = ObjectId,
        file: Path | None = None,
    ) -> None:
        self._new_id = new_id
        self._indexes = indexes
        self._collections: dict[str, Collection] = {}
        self._file = SqliteFile(file) if file is not None else None
        self._transactions = Transactions(self._file)
        if self._file is not None:
            self._file.load(lambda name, rows: self[name].load(rows))

    def __getitem__(self, name: str) -> Collection:
        if name not in self._collections:
            with self._transactions.lock:
                new = Collection(name, self._indexes.get(name, ()), self._transactions, self._new_id)
                self._collections.setdefault(name, new)
        return self._collections[name]

    def transaction(self) -> AbstractContextManager[None]:
        """Make everything written inside durable together at the end, or undo all of it on an exception."""
        return self._transactions.begin()

    def deferred_transaction(self) -> AbstractContextManager[None]:
        """Like `transaction`, but from `start_transaction` on: what comes before does not keep others waiting."""
        return self._transactions.defer()

    def start_transaction(self) -> None:
        """Begin the transaction that was deferred."""
        self._transactions.start()

    def set_rollback_only(self) -> None:
        """Make the transaction of this thread, if there is one, undo everything when it ends."""
        self._transactions.set_rollback_only()

    def snapshot(self) -> dict[str, Snapshot]:
        """Return what `restore` needs to bring back the present documents."""
        with self._transactions.lock:
            return {name: collection.snapshot() for name, collection in self._collections.items()}

    def restore(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Bring back the documents of a snapshot, in the file too."""
        with self._transactions.lock:
            for name, collection in self._collections.items():
                collection.restore(snapshots.get(name))
            if self._file:
                self._file.replace_everything((name, snapshot.documents) for name, snapshot in snapshots.items())

    def close(self) -> None:
        """Close the file."""
        with self._transactions.lock:
            if self._file:
                self._file.close()
