"""The page of faults: arm one for the next request, and see which request gets it."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from amili_inspector.pages.application import Section
from amili_inspector.pages.forms import change
from amili_inspector.source import RequestFilter, StandIn

METHODS = {"*": "any request", "POST": "a write (POST)", "GET": "a read (GET)"}
PATHS = {
    "*": "any path",
    "/invoice*registration*": "registrations",
    "/creditor*crediting*": "creditings",
    "/creditor*cancellation*": "cancellations",
    "/creditor*payment*": "payments",
    "/cases*": "cases",
    "/authenticates/*": "tokens",
}
SHOWN = 10


def faults_section(stand_in: StandIn) -> Section:
    """Return the page of faults."""
    blueprint = Blueprint("faults", __name__, url_prefix="/faults")
    faults = stand_in.faults

    def page(problem: str = "") -> str:
        return render_template(
            "faults.html",
            problem=problem,
            kinds=faults.kinds(),
            rules=list(enumerate(faults.rules())),
            breaches=faults.breaches(),
            methods=METHODS,
            paths=PATHS,
            chosen=request.form,
            got_one=stand_in.requests.find(RequestFilter(status="fault"), 0, SHOWN),
        )

    @blueprint.get("")
    def show() -> str:
        return page()

    @blueprint.post("/add")
    def add() -> ResponseReturnValue:
        return change(lambda: faults.add(_rule()), page, "faults.show", "armed", "rules")

    @blueprint.post("/remove")
    def remove() -> ResponseReturnValue:
        position = request.form.get("position", -1, int)
        return change(lambda: faults.remove(position, request.form.get("fault", "")), page, "faults.show", "removed", "rules")

    @blueprint.post("/breach")
    def switch() -> ResponseReturnValue:
        name, on = request.form.get("name", ""), request.form.get("on") == "yes"
        return change(lambda: faults.switch(name, on), page, "faults.show", "breach", f"breach-{name}")

    return Section("Faults", blueprint)


def _rule() -> dict[str, object]:
    """Return the rule that the form describes; raises ValueError if the number of times is none."""
    form = request.form
    rule: dict[str, object] = {name: form[name] for name in ("fault", "method", "path") if form.get(name)}
    rule |= {name: form[name].strip() for name in ("seconds", "ending") if form.get(name, "").strip()}
    times = form.get("times", "1").strip()
    if times and not (times.isascii() and times.isdigit()):
        raise ValueError("how many requests is a number, or empty for all")
    return rule | ({"times": int(times)} if times else {})
