"""What a person has accepted stays accepted until it changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from contract_tests.findings import AcceptedDeviation, AcceptedDeviations, Finding, fact, to_accept

WHY = fact("nothing_else")
VALUE = Finding("list_cases", "undocumented value in 200", "/_items/3/state", "known", '"surveillance"', "curl", rests_on=WHY)
TYPE = Finding("list_cases", "wrong type in 200", "/_items/0/debt/fee", "number", '"5"', "curl", rests_on=WHY)
ANSWER = Finding("cancel_case", "behaviour second cancellation", "", "refused", "accepted", rests_on=WHY)
FINDINGS = [VALUE, TYPE, ANSWER]


def of_file(tmp_path: Path, server: str, finding: Finding, reason: str = "because") -> AcceptedDeviations:
    file = tmp_path / "accepted.yaml"
    file.write_text(to_accept(finding, server).replace("reason: ''", f"reason: {reason}"), encoding="utf-8")
    return AcceptedDeviations.of(server, file)


@pytest.mark.parametrize("finding", FINDINGS)
def test_a_fingerprint_is_that_of_operation_rule_and_place_in_any_order(finding: Finding) -> None:
    same = replace(
        finding, pointer=finding.pointer.replace("3", "7").replace("0", "12"), expected="else", repeat="", rests_on=fact("json")
    )
    assert same.fingerprint == finding.fingerprint
    others = [replace(finding, operation="x"), replace(finding, rule=f"{finding.rule} 1"), replace(finding, pointer="/x")]
    assert len({finding.fingerprint, *(other.fingerprint for other in others)}) == 4


def test_another_value_is_another_finding_only_where_the_value_is_the_finding() -> None:
    changed = [replace(finding, seen="else").fingerprint != finding.fingerprint for finding in FINDINGS]
    assert changed == [True, False, True]


def test_fingerprints_never_change_or_what_code_hosts_know_would_be_new() -> None:
    assert [finding.fingerprint for finding in FINDINGS] == ["5632a0dfbe698e9c", "d0b285f757a3130a", "9e82516763da0f03"]


@pytest.mark.parametrize("finding", FINDINGS)
@pytest.mark.parametrize("server", ["http://127.0.0.1:4", "https://api.example.se"])
def test_the_entry_that_a_report_proposes_accepts_its_finding_until_it_changes(
    finding: Finding, server: str, tmp_path: Path
) -> None:
    accepted = of_file(tmp_path, server, finding)
    assert accepted.unaccepted([replace(finding, expected="else", pointer=finding.pointer.replace("3", "9"))]) == []
    assert (len(accepted.matched), accepted.unused) == (1, [])
    moved = replace(finding, pointer="/elsewhere")
    assert accepted.unaccepted([moved]) == [moved]
    other = replace(finding, seen="else")
    assert accepted.unaccepted([other]) == ([other] if finding is not TYPE else [])
    assert AcceptedDeviations.of("https://other.example.se", tmp_path / "accepted.yaml").unaccepted([finding]) == [finding]


def test_a_proposed_entry_counts_only_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a reason and a date"):
        of_file(tmp_path, "https://api.example.se", VALUE, reason="''")


def test_what_is_not_met_is_unused_unless_it_is_rare() -> None:
    entry = AcceptedDeviation("h", VALUE.operation, VALUE.rule, "/_items/*/state", "because", date(2026, 11, 23), VALUE.seen)
    assert AcceptedDeviations([entry]).unused == [entry]
    assert AcceptedDeviations([replace(entry, rare=True)]).unused == [], "what is rare need not be met"


@pytest.mark.parametrize(("wrong", "says"), [
    ({"reason": " "}, "needs a reason and a date"),
    ({"date": "2026-11-23"}, "needs a reason and a date"),
    ({"date": None}, "needs a reason and a date"),
    ({"seen": "x"}, "can have no value"),
    ({"rule": VALUE.rule}, "needs the value"),
])  # fmt: skip
def test_an_entry_that_says_too_little_or_too_much_is_refused(wrong: dict[str, Any], says: str) -> None:
    entry: dict[str, Any] = dict.fromkeys(("host", "operation", "rule", "pointer", "reason"), "x") | {"date": date(2026, 1, 1)}
    AcceptedDeviation(**entry)
    with pytest.raises(ValueError, match=says):
        AcceptedDeviation(**{**entry, **wrong})


def test_what_is_accepted_was_accepted_in_the_past() -> None:
    assert all(entry.date <= datetime.now(UTC).date() for entry in AcceptedDeviations.of("http://127.0.0.1").accepted)
