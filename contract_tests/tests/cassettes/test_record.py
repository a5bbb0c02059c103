import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import vcr  # type: ignore[import-untyped]
from vcr.request import Request  # type: ignore[import-untyped]

from contract_tests.cassettes.cassette import cassettes
from contract_tests.cassettes.record import Recording, Refused, keep, record_cassette, record_tour
from contract_tests.cassettes.scrubbing import hooks
from contract_tests.conftest import SandboxProcess
from contract_tests.privacy import leaks
from contract_tests.server import Target, stand_in
from contract_tests.tour import STEPS


@pytest.fixture
def target(stand_in_process: SandboxProcess) -> Target:
    return stand_in(stand_in_process)


def test_a_recording_holds_every_exchange_but_those_of_credentials_and_nothing_private_and_leaves_nothing_open(
    stand_in_process: SandboxProcess, target: Target, tmp_path: Path
) -> None:
    before = len(stand_in_process.requests())

    def sent_for_documents() -> int:
        return sum(not request["path"].startswith("/authenticates/") for request in stand_in_process.requests()[before:])

    recording = record_tour(target, STEPS[:14])
    file = keep(recording, tmp_path, stand_in=True)
    (cassette,) = cassettes(tmp_path)
    assert (cassette.kind, cassette.file, cassette.name) == ("stand-in", file, "tour-stand-in")
    assert len(cassette.exchanges) == sent_for_documents() < len(stand_in_process.requests()) - before
    assert {exchange.status for exchange in cassette.exchanges} >= {200, 201, 400, 401, 422}
    assert stand_in_process.token not in file.read_text(encoding="utf-8")
    assert leaks(file.read_text(encoding="utf-8")) == []
    assert recording.broken_off is None
    assert all(entry["cancelled"] for entry in recording.registered_invoices)


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
    folder = tmp_path / "some" / "new"
    assert record_cassette(["--base-url", environment.base_url, "--consent", "127.0.0.1", "--folder", str(folder)]) == 0
    assert "invoices registered, 0 left open" in capsys.readouterr().out
    assert [cassette.kind for cassette in cassettes(folder)] == ["stand-in"]


def test_a_stand_in_on_another_machine_is_known_by_its_responses() -> None:
    elsewhere: Any = type("Elsewhere", (), {"base_url": "https://api.example.se"})
    recording = Recording(elsewhere)
    assert not recording.of_a_stand_in
    recording.document = {"interactions": [{"response": {"headers": {"server": ["amili-sandbox"]}}}]}
    assert recording.of_a_stand_in


def test_a_recording_that_breaks_off_is_not_kept_and_leaves_nothing_open(
    environment: SandboxProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.faults.add("error_500", method="GET", path="/cases", after=10)
    assert record_cassette(["--base-url", environment.base_url, "--consent", "127.0.0.1", "--folder", str(tmp_path)]) == 2
    output = capsys.readouterr()
    assert "5xx to the simplest request" in output.err
    assert re.search(r"[1-9]\d* invoices registered, 0 left open", output.out)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_would_leak_is_not_kept(target: Target, tmp_path: Path) -> None:
    recording = Recording(target, document={"interactions": [], "comment": "write to somebody.real@example.se"})
    with pytest.raises(Refused, match="would hold"):
        keep(recording, tmp_path, stand_in=True)
    assert list(tmp_path.iterdir()) == []


def test_persons_secrets_and_accounts_are_scrubbed(target: Target) -> None:
    scrub = hooks(target)
    asked = "where=%7B%22customer_name%22%3A%22Somebody+Real%22%2C%22page%22%3A1%7D&max_results=2&customer_name" + "=Somebody"
    body = f'{{"creditor":"{target.account.creditor}","customer":{{"name":"Somebody Real"}}}}'
    headers = {"X-API-Key": target.account.token, "Content-Type": "application/json", "User-Agent": "x"}
    request = scrub["before_record_request"](Request("POST", f"{target.base_url}/cases?{asked}", body, headers))
    assert request.headers == {"x-api-key": "FILTERED", "content-type": "application/json"}
    assert request.body == b'{"creditor":"674dbeb208847b9501cc9138","customer":{"name":"FILTERED"}}'
    query = parse_qs(urlsplit(request.uri).query)
    assert query == {"where": ['{"customer_name":"FILTERED","page":1}'], "max_results": ["2"], "customer_name": ["FILTERED"]}
    answer: dict[str, Any] = {"headers": {"Date": ["x"], "Set-Cookie": ["x"]}, "body": {"string": b"<html>" + b"x" * 200}}
    assert scrub["before_record_response"](answer) == {"headers": {"date": ["x"]}, "body": {"string": b"FILTERED"}}


def test_persons_in_a_compressed_response_are_scrubbed(target: Target) -> None:
    body = gzip.compress(b'{"customer_name": "Somebody Real"}')
    answer = {"headers": {"content-encoding": ["gzip"]}, "body": {"string": body}}
    scrub = vcr.VCR(**hooks(target)).get_merged_config()["before_record_response"]
    assert scrub(answer) == {"headers": {}, "body": {"string": b'{"customer_name":"FILTERED"}'}}


def test_a_folder_that_can_not_be_made_is_named_before_anything_is_asked(
    environment: SandboxProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = str(tmp_path / "file" / "new")
    assert record_cassette(["--base-url", environment.base_url, "--consent", "127.0.0.1", "--folder", folder]) == 2
    assert "can't be made" in capsys.readouterr().err
    assert environment.requests() == []


@pytest.mark.parametrize("consent", [[], ["--consent", "elsewhere.example.se"]])
def test_nothing_is_recorded_without_consent_to_just_that_host(consent: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert record_cassette(["--base-url", "https://api.example.se", *consent]) == 2
    assert "--consent api.example.se" in capsys.readouterr().err
