import signal
import socket
from collections.abc import Iterator

import pytest

from tests.overlay.support import Clients


@pytest.fixture(params=["sync", "async"])
def clients(request: pytest.FixtureRequest) -> Iterator[Clients]:
    """Makes clients; the test runs once with Amili and once with AsyncAmili, in the same words."""
    made = Clients(request.param)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "TOKEN", "API_CODE", "PRIVATE_KEY", "PRIVATE_KEY_FILE", "INSECURE"):
        monkeypatch.delenv(f"AMILI_{name}", raising=False)


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port on which nobody listens: it is held, but never listened on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """A process that was started in the background ignores SIGINT; then Python does not turn it into KeyboardInterrupt."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
