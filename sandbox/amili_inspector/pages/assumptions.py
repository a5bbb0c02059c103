"""The page of assumptions: what the stand-in does where the vendor's pages leave it open, changed in place."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from amili_inspector.pages.application import Section
from amili_inspector.pages.forms import change
from amili_inspector.source import StandIn


def assumptions_section(stand_in: StandIn) -> Section:
    """Return the page of assumptions."""
    blueprint = Blueprint("assumptions", __name__, url_prefix="/assumptions")
    assumptions = stand_in.assumptions

    def page(problem: str = "") -> str:
        groups = assumptions.groups()
        changed = sum(member.value != member.default for group in groups for member in group.members)
        return render_template("assumptions.html", groups=groups, changed=changed, problem=problem)

    @blueprint.get("")
    def show() -> str:
        return page()

    @blueprint.post("")
    def set_one() -> ResponseReturnValue:
        name, value = request.form.get("name", ""), request.form.get("value", "").strip()
        return change(lambda: assumptions.set(name, value), page, "assumptions.show", "assumed", f"assumption-{name}")

    return Section("Assumptions", blueprint)
