"""What a ledger must not do to a person: count as done what another server has, or credit a corrected file twice."""

from collections import Counter
from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import write_rows
from tests.overlay.cli.bulk.conftest import INPUT, MAP
from tests.overlay.cli.running import Command


def test_a_ledger_is_for_one_server(
    against: Command, registered: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert against("bulk", "map", INPUT, "--for", "lookup", "-o", "lookup.toml").code == 0
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("AMILI_BASE_URL", sandbox.base_url.replace("127.0.0.1", "localhost"))
        for arguments in (["--again"], []):
            ended = against("bulk", "register", INPUT, "--map", MAP, *arguments)
            assert (ended.code, "name another file with --ledger" in ended.err) == (2, True)
            assert f"run 1 of this ledger was at {sandbox.base_url}" in ended.err
        assert against("bulk", "lookup", INPUT, "--map", "lookup.toml").code == 0  # it writes nothing
    assert against("bulk", "register", INPUT, "--map", MAP, "--again").code == 1  # a lookup elsewhere is no obstacle


def test_a_corrected_file_of_creditings_is_not_credited_twice(
    against: Command, registered: Path, sandbox: SandboxProcess
) -> None:
    file = registered.parent / "some.csv"
    write_rows(file, [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F9", "50,00"]])
    assert against("bulk", "map", "some.csv", "--for", "credit", "-o", "credit.toml").code == 0
    assert against("bulk", "credit", "some.csv", "--map", "credit.toml").code == 1
    write_rows(file, [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F2", "50,00"]])
    before = Counter(each["method"] for each in sandbox.requests())
    ended = against("bulk", "credit", "some.csv", "--map", "credit.toml")
    assert (ended.code, "some.csv, row 2 is in run 1 of the ledger already" in ended.err) == (2, True)
    assert Counter(each["method"] for each in sandbox.requests()) == before
    assert against("bulk", "credit", "some.csv", "--map", "credit.toml", "--again").code == 0
