from collections.abc import Iterator

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import TLS


@pytest.fixture
def pages(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    """A client of the pages; their start page is at the empty path."""
    with httpx.Client(base_url=sandbox.page, timeout=30, verify=TLS, follow_redirects=True) as client:
        yield client
