"""Which setting of the stand-in's switches reproduces what a run saw, and what none does."""

from contract_tests.fit.fit import Fit, find_fit

__all__ = ["Fit", "find_fit"]
