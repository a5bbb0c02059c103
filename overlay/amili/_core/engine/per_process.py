"""What each process must have for itself, such as a lock: in a forked child the thread that holds the parent's does not run."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value for each process, made when it is first asked for; all threads of a process get the same."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._values = make, dict[int, T]()

    def get(self) -> T:
        """Return the value of this process."""
        pid = os.getpid()
        if pid not in self._values:
            self._values.setdefault(pid, self._make())  # of two threads that come first together, one wins
        return self._values[pid]
