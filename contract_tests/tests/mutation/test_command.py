import os

import pytest

from contract_tests.mutation.__main__ import main


def test_settings_of_a_machine_do_not_narrow_the_score(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"PYTEST_ADDOPTS": "-k tour", "PATH": "/bin"}
    monkeypatch.setattr(os, "environ", environ)
    monkeypatch.setattr("sys.argv", ["mutation-score"])
    monkeypatch.setattr(pytest, "main", lambda _: 0)
    assert main() == 0
    assert environ.keys() == {"PATH", "NO_PROXY", "no_proxy"}
