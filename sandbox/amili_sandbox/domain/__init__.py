"""What the vendor's service does with invoices, as documented, or as a named assumption says."""

from amili_sandbox.domain.accounts import ACCOUNT, CREDITOR, OTHER_ACCOUNT, OTHER_CREDITOR
from amili_sandbox.domain.cases import Document, change_case, remaining_capital
from amili_sandbox.domain.effects import EFFECTS
from amili_sandbox.domain.lifecycle import advance_cases, coming_states
from amili_sandbox.domain.money import round_to_ore, to_decimal, to_json_number
from amili_sandbox.domain.refusal import Refused
from amili_sandbox.domain.registration import is_taken
from amili_sandbox.domain.scenarios import Scenario, parse_scenario

__all__ = [
    "ACCOUNT",
    "CREDITOR",
    "EFFECTS",
    "OTHER_ACCOUNT",
    "OTHER_CREDITOR",
    "Document",
    "Refused",
    "Scenario",
    "advance_cases",
    "change_case",
    "coming_states",
    "is_taken",
    "parse_scenario",
    "remaining_capital",
    "round_to_ore",
    "to_decimal",
    "to_json_number",
]
