"""The tour of a server of others that makes assumptions by chance: they are found, or named as what the tour can't tell."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
from amili_sandbox.state import ASSUMPTIONS

from contract_tests.contract import Contract
from contract_tests.fit import Fit, find_fit
from contract_tests.tests.in_process import caller_of, tour_of
from contract_tests.tour import STEPS, Step

# A tour of another server lets no days pass, has one account, keeps within the quota, exchanges no credential, sends no lists.
NOT_ASKED = {
    *("bulk", "line_totals", "totals", "due_dates", "crediting_foreign_case", "cancelling_foreign_case", "fees"),
    *("reminder_days", "debt_collection_days", "token_reply", "token_lifetime", "longest_signature", "post_authentication"),
    *("quota", "quota_headers", "quota_retry_after", "invoice_number_length"),
}
DEFAULTS = {each.name: each.default for each in ASSUMPTIONS}


def fit_of(contract: Contract, server: Mapping[str, str], *faults: str, steps: Sequence[Step] = STEPS) -> Fit:
    with caller_of(contract, server, *faults, ours=False) as caller:
        tour_of(caller, steps)
        return find_fit(caller.exchanges, caller.target.account, contract)


def by_chance(seed: int) -> dict[str, str]:
    chance = random.Random(seed)
    chosen = {each.name: chance.choice(each.choices) for each in ASSUMPTIONS if each.choices and chance.random() < 0.4}
    return chosen | {"quota": "off"}


def test_what_a_server_assumes_is_found_as_far_as_it_can_be_seen(contract: Contract, tmp_path: Path) -> None:
    from amili_sandbox.command import assumptions_of, make_parser  # imports Eve

    server = by_chance(4)
    fit = fit_of(contract, server)
    assert fit.not_reproduced == {}
    assert {*fit.not_distinguished} == NOT_ASKED
    seen = {name: value for name, value in {**DEFAULTS, **server}.items() if name not in NOT_ASKED}
    assert fit.profile == seen
    assert len(fit.others) > 5
    file = tmp_path / "profile.json"
    file.write_text(fit.as_profile, encoding="utf-8")
    parser = make_parser()
    assert assumptions_of(parser, parser.parse_args(["--profile", str(file)])) == seen


@pytest.mark.parametrize("seed", range(3))
def test_a_short_run_tells_less_and_nothing_that_is_wrong(seed: int, contract: Contract) -> None:
    server = by_chance(seed)
    fit = fit_of(contract, server, steps=STEPS[:1])
    assert fit.not_reproduced == {}
    chosen = {name: value for name, value in server.items() if name in fit.profile}
    assert {name: value for name, value in chosen.items() if value not in (fit.profile[name], *fit.alike.get(name, ()))} == {}
    assert {"overcrediting", "regex", "page_total"} & {*fit.not_distinguished} == {"overcrediting", "regex"}


def test_what_no_assumption_reproduces_is_named_with_its_request(contract: Contract) -> None:
    fit = fit_of(contract, {"case_etag": "24"}, "total_off", steps=STEPS[:1])
    assert fit.others == {"case_etag": "24"}
    assert {*fit.not_reproduced} == {("list_cases", "/_meta/total: another value")}
    (line,) = [line for line in fit.lines() if "reproduced by no assumption" in line]
    assert line == "  reproduced by no assumption: list_cases: /_meta/total: another value (2 times)"


def test_what_a_debtor_was_known_by_before_a_run_is_known_to_the_stand_in(contract: Contract) -> None:
    with caller_of(contract, {}, ours=False) as caller:
        before = tour_of(caller, [])
        customer = {**before.invoice()["customer"], "customer_number": "K-7"}
        before.register(customer=customer)
        caller.exchanges.clear()
        assert "customer_number" in before.check_case(tour_of(caller, STEPS[:1]).cases[0])
        fit = find_fit(caller.exchanges, caller.target.account, contract)
    assert (fit.others, fit.not_reproduced) == ({}, {})


@pytest.mark.parametrize("late", [1, 3])
def test_a_response_of_the_second_after_its_write_is_no_difference(late: int, contract: Contract) -> None:
    with caller_of(contract, {}, ours=False) as caller:
        tour = tour_of(caller, [])
        case = tour.register()
        etags = [tour.attempt("credit_case", tour.crediting(case, 1)).object_or_empty["_etag"] for _ in range(3)]
        assert len(set(etags)) == 2, "two of the creditings are alike and of one second"
        asked = caller.exchanges[late]
        date = format_datetime(parsedate_to_datetime(asked.headers["date"]) + timedelta(seconds=1), usegmt=True)
        caller.exchanges[late] = replace(asked, headers={**asked.headers, "date": date})
        fit = find_fit(caller.exchanges, caller.target.account, contract)
    assert (fit.others, fit.not_reproduced) == ({}, {})
