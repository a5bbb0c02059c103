"""The pages of runs: a list, one run with its rows, and the story of one row."""

from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from amili_inspector.pages.application import Section
from amili_inspector.show import events_of
from amili_inspector.source import Ledger, RowFilter, RunRow

RUNS, ROWS = 25, 100  # of a page
NUMBER = "int(max=9007199254740991)"
NOTED = {"noted": "done, but not as asked", "written twice": "written twice"}


def runs_section(ledger: Ledger) -> Section:
    """Return the pages of runs."""
    blueprint = Blueprint("runs", __name__)
    runs = ledger.runs

    @blueprint.get("/")
    def show() -> ResponseReturnValue:
        page = _page()
        found = runs.find((page - 1) * RUNS, RUNS)
        if page > 1 and not found.rows:
            return redirect(url_for("runs.show"))
        return render_template("runs.html", found=found, page=page, per_page=RUNS, start=ledger.start)

    @blueprint.get(f"/runs/<{NUMBER}:number>")
    def show_one(number: int) -> ResponseReturnValue:
        detail = runs.run(number) or abort(404)
        wanted = RowFilter(request.args.get("result", ""), request.args.get("q", "").replace("\0", "").strip())
        page = _page()
        found = runs.rows(number, wanted, (page - 1) * ROWS, ROWS)
        if page > 1 and not found.rows:  # rows have ended meanwhile
            return redirect(url_for("runs.show_one", number=number, result=wanted.result or None, q=wanted.text or None))
        return render_template(
            "run.html",
            detail=detail,
            run=detail.row,
            wanted=wanted,
            found=found,
            page=page,
            per_page=ROWS,
            results=ledger.results,
            choices=_choices(detail.row, ledger, wanted.result),
            filtered=wanted != RowFilter(),
            now=datetime.now(UTC),
        )

    @blueprint.get(f"/runs/<{NUMBER}:number>/rows/<{NUMBER}:row>")
    def show_row(number: int, row: int) -> str:
        story = runs.story(number, row) or abort(404)
        meaning = ledger.results.get(story.row.state, "")
        return render_template(
            "row.html", run=number, story=story, row=story.row, meaning=meaning, events=list(events_of(story, meaning))
        )

    return Section("Runs", blueprint)


def _page() -> int:
    return max(1, min(request.args.get("page", 1, int), 10**6))


def _choices(run: RunRow, ledger: Ledger, chosen: str) -> list[tuple[str, str]]:
    """Return the results to choose from: those that rows of the run have."""
    noted = {"noted": run.noted, "written twice": run.twice}
    pairs = [(result, f"{result} ({run.counts.get(result, 0)})") for result in ledger.results]
    pairs += [(result, f"{text} ({noted[result]})") for result, text in NOTED.items()]
    counts = {**run.counts, **noted}
    return [(result, text) for result, text in pairs if counts.get(result) or result == chosen]
