"""Works on the runs of a ledger in PostgreSQL, on any number of machines; the engine is procrastinate, whose jobs are lots."""

from amili.bulk.workers.tables import init_ledger
from amili.bulk.workers.working import work

__all__ = ["init_ledger", "work"]
