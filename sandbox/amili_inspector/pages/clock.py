"""The page of the clock: a day, to the next change of a case, to any time, stop and go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from amili_inspector.pages.application import Section
from amili_inspector.pages.forms import change
from amili_inspector.show import parse_local
from amili_inspector.source import Clock, StandIn

STEPS = {"1 hour": timedelta(hours=1), "1 day": timedelta(days=1), "7 days": timedelta(days=7), "30 days": timedelta(days=30)}
COMING = 12


def clock_section(stand_in: StandIn) -> Section:
    """Return the page of the clock."""
    blueprint = Blueprint("clock", __name__, url_prefix="/clock")
    clock = stand_in.clock

    def page(problem: str = "") -> str:
        coming = clock.coming(COMING)
        return render_template("clock.html", steps=STEPS, coming=coming, machine=datetime.now(UTC), problem=problem)

    @blueprint.get("")
    def show() -> str:
        return page()

    @blueprint.post("")
    def move() -> ResponseReturnValue:
        done, action = _action(clock)
        case = request.form.get("case", "")
        if case and stand_in.cases.case(case) is not None:
            return change(action, page, "cases.show_one", done, case_id=case)
        return change(action, page, "clock.show", done)

    return Section("Clock", blueprint)


def _action(clock: Clock) -> tuple[str, Callable[[], None]]:
    """Return what the form asks for, and what is said when it is done."""
    form = request.form
    match form.get("do"):
        case "freeze":
            return "frozen", lambda: clock.freeze(True)
        case "release":
            return "released", lambda: clock.freeze(False)
        case "advance" if form.get("step") in STEPS:
            return "clock", lambda: clock.advance(STEPS[form["step"]])
        case _:
            return "clock", lambda: clock.move_to(_moment(form.get("to", ""), form.get("zone", "")))


def _moment(text: str, zone: str) -> datetime:
    try:
        return parse_local(text, zone)
    except ValueError:
        raise ValueError(f"{text!r} is not a time; give one as 2025-10-17T12:00") from None
