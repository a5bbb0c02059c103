"""The tour on a stand-in with settings that the vendor's server may have: nothing it finds is against a document."""

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviations, rules
from contract_tests.tests.in_process import caller_of, tour_of
from tests.stand_in_settings import CHOICES, Setting, settings

SETTINGS = settings()
IN_THE_CONTRACT = "contract"  # of what an assumption of ours is that stands in the contract
# What the tour finds because of a choice: the fact that each finding names.
FOUND = {
    ("request_dates", "rfc1123"): {"iso_dates"},
    ("regex", "accepted"): {"regular_expressions"},
    ("case_clock", "milliseconds"): {"moment_of_a_case"},
    ("etag_of_amounts", "stays"): {"etag_moves"},
    ("page_total", "left_out"): {IN_THE_CONTRACT},
    ("automatic_properties", "left_out"): {IN_THE_CONTRACT},
    ("duplicate_invoice_numbers", "refused"): {"duplicate_invoice_number"},
    ("country", "required"): {"guides_invoice"},
    ("number_of_units", "required"): {"guides_invoice"},
    ("customers", "new"): {"known_customer"},
    ("vat_rates", "any"): {"other_vat_rate"},
    ("vat_rounding", "per_line"): {"rounded_tax"},
    ("account_in_crediting", "readonly"): {"account_of_a_crediting"},
    ("amount_decimals", "any"): {IN_THE_CONTRACT, "whole_ore"},
    ("overcrediting", "warning"): {"overcrediting"},
    ("overcrediting", "error"): {"overcrediting"},
    ("crediting_closed_case", "warning"): {"crediting_a_closed_case"},
    ("crediting_closed_case", "error"): {"crediting_a_closed_case"},
    ("crediting_foreign_case", "warning"): {"foreign_case"},
    ("crediting_foreign_case", "error"): {"foreign_case"},
    ("cancelling_foreign_case", "warning"): {"foreign_case"},
    ("second_cancellation", "warning"): {"second_cancellation"},
    ("second_cancellation", "completed"): {"second_cancellation"},
    ("full_crediting", "closes"): {"crediting_in_whole"},
    ("crediting_transaction", "positive"): {"sign_of_a_crediting"},
    ("cancelled_capital", "kept"): {"cancelled_capital"},
    ("fees", "added"): {"no_fees"},
}


def test_the_table_names_what_is_there() -> None:
    assert {choice for choice in FOUND if choice[1] not in CHOICES[choice[0]][1:]} == set()
    assert set().union(*FOUND.values()) <= {IN_THE_CONTRACT, *rules()}


@pytest.mark.parametrize("setting", SETTINGS, ids=map(str, range(len(SETTINGS))))
def test_no_setting_is_against_a_document(setting: Setting, contract: Contract) -> None:
    with caller_of(contract, setting, ours=True) as caller:
        tour = tour_of(caller)
        found = AcceptedDeviations.of(caller.target.base_url).unaccepted(caller.findings)
    assert [str(each) for each in found if each.documented] == []
    expected = set().union(*(FOUND.get(choice, set()) for choice in setting.items()))
    assert {each.rests_on.id for each in found} <= expected, "each finding names the assumption that does not hold"
    assert len(tour.cases) >= len(tour.sample_cases) + 1 > 6, "and the tour was made"
