"""What every part of the stand-in works on: the documents, the clock, and what is assumed."""

from amili_sandbox.state.assumptions import ASSUMPTION_GROUPS, ASSUMPTIONS, Assumption, Assumptions, Value, check_assumptions
from amili_sandbox.state.clock import Clock, read_time
from amili_sandbox.state.sources import SOURCES
from amili_sandbox.state.state import State, make_state, with_seed

__all__ = [
    "ASSUMPTIONS",
    "ASSUMPTION_GROUPS",
    "SOURCES",
    "Assumption",
    "Assumptions",
    "Clock",
    "State",
    "Value",
    "check_assumptions",
    "make_state",
    "read_time",
    "with_seed",
]
