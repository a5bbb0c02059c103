from datetime import UTC, datetime

import pytest

from contract_tests.cassettes import FAIL_AFTER, WARN_AFTER, Cassette, cassettes, older_than
from contract_tests.conformance import check_exchange
from contract_tests.contract import Contract
from contract_tests.findings import Finding, agree, agree_on, fact
from contract_tests.guide import guide_documents
from contract_tests.privacy import leaks
from contract_tests.report import RunResult

CASSETTES = cassettes()
each_cassette = pytest.mark.parametrize("cassette", CASSETTES, ids=lambda cassette: cassette.name)


@each_cassette
def test_every_exchange_is_what_the_contract_says(contract: Contract, cassette: Cassette) -> None:
    assert cassette.exchanges
    agree(finding for exchange in cassette.exchanges for finding in check_exchange(contract, exchange))


@each_cassette
def test_there_is_no_token_and_no_real_person_in_it(cassette: Cassette) -> None:
    found = leaks(cassette.file.read_text(encoding="utf-8"))
    rule, rests_on = "a cassette holds nothing private", fact("cassettes")
    agree(Finding(cassette.name, rule, "", "nothing private", str(leak), rests_on=rests_on) for leak in found)


def test_no_recording_is_too_old_for_a_release() -> None:
    old = older_than(CASSETTES, datetime.now(UTC).date(), FAIL_AFTER)
    agree_on("cassettes", "scripts/record makes new ones", [], old, rests_on=fact("cassettes"))


def test_old_recordings_are_listed_before_they_are_too_old(run_result: RunResult) -> None:
    run_result.expiring = older_than(CASSETTES, datetime.now(UTC).date(), WARN_AFTER)


def test_the_flow_of_the_guide_has_the_documents_of_the_guide() -> None:
    flow = next(cassette for cassette in CASSETTES if cassette.name == "guide-flow")
    assert flow.kind == "documented"
    bodies = {text.decode() for exchange in flow.exchanges for text in (exchange.request_body, exchange.body) if text}
    others, rests_on = sorted(bodies - {each.text for each in guide_documents().values()}), fact("contract_and_guide")
    agree_on(flow.name, "bodies are those of the guide", [], others, rests_on=rests_on)
    where = [("where", guide_documents()["2-find.where.json"].text)]
    agree_on(flow.name, "the condition is that of the guide", where, flow.exchanges[1].query, rests_on=rests_on)
