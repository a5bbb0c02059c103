"""The bounded requests on a stand-in with settings that the vendor's server may have, seen as a server of others."""

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviations, fact
from contract_tests.fuzz import OPERATIONS, Bounded
from contract_tests.tests.in_process import caller_of
from tests.stand_in_settings import Setting, settings

SETTINGS = settings()[::4]  # the tour is made with all of them


@pytest.mark.parametrize("setting", SETTINGS, ids=map(str, range(len(SETTINGS))))
def test_no_setting_is_against_a_document(setting: Setting, contract: Contract) -> None:
    with caller_of(contract, setting, ours=False) as caller:
        bounded = Bounded(caller, "x")
        found = AcceptedDeviations.of(caller.target.base_url).unaccepted(bounded.ask())
    assert [str(each) for each in found if each.documented or each.rests_on == fact("whole_steps")] == []
    assert bounded.history.cases
    assert all(bounded.asked[f"{operation} accepted"] for operation in OPERATIONS if operation != "register_invoice")
