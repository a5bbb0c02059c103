"""The pages of a stand-in."""

from typing import Any

from flask import Flask

from amili_inspector.pages.application import Frame, make_app
from amili_inspector.pages.assumptions import assumptions_section
from amili_inspector.pages.cases import cases_section
from amili_inspector.pages.clock import clock_section
from amili_inspector.pages.faults import faults_section
from amili_inspector.pages.overview import overview_section
from amili_inspector.pages.requests import requests_section
from amili_inspector.source import StandIn


def stand_in_app(stand_in: StandIn) -> Flask:
    """Return the application with the pages of a stand-in."""

    def banner() -> dict[str, Any]:
        armed = sum(not rule.is_used_up for rule in stand_in.faults.rules())
        breaches = sum(breach.is_on for breach in stand_in.faults.breaches())
        return {
            "base_url": stand_in.base_url,
            "clock_now": stand_in.clock.now(),
            "clock_frozen": stand_in.clock.is_frozen(),
            "faults_in_force": armed + breaches,
        }

    sections = [
        overview_section(stand_in),
        cases_section(stand_in),
        requests_section(stand_in),
        faults_section(stand_in),
        assumptions_section(stand_in),
        clock_section(stand_in),
    ]
    frame = Frame(
        "Stand-in",
        "stand_in_bar.html",
        banner,
        gone="It may have been of a case or a request that is gone since a reset.",
        silent="The stand-in does not answer. It may have stopped; a new one has another address.",
        hidden="Names, id numbers and secrets are masked.",
    )
    return make_app(frame, sections, stand_in.changes)
