"""Sends a read request and decodes its response."""

from typing import Any

from amili._core.engine import Budget, Context, Flow, Request, Response, Sleep, error_for, send_with_retries
from amili._core.operations.decoding import decode
from amili._errors import DecodeError


def read(context: Context, request: Request, budget: Budget | None = None) -> Flow[Any]:
    """Send a read request and return the model of its response; the budget then holds the response.

    A response that is not JSON comes from an intermediary and is retried; one that does not match the contract is not, since the
    next one would not match either. Raises DecodeError, or the error of a failed request.
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
    """Return the page; raises DecodeError unless its counts are integers, which the models do not check."""
    for name in ("page", "max_results", "total"):
        if type(getattr(page.meta, name)) is not int:
            message = f"the response to list_cases does not match the contract at /_meta/{name}: it is not an integer"
            raise DecodeError(message, operation="list_cases", path=f"/_meta/{name}")
    return page
