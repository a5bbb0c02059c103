"""The server under test: its address, credentials and rate limit, one HTTP client, and the clean-up of what was registered."""

from contract_tests.server.cleanup import (
    Entry,
    cancel_left_open,
    cancel_open_invoices,
    cancel_unconfirmed,
    run_name,
    run_stamp,
    still_open,
)
from contract_tests.server.client import Caller
from contract_tests.server.outcomes import BrokenReply, Inconclusive, Unreadable
from contract_tests.server.target import Account, Target, check_settings, from_environment, stand_in

__all__ = [
    "Account", "BrokenReply", "Caller", "Entry", "Inconclusive", "Target", "Unreadable", "cancel_left_open",
    "cancel_open_invoices", "cancel_unconfirmed", "check_settings", "from_environment", "run_name", "run_stamp", "stand_in",
    "still_open",
]  # fmt: skip
