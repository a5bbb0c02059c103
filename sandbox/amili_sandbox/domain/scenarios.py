"""The documents that a sandbox starts with."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from amili_sandbox.domain.accounts import ACCOUNT, CREDITOR, create_accounts
from amili_sandbox.domain.effects import create
from amili_sandbox.domain.portfolio import DEFAULT_COUNT, DEFAULT_SEED, create_portfolio, invoice_line
from amili_sandbox.state import State, with_seed

MARK = "entered-scenarios"


@dataclass(frozen=True)
class Scenario:
    """A scenario as named on the command line: `empty`, `guide`, `portfolio[:COUNT[:SEED]]`."""

    name: str
    count: int = DEFAULT_COUNT
    seed: int = DEFAULT_SEED

    def was_created(self, state: State) -> bool:
        """Whether the database already holds a scenario, this one or another."""
        return state.database[MARK].count_documents({}) > 0

    def create(self, state: State) -> None:
        """Replace all documents by the accounts and the scenario's documents."""
        state.database.restore({})  # half a scenario may be left by a process that was killed
        create_accounts(state)
        _SCENARIOS[self.name](state, self)
        state.database[MARK].insert_one({"scenario": self.name})


def parse_scenario(text: str) -> Scenario:
    """Return the scenario of this name."""
    name, *numbers = text.split(":")
    if name not in _SCENARIOS or len(numbers) > (2 if name == "portfolio" else 0):
        raise ValueError(f"{text!r} is not a scenario; there are: empty, guide, portfolio[:COUNT[:SEED]]")
    if not all(re.fullmatch("[0-9]{1,7}", number) for number in numbers):
        raise ValueError(f"{text!r}: COUNT and SEED are integers of up to seven digits, as in portfolio:2000:1")
    return Scenario(name, *map(int, numbers))


def _empty(_state: State, _scenario: Scenario) -> None:
    pass


def _guide(state: State, _scenario: Scenario) -> None:
    now = state.clock.now()
    create(
        with_seed(state, state.clock, 0),
        "invoice--registrations",
        {
            "account": ACCOUNT,
            "creditor": CREDITOR,
            "invoice_number": "INV-2025-015",
            "invoice_date": now,
            "invoice_due_date": now.replace(hour=0, minute=0, second=0) + timedelta(days=10),
            "currency": "SEK",
            "invoice_type": "invoice",
            "invoice_headline": "Consulting Services",
            "invoice_body_text": "Thank you for your business",
            "customer": {
                "name": "Jane Smith",
                "id_number": "556789-1234",
                "is_person": True,
                "customer_number": "12345",
                "address": {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg"},
                "mobile_number": "+46709876543",
                "email": "jane.smith@domain.se",
            },
            "matrix": [invoice_line("Consulting hours", 500.0, "0%")],
        },
    )


def _portfolio(state: State, scenario: Scenario) -> None:
    create_portfolio(state, scenario.count, scenario.seed)


_SCENARIOS: dict[str, Callable[[State, Scenario], None]] = {"empty": _empty, "guide": _guide, "portfolio": _portfolio}
