"""Random sequences of actions over the same model, on the stand-in, whose clock they move."""

from contract_tests.state_machine.actions import WANTED, Walk
from contract_tests.state_machine.machine import walk_at_random

__all__ = [
    "WANTED",
    "Walk",
    "walk_at_random",
]
