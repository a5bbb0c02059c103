"""How values look: times, amounts, durations, the chart of a case, and requests to copy."""

from amili_inspector.show.chart import Chart, Mark, chart
from amili_inspector.show.copies import as_curl, as_python
from amili_inspector.show.states import state_word
from amili_inspector.show.times import ago, parse_local, time_tag, zone_name
from amili_inspector.show.values import amount, duration, number, pretty_json, readable, size

__all__ = [
    "Chart",
    "Mark",
    "ago",
    "amount",
    "as_curl",
    "as_python",
    "chart",
    "duration",
    "number",
    "parse_local",
    "pretty_json",
    "readable",
    "size",
    "state_word",
    "time_tag",
    "zone_name",
]
