from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.cassettes.cassette import FAIL_AFTER, WARN_AFTER, ProvenanceError, cassettes, older_than, read
from contract_tests.conformance import check_exchange
from contract_tests.contract import Contract

CASSETTES = cassettes()


def changed(folder: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """Write the guide's cassette with a change."""
    document = yaml.safe_load(CASSETTES[0].file.read_text(encoding="utf-8"))
    change(document)
    file = folder / "tour.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


@pytest.mark.parametrize(("change", "problem"), [
    (lambda cassette: cassette.pop("provenance"), "the kind of its provenance"),
    (lambda cassette: cassette["provenance"].pop("page"), "a documented cassette has"),
    (lambda cassette: cassette["provenance"].update(kind="recorded"), "a recorded cassette has"),
])  # fmt: skip
def test_a_cassette_without_its_provenance_is_refused(change: Any, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError, match=problem):
        read(changed(tmp_path, change))


def recorded(folder: Path, **changes: Any) -> Path:
    """Make the guide's exchanges look like a recording."""

    def change(cassette: dict[str, Any]) -> None:
        for item in cassette["interactions"]:
            item["response"]["headers"] |= {name: [value] for name, value in changes.get("headers", {}).items()}
        host, day = changes.get("host", "api-sandbox.amili.se"), changes.get("day", date(2026, 11, 20))
        kind = changes.get("kind", "recorded")
        cassette["provenance"] = {"kind": kind, "host": host, "recorded": day, "client": "a person"}

    return changed(folder, change)


DATE = {"date": "Fri, 20 Nov 2026 10:00:00 GMT"}


def test_a_recording_has_a_date_in_every_response_and_names_its_host(tmp_path: Path) -> None:
    assert read(recorded(tmp_path, headers=DATE)).kind == "recorded"
    assert read(recorded(tmp_path, headers=DATE, day=date(2026, 11, 25), kind="stand-in")).kind == "stand-in"


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ({}, "a response has no date"),
        ({"headers": {"date": "yesterday"}}, "a response has no date"),
        ({"headers": DATE, "day": date(2026, 11, 25)}, "a response is of 2026-11-20, not of 2026-11-25"),
        ({"headers": DATE, "host": "api.amili.se"}, "a request went to api-sandbox.amili.se, not to api.amili.se"),
        ({"headers": {**DATE, "server": "amili-sandbox"}}, "a stand-in answered"),
        ({"kind": "stand-in"}, "a response has no date"),
    ],
)
def test_a_transcription_cannot_be_called_recorded(changes: dict[str, Any], reported: str, tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError, match=reported):
        read(recorded(tmp_path, **changes))


@pytest.mark.parametrize(("days", "renew", "refuse"), [(89, 0, 0), (90, 1, 0), (179, 1, 0), (180, 1, 1)])
def test_a_recording_ages_and_nothing_else_does(days: int, renew: int, refuse: int, tmp_path: Path) -> None:
    made, today = read(recorded(tmp_path, headers=DATE)), date(2026, 11, 20) + timedelta(days=days)
    line = f"tour was recorded {days} days ago"
    assert older_than([made, *CASSETTES], today, WARN_AFTER) == [line] * renew
    assert older_than([made, *CASSETTES], today, FAIL_AFTER) == [line] * refuse


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("code: 201", "code: 202", "undocumented status in 202"),
        ("code: 200", "code: 418", "undocumented status in 418"),
        ('"_etag": "8bfdf8614dc48aa763568c6e6a914e3f0503e18e",\n', "\n", "missing property in 201"),
        ('"amount": 500\n', '"amount": "500"\n', "wrong type in 200"),
        ("07 Oct 2025 07:41:01 GMT", "2025-10-07T07:41:01Z", "wrong format in 201"),
        ('"initial_capital": 500,', '"initial_capital": 0.30000000000000004,', "wrong value in 200"),
        ('"_status": "OK"', '"_status": "OK", "_status": "OK"', "no strict JSON in 201"),
        ('"origin": "creditor_system"\n', '"origin": "somebody"\n', "request-body"),
        ("cases?where", "cases?wehre", "request-parameter"),
        ("where=%7B", "where=", "request-parameter"),
        ("- application/json\n    body:\n      string", "- text/html\n    body:\n      string", "wrong content type in 201"),
        ("uri: https://api-sandbox.amili.se/cases", "uri: https://api-sandbox.amili.se/case", "operation"),
    ],
)
def test_a_corrupted_cassette_does_not_pass(contract: Contract, tmp_path: Path, before: str, after: str, rule: str) -> None:
    text = CASSETTES[0].file.read_text(encoding="utf-8")
    assert before in text, "the cassette has changed; choose another corruption"
    file = tmp_path / "guide-flow.yaml"
    file.write_text(text.replace(before, after), encoding="utf-8")
    assert rule in {finding.rule for exchange in read(file).exchanges for finding in check_exchange(contract, exchange)}
