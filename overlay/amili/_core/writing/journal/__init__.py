"""Records each write on disk before it is sent, so that its outcome can be looked up after a crash."""

from amili._core.writing.journal.journal import Journal, Lease
from amili._core.writing.journal.pending import Pending, Unreadable

__all__ = ["Journal", "Lease", "Pending", "Unreadable"]
