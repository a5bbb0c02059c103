"""Checks a whole input before anything is sent: all problems, repeats, and the totals that a person confirms."""

from amili.bulk.checks.checking import Check, check, problems_path
from amili.bulk.checks.totals import Totals

__all__ = ["Check", "Totals", "check", "problems_path"]
