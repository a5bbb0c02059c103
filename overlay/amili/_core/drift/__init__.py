"""Counts where live responses differ from the contract."""

from amili._core.drift.monitor import Deviation, Drift

__all__ = [
    "Deviation",
    "Drift",
]
