"""The pages of cases: a list to search, and one case."""

from flask import Blueprint, abort, render_template, request

from amili_inspector.pages.application import Section
from amili_inspector.show import money_chart
from amili_inspector.source import CaseFilter, RequestFilter, StandIn

PAGE = 50
CLOSED = {"yes": True, "no": False}
REQUESTS_SHOWN = 20


def cases_section(stand_in: StandIn) -> Section:
    """Return the pages of cases."""
    blueprint = Blueprint("cases", __name__, url_prefix="/cases")
    cases, requests, clock = stand_in.cases, stand_in.requests, stand_in.clock

    @blueprint.get("")
    def show() -> str:
        wanted = CaseFilter(
            request.args.get("q", "").strip(), request.args.get("state", ""), CLOSED.get(request.args.get("closed", ""))
        )
        page = max(1, min(request.args.get("page", 1, int), 10**6))
        return render_template(
            "cases.html",
            wanted=wanted,
            found=cases.find(wanted, (page - 1) * PAGE, PAGE),
            counts=cases.counts(),
            page=page,
            per_page=PAGE,
            filtered=wanted != CaseFilter(),
        )

    @blueprint.get("/<case_id>")
    def show_one(case_id: str) -> str:
        detail = cases.case(case_id) or abort(404)
        now = clock.now()
        return render_template(
            "case.html",
            case=detail,
            row=detail.row,
            chart=money_chart([(balance.at, balance.remaining) for balance in detail.balances], detail.closed_at or now),
            now=now,
            touched=requests.find(RequestFilter(case=case_id), 0, REQUESTS_SHOWN),
        )

    return Section("Cases", blueprint)
