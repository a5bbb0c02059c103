"""All parts of a stand-in."""

from dataclasses import dataclass

from amili_inspector.source.cases import Cases
from amili_inspector.source.changes import Changes
from amili_inspector.source.controls import Assumptions, Clock, Faults, Quota
from amili_inspector.source.requests import Requests


@dataclass(frozen=True)
class StandIn:
    """What the pages of a stand-in show."""

    base_url: str
    account: str
    creditor: str
    cases: Cases
    requests: Requests
    changes: Changes
    clock: Clock
    faults: Faults
    assumptions: Assumptions
    quota: Quota
