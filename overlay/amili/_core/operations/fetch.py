"""Send a reading request and decode its reply."""

from typing import Any

from amili._core.engine import Budget, Context, Flow, Request, Response, Sleep, error_for, send_with_retries
from amili._core.operations.decoding import decode
from amili._errors import DecodeError


def read(context: Context, request: Request, budget: Budget | None = None) -> Flow[Any]:
    """Send a reading call and give back its model; the budget then holds the reply.

    A reply that is no JSON at all is the work of something between us and the API and is asked for again; one that does not
    fit the contract will not fit it the next time either.
    """
    budget = budget or context.budget()
    attempts_before = budget.attempts
    while True:
        outcome = yield from send_with_retries(context, request, budget, attempts_before)
        if not isinstance(outcome, Response) or not outcome.success:
            raise error_for(context, request, outcome, budget)
        try:
            model = decode(request.operation, outcome.content, request.parse)
            return _check_counts(model) if request.operation == "list_cases" else model
        except DecodeError as problem:
            tries = budget.attempts - attempts_before
            wait = context.retry.backoff(tries, context.random)
            if problem.is_json or tries >= context.retry.attempts or wait >= budget.left:
                raise budget.annotate(problem) from None
        yield Sleep(wait)


def _check_counts(page: Any) -> Any:
    """Return a page whose counts are numbers; the models do not look at them, and whoever counts with them relies on it."""
    for name in ("page", "max_results", "total"):
        if type(getattr(page.meta, name)) is not int:
            message = f"the reply to list_cases does not fit the contract at /_meta/{name}: it is no whole number"
            raise DecodeError(message, operation="list_cases", path=f"/_meta/{name}")
    return page
