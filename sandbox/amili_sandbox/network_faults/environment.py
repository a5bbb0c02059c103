"""The sandbox as faults see it."""

from collections.abc import Callable
from threading import Event

from amili_sandbox.access.credentials import Door
from amili_sandbox.state.state import World


class SandboxSurroundings:
    """Lets faults pass time, shut the door to a token, and close the server for a while."""

    def __init__(self, world: World, door: Door) -> None:
        self._world = world
        self._door = door
        self._ending = Event()
        self.close_server: Callable[[float], None] = self._no_server

    def wait(self, seconds: float) -> None:
        """Let real time pass, unless the sandbox ends."""
        self._ending.wait(seconds)

    def end(self) -> None:
        """Wake everyone who waits: the sandbox ends."""
        self._ending.set()

    def refuse_connections(self, seconds: float) -> None:
        """Make the server refuse connections for a while."""
        self.close_server(seconds)

    def expire_token(self, token: str | None) -> None:
        """Make a token worthless."""
        self._door.expire(token)

    def timestamp(self) -> float:
        """Return the sandbox's time."""
        return self._world.clock.timestamp()

    def _no_server(self, _seconds: float) -> None:
        raise RuntimeError("this sandbox has no server that could refuse connections")
