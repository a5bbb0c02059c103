"""The commands that read: `case`, `cases`, `changes`, `wait` and `export`."""

from amili.cli.reads.change_list import changes
from amili.cli.reads.conditions import condition_of, moment
from amili.cli.reads.exports import export
from amili.cli.reads.finding import find_case
from amili.cli.reads.lists import cases
from amili.cli.reads.one import case, wait

__all__ = ["case", "cases", "changes", "condition_of", "export", "find_case", "moment", "wait"]
