from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.cassettes.cassette import Cassette, ProvenanceError, cassettes, digest, read, record_file, to_renew, too_old
from contract_tests.conformance import judge
from contract_tests.contract import Contract

CASSETTES = cassettes()


def _copied(cassette: Cassette, folder: Path) -> Path:
    file = folder / cassette.file.name
    file.write_text(cassette.file.read_text())
    record_file(file).write_text(record_file(cassette.file).read_text())
    return file


def test_a_cassette_that_was_changed_after_its_record_is_refused(tmp_path: Path) -> None:
    file = _copied(CASSETTES[0], tmp_path)
    file.write_text(file.read_text().replace("code: 201", "code: 200", 1))
    with pytest.raises(ProvenanceError, match="changed after"):
        read(file)


def test_a_cassette_without_a_record_is_refused(tmp_path: Path) -> None:
    file = _copied(CASSETTES[0], tmp_path)
    record_file(file).unlink()
    with pytest.raises(ProvenanceError, match="nobody can tell what it proves"):
        read(file)


def test_a_transcribed_cassette_cannot_be_called_recorded(tmp_path: Path) -> None:
    file = _copied(CASSETTES[0], tmp_path)
    record_file(file).write_text(record_file(file).read_text().replace("kind: documented", "kind: recorded"))
    with pytest.raises(ProvenanceError, match="a recorded cassette has"):
        read(file)


def recorded(folder: Path, **changes: Any) -> Path:
    """Dress the guide's exchanges as a recording, as somebody might who takes them for one."""
    guide = yaml.safe_load(CASSETTES[0].file.read_text())
    for item in guide["interactions"]:
        item["response"]["headers"] |= {name: [value] for name, value in changes.get("headers", {}).items()}
    host, day = changes.get("host", "api-sandbox.amili.se"), changes.get("day", date(2026, 11, 20))
    record = {"kind": changes.get("kind", "recorded"), "host": host, "recorded": day, "client": "a person", "scrubber_version": 2}
    record |= {"contract_sha256": "0" * 64, "interactions_sha256": digest(guide["interactions"])}
    file = folder / "tour.yaml"
    file.write_text(yaml.safe_dump(guide))
    record_file(file).write_text(yaml.safe_dump(record))
    return file


DATE = {"date": "Fri, 20 Nov 2026 10:00:00 GMT"}


def test_a_recording_has_a_date_in_every_reply_and_names_its_host(tmp_path: Path) -> None:
    assert read(recorded(tmp_path, headers=DATE)).kind == "recorded"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "a reply has no date"),
        ({"headers": {"date": "yesterday"}}, "a reply has no date"),
        ({"headers": DATE, "day": date(2026, 11, 25)}, "a reply is of 2026-11-20, not of 2026-11-25"),
        ({"headers": DATE, "host": "api.amili.se"}, "a request went to api-sandbox.amili.se, not to api.amili.se"),
        ({"headers": {**DATE, "server": "amili-sandbox"}}, "a stand-in answered"),
        ({"kind": "stand-in"}, "a reply has no date"),
    ],
)
def test_what_nobody_recorded_cannot_be_called_recorded(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError, match=f"is not what its record says, .*: {told}"):
        read(recorded(tmp_path, **changes))


@pytest.mark.parametrize(("days", "renew", "refuse"), [(89, 0, 0), (90, 1, 0), (179, 1, 0), (180, 1, 1)])
def test_a_recording_ages_and_nothing_else_does(days: int, renew: int, refuse: int, tmp_path: Path) -> None:
    made, today = read(recorded(tmp_path, headers=DATE)), date(2026, 11, 20) + timedelta(days=days)
    told = f"tour was recorded {days} days ago"
    assert to_renew([made, *CASSETTES], today) == [told] * renew
    assert too_old([made, *CASSETTES], today) == [told] * refuse


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
    file = _copied(CASSETTES[0], tmp_path)
    text = file.read_text()
    assert before in text, "the cassette has changed; choose another corruption"
    file.write_text(text.replace(before, after))
    provenance = yaml.safe_load(record_file(file).read_text())
    provenance["interactions_sha256"] = digest(yaml.safe_load(file.read_text())["interactions"])
    record_file(file).write_text(yaml.safe_dump(provenance))
    assert rule in {finding.rule for exchange in read(file).exchanges for finding in judge(contract, exchange)}
