"""A value for each process, such as a lock: a lock held during a fork is never released in the child."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value for each process, created on first use; all threads of a process get the same value."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._values = make, dict[int, T]()

    def get(self) -> T:
        """Return the value of this process."""
        pid = os.getpid()
        if pid not in self._values:
            self._values.setdefault(pid, self._make())  # if two threads do this at once, one value is kept
        return self._values[pid]
