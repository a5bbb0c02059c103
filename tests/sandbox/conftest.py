import warnings
from collections.abc import Iterator

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api

with warnings.catch_warnings():
    # Eve defines its types in a way that Cerberus discourages; imported once here, it warns no test.
    warnings.simplefilter("ignore", DeprecationWarning)
    import amili_sandbox.eve  # noqa: F401


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[Api]:
    api = Api(sandbox)
    with api.http:
        yield api


@pytest.fixture
def other_api(sandbox: SandboxProcess) -> Iterator[Api]:
    other = sandbox.accounts()[1]
    api = Api(sandbox, token=other["token"], creditor=other["creditor"])
    api.account = other["account"]
    with api.http:
        yield api
