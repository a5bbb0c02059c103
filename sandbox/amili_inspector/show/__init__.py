"""How values look: times, amounts, durations, the chart of a case, how far a run is, and requests to copy."""

from amili_inspector.show.chart import money_chart
from amili_inspector.show.copies import as_curl, as_python
from amili_inspector.show.look import stylesheet
from amili_inspector.show.progress import look_of, parts_of
from amili_inspector.show.states import state_word
from amili_inspector.show.story import events_of
from amili_inspector.show.times import ago, parse_local, time_tag, zone_name
from amili_inspector.show.values import amount, duration, number, pretty_json, readable, size, ticked

__all__ = [
    "ago",
    "amount",
    "as_curl",
    "as_python",
    "duration",
    "events_of",
    "look_of",
    "money_chart",
    "number",
    "parse_local",
    "parts_of",
    "pretty_json",
    "readable",
    "size",
    "state_word",
    "stylesheet",
    "ticked",
    "time_tag",
    "zone_name",
]
