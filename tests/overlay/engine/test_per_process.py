"""What each process has for itself."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from amili._core.engine import PerProcess

from tests.overlay.support import in_a_child


def test_all_threads_of_a_process_share_one_value() -> None:
    made = PerProcess(object)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: made.get(), range(100)))) == 1


def test_a_forked_child_makes_its_own_and_the_parent_keeps_its_own() -> None:
    lock = PerProcess(threading.Lock)
    mine = lock.get()
    with mine:
        assert in_a_child(lambda: lock.get() is not mine and lock.get().acquire(timeout=5)) == 0
    assert lock.get() is mine


def test_a_value_belongs_to_the_process_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    made = PerProcess(object)
    first = made.get()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert made.get() is not first
