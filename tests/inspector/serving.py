"""Runs `amili inspect` in a thread of this process."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from amili.cli import main
from amili_inspector import PageServer


@contextmanager
def inspected(*arguments: str) -> Iterator[str]:
    """Run the command until the block ends; gives the address of its pages."""
    started: queue.SimpleQueue[PageServer] = queue.SimpleQueue()
    serve, ends = PageServer.serve, list[int]()

    def announced(server: PageServer) -> None:
        started.put(server)
        serve(server)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PageServer, "serve", announced)
        thread = threading.Thread(target=lambda: ends.append(main(["inspect", *arguments])))
        thread.start()
        server = started.get(timeout=30)
        try:
            yield server.address
        finally:
            server.stop()
            thread.join()
    assert ends == [0]
