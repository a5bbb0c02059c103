"""The pages of requests: a list that follows what happens, and one request."""

from flask import Blueprint, abort, render_template, request

from amili_inspector.pages.application import Section
from amili_inspector.show import as_curl, as_python
from amili_inspector.source import STATUSES, RequestFilter, StandIn

PAGE = 100
PERIODS = {"60": "the last minute", "600": "the last 10 minutes", "3600": "the last hour"}


def requests_section(stand_in: StandIn) -> Section:
    """Return the pages of requests."""
    blueprint = Blueprint("requests", __name__, url_prefix="/requests")
    requests = stand_in.requests

    @blueprint.get("")
    def show() -> str:
        period = request.args.get("since", "")
        wanted = RequestFilter(
            request.args.get("operation", ""),
            request.args.get("status", ""),
            int(period) if period in PERIODS else None,
            request.args.get("case", ""),
        )
        page = max(1, min(request.args.get("page", 1, int), 10**6))
        return render_template(
            "requests.html",
            wanted=wanted,
            period=period,
            found=requests.find(wanted, (page - 1) * PAGE, PAGE),
            operations=requests.operations(),
            statuses=STATUSES,
            periods=PERIODS,
            page=page,
            per_page=PAGE,
            filtered=wanted != RequestFilter(),
        )

    @blueprint.get("/<int:sequence>")
    def show_one(sequence: int) -> str:
        detail = requests.request(sequence) or abort(404)
        return render_template(
            "request.html",
            detail=detail,
            row=detail.row,
            curl=as_curl(detail, stand_in.base_url),
            python=as_python(detail, stand_in.base_url),
        )

    return Section("Requests", blueprint)
