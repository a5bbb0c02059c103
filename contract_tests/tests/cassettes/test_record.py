import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from amili_sandbox.process import SandboxProcess

from contract_tests.cassettes.cassette import cassettes, interactions_in
from contract_tests.cassettes.record import Refused, keep, main, of_a_stand_in, walk
from contract_tests.contract import Contract
from contract_tests.messages import Exchange
from contract_tests.privacy import leaks
from contract_tests.server import Caller, stand_in
from contract_tests.tour import STEPS


@pytest.fixture
def caller(stand_in_process: SandboxProcess, contract: Contract) -> Iterator[Caller]:
    caller = Caller(contract, stand_in(stand_in_process))
    yield caller
    caller.close()


def test_a_recording_holds_every_exchange_and_nothing_private_and_leaves_nothing_open(
    stand_in_process: SandboxProcess, caller: Caller, tmp_path: Path
) -> None:
    ledger, broken_off = walk(caller, STEPS[:14])
    file = keep(caller, tmp_path, "stand-in")
    (cassette,) = cassettes(tmp_path)
    assert (cassette.kind, cassette.file, len(cassette.exchanges)) == ("stand-in", file, len(caller.exchanges))
    assert {exchange.status for exchange in cassette.exchanges} >= {200, 201, 400, 401, 422}
    assert stand_in_process.token not in file.read_text()
    assert leaks(file.read_text()) == []
    assert broken_off is None
    assert all(entry["cancelled"] for entry in ledger)


@pytest.fixture
def environment(stand_in_process: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> SandboxProcess:
    stand_in_process.reset()
    known = {"TOKEN": stand_in_process.token, "ACCOUNT": stand_in_process.account, "CREDITOR": stand_in_process.creditor}
    for name, value in known.items():
        monkeypatch.setenv(f"AMILI_{name}", value)
    return stand_in_process


def test_what_a_stand_in_answered_is_never_called_recorded(
    environment: SandboxProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--base-url", environment.base_url, "--consent", "127.0.0.1", "--folder", str(tmp_path)]) == 0
    assert "invoices registered, 0 left open" in capsys.readouterr().out
    (cassette,) = cassettes(tmp_path)
    assert (cassette.kind, cassette.name) == ("stand-in", "tour-stand-in")


def test_a_stand_in_on_another_machine_is_known_by_its_replies(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_tests.cassettes.record.is_loopback", lambda _: False)
    assert not of_a_stand_in(caller)
    caller.call("list_cases")
    assert of_a_stand_in(caller)


def test_a_recording_that_breaks_off_is_not_kept_and_leaves_nothing_open(
    environment: SandboxProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.faults.add("error_500", method="GET", path="/cases", after=10)
    assert main(["--base-url", environment.base_url, "--consent", "127.0.0.1", "--folder", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "5xx to the simplest request" in said.err
    assert re.search(r"[1-9]\d* invoices registered, 0 left open", said.out)
    assert list(tmp_path.iterdir()) == []


def test_what_would_leak_is_not_kept(caller: Caller, tmp_path: Path) -> None:
    body = b'{"_items":[{"comment":"write to somebody.real@example.se"}]}'
    private = Exchange("GET", f"{caller.target.base_url}/cases", 200, body=body)
    caller.exchanges.append(private)
    with pytest.raises(Refused, match="would hold"):
        keep(caller, tmp_path, "stand-in")
    named = dataclasses.replace(private, body=b'{"_items":[{"customer_name":"Somebody Real"}]}')
    caller.exchanges[:] = [named]
    assert "Somebody" not in keep(caller, tmp_path, "stand-in").read_text()
    asked = "where=%7B%22customer_name%22%3A%22Somebody+Real%22%2C%22page%22%3A1%7D&max_results=2"
    caller.exchanges[:] = [dataclasses.replace(private, url=f"{private.url}?{asked}", body=b"{}")]
    (interaction,) = interactions_in(keep(caller, tmp_path, "stand-in").read_text())
    query = parse_qs(urlsplit(interaction["request"]["uri"]).query)
    assert query == {"where": ['{"customer_name":"FILTERED","page":1}'], "max_results": ["2"]}


def test_a_folder_that_can_not_be_is_said_before_anything_is_asked_and_a_new_one_is_made(
    environment: SandboxProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    command = ["--base-url", environment.base_url, "--consent", "127.0.0.1", "--folder"]
    assert main([*command, str(tmp_path / "file" / "new")]) == 2
    assert "can't be made" in capsys.readouterr().err
    assert environment.requests() == []
    assert main([*command, str(tmp_path / "some" / "new")]) == 0
    assert len(cassettes(tmp_path / "some" / "new")) == 1


@pytest.mark.parametrize("consent", [[], ["--consent", "elsewhere.example.se"]])
def test_nothing_is_recorded_without_consent_to_just_that_host(consent: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", "https://api.example.se", *consent]) == 2
    assert "--consent api.example.se" in capsys.readouterr().err
