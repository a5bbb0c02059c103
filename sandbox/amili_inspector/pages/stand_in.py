"""The pages of a stand-in."""

from typing import Any

from flask import Flask

from amili_inspector.pages.application import make_app
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
    return make_app("Stand-in", sections, stand_in.changes, banner)
