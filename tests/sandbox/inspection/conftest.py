from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import TLS, Api


@pytest.fixture
def pages(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    """A client of the pages; their start page is at the empty path."""
    with httpx.Client(base_url=sandbox.page, timeout=30, verify=TLS, follow_redirects=True) as client:
        yield client


@pytest.fixture
def aged(api: Api) -> dict[str, Any]:
    """A case at a frozen time, credited twice; the response to the second crediting was lost."""
    api.sandbox.clock.set("2025-10-07T08:00:00Z", frozen=True)
    receipt = api.register()
    api.sandbox.clock.advance(days=2)
    api.http.post("/creditor-crediting", json=api.crediting(receipt["_case"], 100.0))
    api.sandbox.clock.advance(days=1)
    api.sandbox.faults.add("drop_after", method="POST", times=1)
    with pytest.raises(httpx.TransportError):
        api.http.post("/creditor-crediting", json=api.crediting(receipt["_case"], 50.0))
    return receipt
