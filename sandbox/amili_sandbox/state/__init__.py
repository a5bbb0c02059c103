"""What every part of the stand-in works on: the documents, the clock, and what is assumed."""

from amili_sandbox.state.assumptions import ASSUMPTION_GROUPS, ASSUMPTIONS, Assumption, Assumptions, UnknownAssumption, checked
from amili_sandbox.state.clock import Clock, ClockError
from amili_sandbox.state.state import World, make_world, seeded

__all__ = [
    "ASSUMPTIONS",
    "ASSUMPTION_GROUPS",
    "Assumption",
    "Assumptions",
    "Clock",
    "ClockError",
    "UnknownAssumption",
    "World",
    "checked",
    "make_world",
    "seeded",
]
