"""The clock for the pages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from amili_inspector import ComingChange

from amili_sandbox.domain import advance_cases, coming_states
from amili_sandbox.server import Changes
from amili_sandbox.state import State


class ShownClock:
    """The clock of a stand-in, and what it will do to the cases."""

    def __init__(self, state: State, changes: Changes) -> None:
        self._state = state
        self._changes = changes

    def now(self) -> datetime:
        """Return the stand-in's time."""
        return self._state.clock.now().replace(tzinfo=UTC)

    def is_frozen(self) -> bool:
        """Whether it stands still."""
        return bool(self._state.clock.as_json()["frozen"])

    def move_to(self, moment: datetime) -> None:
        """Jump to a time."""
        self._apply({"now": moment.isoformat()})

    def advance(self, duration: timedelta) -> None:
        """Let time pass."""
        self._apply({"advance": duration.total_seconds()})

    def freeze(self, frozen: bool) -> None:
        """Stop the clock, or let it run."""
        self._apply({"frozen": frozen})

    def coming(self, limit: int) -> Sequence[ComingChange]:
        """Return the next changes of state, the earliest first."""
        advance_cases(self._state)
        cases, found = self._state.database["cases"], []
        for due in self._state.database["lifecycle"].find(sort={"at": 1}, limit=limit):
            case = cases.find_one(due["_id"])
            coming = [] if case is None else coming_states(self._state, case)
            if case is not None and coming:
                state, at = coming[0]
                found.append(ComingChange(str(case["_id"]), case["debt"]["invoice_number"], state, at.replace(tzinfo=UTC)))
        return found

    def _apply(self, changes: object) -> None:
        self._state.clock.apply(changes)
        self._changes.add()
