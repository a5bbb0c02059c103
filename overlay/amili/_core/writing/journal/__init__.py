"""Intents on disk, so that a process that was killed can find out what it did."""

from amili._core.writing.journal.journal import Journal, Lease
from amili._core.writing.journal.pending import Pending, Unreadable

__all__ = ["Journal", "Lease", "Pending", "Unreadable"]
