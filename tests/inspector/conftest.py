from collections.abc import Iterator

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[Api]:
    api = Api(sandbox)
    with api.http:
        yield api
