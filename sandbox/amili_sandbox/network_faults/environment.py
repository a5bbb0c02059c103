"""What a network fault can do beyond its own request and response."""

from collections.abc import Callable
from threading import Event


class Environment:
    """Lets faults wait, revoke a token, and close the server for a while."""

    def __init__(self, timestamp: Callable[[], float], expire_token: Callable[[str | None], None]) -> None:
        self.timestamp = timestamp
        self.expire_token = expire_token
        self.refuse_connections: Callable[[float], None] = _refuse_without_server
        self._ending = Event()

    def wait(self, seconds: float) -> None:
        """Let real time pass, unless the stand-in ends."""
        self._ending.wait(seconds)

    def end(self) -> None:
        """End every wait: the stand-in stops."""
        self._ending.set()


def _refuse_without_server(_seconds: float) -> None:
    raise RuntimeError("there is no server that could refuse connections")
