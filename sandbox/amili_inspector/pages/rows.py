"""The page to find a row in all runs of a ledger: an invoice number, a case or an OCR number is all that is known of it."""

from flask import Blueprint, render_template, request

from amili_inspector.pages.application import Section
from amili_inspector.source import Ledger

MOST = 100


def rows_section(ledger: Ledger) -> Section:
    """Return the page to find a row."""
    blueprint = Blueprint("rows", __name__, url_prefix="/rows")

    @blueprint.get("")
    def show() -> str:
        text = request.args.get("q", "").replace("\0", "").strip()
        return render_template("rows.html", text=text, found=ledger.runs.search(text, MOST) if text else [], most=MOST)

    return Section("Find a row", blueprint)
