"""The start page: clock, cases by state, faults in force, quota left, spelling in use, latest requests."""

from flask import Blueprint, render_template

from amili_inspector.pages.application import Section
from amili_inspector.source import RequestFilter, StandIn

LATEST = 8


def overview_section(stand_in: StandIn) -> Section:
    """Return the start page."""
    blueprint = Blueprint("overview", __name__)

    @blueprint.get("/")
    def show() -> str:
        counts = stand_in.cases.counts()
        members = [member for group in stand_in.assumptions.groups() for member in group.members]
        return render_template(
            "overview.html",
            counts=counts,
            cases_total=sum(counts.values()),
            closed=stand_in.cases.closed_count(),
            rules=[rule for rule in stand_in.faults.rules() if not rule.is_used_up],
            breaches=[breach for breach in stand_in.faults.breaches() if breach.is_on],
            coming=stand_in.clock.coming(3),
            quota_on=stand_in.quota.is_on(),
            limits=stand_in.quota.limits(),
            quota=stand_in.quota.left(),
            spellings=stand_in.requests.spellings(),
            changed=[member for member in members if member.value != member.default],
            latest=stand_in.requests.find(RequestFilter(), 0, LATEST),
            problems=stand_in.requests.find(RequestFilter(status="failed"), 0, 1).total,
            account=stand_in.account,
            creditor=stand_in.creditor,
        )

    return Section("Overview", blueprint)
