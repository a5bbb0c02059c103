"""The pytest fixture `sandbox`; loaded by every pytest run, so it imports little until the fixture is used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from amili_sandbox.testing import SandboxProcess

KEEP = "--sandbox-keep"
FAILED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that keeps the stand-in open."""
    text = "after a failed test with the fixture `sandbox`, say where to look and keep the stand-in until Enter is pressed"
    parser.getgroup("amili-sandbox").addoption(KEEP, action="store_true", help=text)


def pytest_exception_interact(node: pytest.Item | pytest.Collector, report: Any) -> None:
    """Note which test has failed."""
    if isinstance(report, pytest.TestReport):
        node.stash[FAILED] = True


@pytest.fixture(scope="session")
def sandbox_process() -> "Iterator[SandboxProcess]":
    """One sandbox for the whole session, on a free port."""
    from amili_sandbox.testing import SandboxProcess

    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: "SandboxProcess", request: pytest.FixtureRequest) -> "Iterator[SandboxProcess]":
    """The session's sandbox, as it was at its start: no cases, real time, no faults."""
    sandbox_process.reset()
    yield sandbox_process
    if request.config.getoption(KEEP) and request.node.stash.get(FAILED, False):
        _keep(sandbox_process, request)


def _keep(process: "SandboxProcess", request: pytest.FixtureRequest) -> None:
    """Print where to look, and wait for a person, with the terminal in place of what pytest captures."""
    from amili_sandbox.testing import address_to_look_at, wait_for_enter

    address = address_to_look_at(process)
    capture: Any = request.config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend(in_=True)
    try:
        print(f"\n{request.node.nodeid} failed. Look at {address}", flush=True)
        wait_for_enter()
    finally:
        if capture is not None:
            capture.resume()
