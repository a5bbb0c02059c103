"""One write at a time on one case or invoice number: when a reply is lost, another one meanwhile would look like it.

This holds in one process, over all its clients, threads and tasks.
"""

from typing import TypeVar

from amili._core.engine import Budget, Context, PerProcess, Plan, Turn, Wait
from amili._errors import NoResponseError

T = TypeVar("T")
_taken: PerProcess[dict[tuple[str, str], Turn]] = PerProcess(dict)


def in_turn(context: Context, operation: str, key: str, budget: Budget, plan: Plan[T]) -> Plan[T]:
    """Carry out a plan when no other holds this key; raises NoResponseError if its turn does not come within the budget."""
    taken, place, turn = _taken.get(), (context.base_url, key), Turn()
    while (other := taken.setdefault(place, turn)) is not turn:
        if not (yield Wait(other, max(budget.left, 0.0))):
            plan.close()
            message = f"{operation} was not sent: another write on {key} is under way in this process"
            raise budget.spent(NoResponseError(message, operation=operation))
    try:
        return (yield from plan)
    finally:
        del taken[place]
        turn.ended.set_result(None)
