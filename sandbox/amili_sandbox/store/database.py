"""All collections of the sandbox, changed together or not at all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from bson import ObjectId

from amili_sandbox.store.collection import Collection
from amili_sandbox.store.durable import SqliteFile
from amili_sandbox.store.results import Snapshot

NEVER_INDEXED: tuple[str, ...] = ()


class Database:
    """Collections in memory, written through to one SQLite file if there is one."""

    def __init__(
        self,
        indexes: Mapping[str, tuple[str, ...]],
        *,
        new_id: Callable[[], ObjectId] = ObjectId,
        file: Path | None = None,
    ) -> None:
        self.new_id = new_id
        self._indexes = indexes
        self._lock = RLock()
        self._depth = 0
        self._doomed = False
        self._undo: list[Callable[[], object]] = []
        self._collections: dict[str, Collection] = {}
        self._file = SqliteFile(file) if file is not None else None
        for name, rows in self._file.load() if self._file else ():
            self[name].load(rows)

    def __getitem__(self, name: str) -> Collection:
        if name not in self._collections:
            with self._lock:
                paths = self._indexes.get(name, NEVER_INDEXED)
                self._collections.setdefault(name, Collection(self, name, paths, self._lock))
        return self._collections[name]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything written inside durable together at the end, or undo all of it on an exception.

        One inside another belongs to the outer one. Readers in other threads wait until the outermost ends.
        """
        with self._lock:
            self._depth += 1
            try:
                yield
                if self._depth == 1 and not self._doomed and self._file:
                    self._file.commit()
            except BaseException:
                self._doomed = True
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    if self._doomed:
                        self._roll_back()
                    self._undo.clear()
                    self._doomed = False

    def doom(self) -> None:
        """Make the transaction that is going on undo everything when it ends."""
        self._doomed = True

    def snapshot(self) -> dict[str, Snapshot]:
        """Return what `restore` needs to bring back the present documents."""
        with self._lock:
            return {name: collection.snapshot() for name, collection in self._collections.items()}

    def restore(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Bring back the documents of a snapshot, in the file too."""
        with self._lock:
            for name, collection in self._collections.items():
                collection.restore(snapshots.get(name, collection.nothing()))
            if self._file:
                rows = ((name, snapshot.documents) for name, snapshot in snapshots.items())
                self._file.replace_everything(rows)

    def wrote(self, collection: str, ordinal: int, raw: bytes | None) -> None:
        """Note for the file that a document changed, or went (None)."""
        if self._file:
            self._file.write(collection, ordinal, raw)

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Remember how to take one change back."""
        self._undo.append(undo)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file:
                self._file.close()

    def _roll_back(self) -> None:
        for undo in reversed(self._undo):
            undo()
        if self._file:
            self._file.roll_back()

    def __repr__(self) -> str:
        sizes: dict[str, Any] = {name: collection.count_documents({}) for name, collection in self._collections.items()}
        return f"Database({sizes})"
