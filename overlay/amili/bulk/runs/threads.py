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
        self._work, self._number = work, number
        self.under_way: int = 0
        self._tasks: SimpleQueue[Any] = SimpleQueue()
        self._done: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, task: Task) -> None:
        """Begin a task."""
        if self._number == 1:
            self._done.put((self._work(task), None))
        else:
            if len(self._threads) < self._number:
                thread = threading.Thread(target=self._run, name="amili-bulk", daemon=True)
                thread.start()
                self._threads.append(thread)
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
        """Wait for what was begun, whatever comes of it, and end the threads. A second Ctrl-C ends the wait."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (given := self._tasks.get()) is not None:
            context, task = given
            try:
                self._done.put((context.run(self._work, task), None))
            except BaseException as problem:
                self._done.put((None, problem))
