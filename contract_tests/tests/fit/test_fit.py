"""The tour of a server of others that assumes what nobody here knows: it is found, or named as what the tour can't tell."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from amili_sandbox.command import assumptions_of, make_parser
from amili_sandbox.state import ASSUMPTIONS

from contract_tests.contract import Contract
from contract_tests.fit import Fit, find_fit
from contract_tests.tests.in_process import caller_of, tour_of
from contract_tests.tour import STEPS, TourSession, run_step

# What a tour of another server does not do: it lets no days pass, has one account, keeps within the quota, and sends one document.
NEVER_SEEN = {
    *("bulk", "line_totals", "totals", "due_dates", "crediting_foreign_case", "cancelling_foreign_case", "fees"),
    *("reminder_days", "debt_collection_days", "token_reply", "token_lifetime", "longest_signature", "post_authentication"),
    *("quota", "quota_headers", "quota_retry_after"),
}
SETTINGS = 2


def assumed(seed: int) -> dict[str, str]:
    """Return choices by chance, most of which are the default, as a fit begins there."""
    chance = random.Random(seed)
    return {each.name: chance.choice(each.choices) for each in ASSUMPTIONS if each.choices and chance.random() < 0.4}


@pytest.mark.parametrize("seed", range(SETTINGS))
def test_what_a_server_assumes_is_found_as_far_as_it_can_be_seen(seed: int, contract: Contract, tmp_path: Path) -> None:
    server = assumed(seed) | {"quota": "off"}
    with caller_of(contract, server, ours=False) as caller:
        tour_of(caller)
        fit = find_fit(caller.exchanges, caller.target.account, contract)
    assert fit.not_reproduced == {}, "the stand-in answers every request of the tour as the server did"
    wrong = {name for name, value in fit.profile.items() if name in server and value != server[name]}
    assert wrong == set(), "no value but the one of the server fits"
    ...
