"""One write at a time on one case or invoice number: a concurrent write would be indistinguishable from a lost one.

This covers all clients, threads and tasks of one process.
"""

from typing import TypeVar

from amili._core.engine import Budget, Completion, Context, Flow, Join, PerProcess
from amili._errors import NoResponseError

T = TypeVar("T")
_in_progress: PerProcess[dict[tuple[str, str], Completion]] = PerProcess(dict)


def run_exclusively(context: Context, operation: str, key: str, budget: Budget, flow: Flow[T]) -> Flow[T]:
    """Run a flow when no other write on this key is in progress; raises NoResponseError if the budget does not allow the wait."""
    writes, lock_key, ours = _in_progress.get(), (context.base_url, key), Completion()
    while (other := writes.setdefault(lock_key, ours)) is not ours:
        if not (yield Join(other, max(budget.left, 0.0))):
            flow.close()
            message = f"{operation} was not sent: another write on {key} is in progress in this process"
            raise budget.annotate(NoResponseError(message, operation=operation))
    try:
        return (yield from flow)
    finally:
        del writes[lock_key]
        ours.ended.set_result(None)
