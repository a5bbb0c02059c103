"""Records each write on disk before it is sent, so that its outcome can be looked up after a crash."""

from amili._core.writing.journal.checks import check_pages, use_log
from amili._core.writing.journal.file import JournalFile, Layout
from amili._core.writing.journal.holder import has_ended, new_identity
from amili._core.writing.journal.journal import Journal, Lease
from amili._core.writing.journal.pending import Pending, Unreadable
from amili._core.writing.journal.protocol import WriteJournal

__all__ = [
    "Journal",
    "JournalFile",
    "Layout",
    "Lease",
    "Pending",
    "Unreadable",
    "WriteJournal",
    "check_pages",
    "has_ended",
    "new_identity",
    "use_log",
]
