"""Counts where live replies leave the contract."""

from amili._core.drift.monitor import Deviation, Drift

__all__ = [
    "Deviation",
    "Drift",
]
