"""An opaque holder: error reporters copy the locals of every frame and take tuples, dicts and attributes apart."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Secret(Generic[T]):
    """A value that only a call of `reveal` returns: it is in no attribute, so whoever walks structures does not find it.

    Reveal it inside the expression that needs it: a local variable is in every traceback through its frame.
    """

    __slots__ = ("reveal",)

    def __init__(self, value: T) -> None:
        self.reveal: Callable[[], T] = lambda: value

    def __repr__(self) -> str:
        return "Secret(...)"
