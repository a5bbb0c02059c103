import pytest

from contract_tests.contract import CONTRACT_FILE, Contract, change_lines, missing_version
from contract_tests.findings import Finding, agree, fact


def test_what_changed_since_the_last_release_is_named_and_has_a_version(
    contract: Contract, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = change_lines(contract)
    with capsys.disabled():  # on every run, also where the version was raised
        print(*changed, sep="\n", end="\n" if changed else "")
    part = missing_version(contract)
    advice = f"a higher {part} part; if that contract was never released: scripts/contract compare --release"
    rule, pointer, rests_on = "changes raise the version", "/info/version", fact("contract_rules")
    agree(Finding(CONTRACT_FILE.name, rule, pointer, advice, each, rests_on=rests_on) for each in changed if part)
