"""Threads that work on tasks; they do not keep the process from ending, as a second Ctrl-C asks for."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Threads(Generic[Task, Result]):
    """So many daemon threads, each working on one task at a time. A single one is the calling thread itself."""

    def __init__(self, work: Callable[[Task], Result], number: int) -> None:
        self._work, self._number, self.under_way = work, number, 0
        self._tasks: SimpleQueue[Any] = SimpleQueue()
        self._done: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._started = 0

    def start(self, task: Task) -> None:
        """Begin a task."""
        if self._number == 1:
            self._done.put((self._work(task), None))
        else:
            if self._started < self._number:
                self._started += 1
                threading.Thread(target=self._run, name="amili-bulk", daemon=True).start()
            self._tasks.put((copy_context(), task))
        self.under_way += 1

    def next(self) -> Result:
        """Wait for the next task that is done, and return its result or raise what it raised."""
        result, problem = self._done.get()
        self.under_way -= 1
        if problem is not None:
            raise problem
        done: Result = result
        return done

    def close(self) -> None:
        """Wait for what was begun, whatever comes of it, and let the threads end. A second Ctrl-C ends the wait."""
        while self.under_way:
            self._done.get()
            self.under_way -= 1
        for _ in range(self._started):
            self._tasks.put(None)
        self._started = 0

    def _run(self) -> None:
        while (given := self._tasks.get()) is not None:
            context, task = given
            try:
                self._done.put((context.run(self._work, task), None))
            except BaseException as problem:
                self._done.put((None, problem))
