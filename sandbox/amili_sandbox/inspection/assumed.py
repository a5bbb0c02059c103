"""Assumptions for the pages."""

from collections.abc import Sequence

from amili_inspector import Assumed, AssumptionGroup

from amili_sandbox.server import Sandbox
from amili_sandbox.state import ASSUMPTION_GROUPS, SOURCES, Assumption, Value


class ShownAssumptions:
    """The assumptions of a stand-in, with their present values."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def groups(self) -> Sequence[AssumptionGroup]:
        """Return all assumptions."""
        values = self._sandbox.state.assumptions.as_json()
        return [
            AssumptionGroup(title, [_assumed(each, values[each.name]) for each in members])
            for title, members in ASSUMPTION_GROUPS.items()
        ]

    def set(self, name: str, value: str) -> None:
        """Change an assumption."""
        self._sandbox.assume({name: value})
        self._sandbox.changes.add()


def _assumed(each: Assumption, value: Value) -> Assumed:
    return Assumed(each.name, each.description, SOURCES[each.name], each.choices, _text(each.default), _text(value))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"
