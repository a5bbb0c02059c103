"""The pytest fixture `sandbox`; loaded by every pytest run, so it imports little until the fixture is used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from amili_sandbox.testing import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_process() -> "Iterator[SandboxProcess]":
    """One sandbox for the whole session, on a free port."""
    from amili_sandbox.testing import SandboxProcess

    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: "SandboxProcess") -> "SandboxProcess":
    """The session's sandbox, as it was at its start: no cases, real time, no faults."""
    sandbox_process.reset()
    return sandbox_process
