"""The pages of a bulk ledger."""

from flask import Flask

from amili_inspector.pages.application import Frame, make_app
from amili_inspector.pages.rows import rows_section
from amili_inspector.pages.runs import runs_section
from amili_inspector.source import Ledger


def ledger_app(ledger: Ledger) -> Flask:
    """Return the application with the pages of a ledger. Nothing can be changed by them."""
    frame = Frame(
        "Bulk runs",
        "ledger_bar.html",
        lambda: {"place": ledger.place},
        gone="The ledger has no such run or row.",
        silent="There is no answer: amili inspect has ended, or the ledger can't be read now. What is shown may be old.",
        hidden="A ledger has no names and no id numbers.",
    )
    return make_app(frame, [runs_section(ledger), rows_section(ledger)], ledger.changes)
