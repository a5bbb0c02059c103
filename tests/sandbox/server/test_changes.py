"""The count of what happened: who waits for the next event is woken by it."""

from queue import Queue
from threading import Thread

from amili_sandbox.server import Changes

ROUNDS = 200  # in most of which the other thread waits already


def test_who_waits_is_woken_by_the_next_change() -> None:
    changes, seen = Changes(), Queue[int]()

    def follow() -> None:
        number = 0
        for _ in range(ROUNDS):
            number = changes.wait(number, 600)
            seen.put(number)

    thread = Thread(target=follow, daemon=True)
    thread.start()
    for number in range(1, ROUNDS + 1):
        changes.add()
        assert seen.get(timeout=60) == number
    thread.join(60)
    assert not thread.is_alive()


def test_what_happened_before_is_not_waited_for() -> None:
    changes = Changes()
    changes.add()
    assert changes.wait(0, 600) == changes.number() == 1
    assert changes.wait(1, 0) == 1
