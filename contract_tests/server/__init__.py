"""The server under test: its address, credentials and rate limit, one HTTP client, and the clean-up of what was registered."""

from contract_tests.server.cleanup import Entry, cancel_left_open, left_behind, moment_in_words, run_name, still_open, sweep
from contract_tests.server.client import Caller
from contract_tests.server.outcomes import BrokenReply, Inconclusive, NotConfigured, Unreadable
from contract_tests.server.target import Account, Target, from_environment, stand_in

__all__ = [
    "Account", "BrokenReply", "Caller", "Entry", "Inconclusive", "NotConfigured", "Target", "Unreadable", "cancel_left_open",
    "from_environment", "left_behind", "moment_in_words", "run_name", "stand_in", "still_open", "sweep",
]  # fmt: skip
