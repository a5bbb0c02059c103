"""Writes to all collections: kept together at the end of a transaction, or undone together."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import RLock, get_ident, local

from amili_sandbox.store.durable import SqliteFile


class Transactions:
    """One lock and one list of changes to undo, for all collections of a database; the file, if any, commits with them."""

    def __init__(self, file: SqliteFile | None) -> None:
        self.lock = RLock()
        self._file = file
        self._depth = 0
        self._owner = 0  # the thread whose transaction it is
        self._deferred = local()
        self._rollback_only = False
        self._undo: list[Callable[[], object]] = []

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Make everything written inside durable together at the end, or undo all of it on an exception.

        One inside another belongs to the outer one. Readers in other threads wait until the outermost ends.
        """
        with self.lock:
            self._depth += 1
            self._owner = get_ident()
            try:
                yield
                if self._depth == 1 and not self._rollback_only and self._file:
                    self._file.commit()
            except BaseException:
                self._rollback_only = True
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    if self._rollback_only:
                        self._roll_back()
                    self._undo.clear()
                    self._rollback_only = False
                    self._owner = 0

    @contextmanager
    def defer(self) -> Iterator[None]:
        """Let this thread call `start` inside; the transaction that it begins ends with the block."""
        with ExitStack() as stack:
            self._deferred.stack = stack
            try:
                yield
            finally:
                self._deferred.stack = None

    def start(self) -> None:
        """Begin the transaction that `defer` announced; does nothing where it has begun, or none was announced."""
        stack: ExitStack | None = getattr(self._deferred, "stack", None)
        self._deferred.stack = None
        if stack is not None:
            stack.enter_context(self.begin())

    def set_rollback_only(self) -> None:
        """Make the transaction of this thread undo everything when it ends; does nothing if it has begun none."""
        if self._owner == get_ident():
            self._rollback_only = True

    def add_change(self, collection: str, ordinal: int, raw: bytes | None, undo: Callable[[], object]) -> None:
        """Add one change to the current transaction: a document as it is now (None: removed), and how to undo it."""
        if self._file:
            self._file.write(collection, ordinal, raw)
        self._undo.append(undo)

    def _roll_back(self) -> None:
        for undo in reversed(self._undo):
            undo()
        if self._file:
            self._file.roll_back()
