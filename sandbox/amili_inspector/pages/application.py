"""The Flask application: its parts, its headers, and who may change something through it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from amili_inspector.show import (
    ago,
    amount,
    duration,
    look_of,
    number,
    parts_of,
    pretty_json,
    readable,
    size,
    state_word,
    ticked,
    time_tag,
    zone_name,
)
from amili_inspector.source import Changes, NotReadableError

LONGEST_WAIT = 20.0  # seconds in which a page waits for news
OWN_SITE = (None, "same-origin", "none")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer, with which browsers send no origin with a form; the address with its token goes to no other site.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
DONE = {
    "armed": "The fault is armed.",
    "removed": "The fault was removed.",
    "breach": "The contract fault was switched.",
    "assumed": "The assumption was changed.",
    "clock": "The clock was moved.",
    "frozen": "The clock stands still.",
    "released": "The clock runs.",
}


FILTERS = {
    "amount": amount,
    "duration": duration,
    "json_text": pretty_json,
    "look": look_of,
    "number": number,
    "parts": parts_of,
    "readable": readable,
    "size": size,
    "state": state_word,
    "ticked": ticked,
    "time": time_tag,
}


@dataclass(frozen=True)
class Section:
    """A part of the pages, with a place in the menu; the name of its blueprint is its address."""

    title: str
    blueprint: Blueprint


@dataclass(frozen=True)
class Frame:
    """What is around each page. `bar` is the template of the head, and `banner` returns what that shows.

    `gone` is said of a page that is not there, `silent` by the script if there is no answer, `hidden` is what no page shows.
    """

    title: str
    bar: str
    banner: Callable[[], Mapping[str, Any]]
    gone: str
    silent: str
    hidden: str


def make_app(frame: Frame, sections: Sequence[Section], changes: Changes) -> Flask:
    """Return the application of some sections, of which the first is the start page.

    The server that mounts the application checks the Host header and keeps the address secret.
    """
    app = Flask("amili_inspector")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= FILTERS
    app.jinja_env.globals |= {"ago": ago}
    for section in sections:
        app.register_blueprint(section.blueprint)

    @app.context_processor
    def _of_every_page() -> dict[str, Any]:
        menu = [(section.title, section.blueprint.name) for section in sections]
        done = DONE.get(request.args.get("did", ""), "")
        news = "" if "unreadable" in g else changes.number()
        return {"frame": frame, "menu": menu, "number": news, "zone": zone_name(), "done": done, **frame.banner()}

    @app.get("/changes")
    def changes_after() -> Response:
        number = changes.wait(request.args.get("after", -1, int), LONGEST_WAIT)
        return Response(str(number), mimetype="text/plain")

    app.before_request(_refuse_foreign_pages)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, partial(_problem, frame.gone))
    app.register_error_handler(NotReadableError, _not_readable)
    return app


def _refuse_foreign_pages() -> tuple[str, int] | None:
    """Refuse what changes something if a browser says that a page of another origin made it send the request."""
    if request.method in ("GET", "HEAD"):
        return None
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin.partition("://")[2].lower() != request.host.lower()
    if foreign or request.headers.get("Sec-Fetch-Site") not in OWN_SITE:
        return render_template("problem.html", problem="A page of another origin sent this. Nothing was changed."), 403
    return None


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def _problem(gone: str, error: HTTPException) -> tuple[str, int]:
    sentence = f"There is no such page. {gone}" if error.code == 404 else str(error.description)
    return render_template("problem.html", problem=sentence), error.code or 500


def _not_readable(error: NotReadableError) -> tuple[str, int]:
    g.unreadable = True
    return render_template("problem.html", problem=str(error)), 503
