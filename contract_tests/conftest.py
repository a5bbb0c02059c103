import pytest

from contract_tests.contract import Contract


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract.load()
