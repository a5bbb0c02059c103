"""Sends a read request and decodes its response."""

from typing import Any

from amili._core.engine import Budget, Context, Flow, Request, Response, error_for, send_with_retries
from amili._core.operations.decoding import decode, needed_for
from amili._errors import DecodeError


def read(context: Context, request: Request, budget: Budget | None = None) -> Flow[Any]:
    """Send a read request and return the page of its response; the budget then holds the response.

    A response that is not JSON comes from an intermediary and is retried; a page without a list of cases is not, since the next
    one would be no different. Raises DecodeError, or the error of a failed request.
    """
    budget = budget or context.budget()
    attempts_before = budget.attempts
    while True:
        outcome = yield from send_with_retries(context, request, budget, attempts_before)
        if not isinstance(outcome, Response) or not outcome.success:
            raise error_for(context, request, outcome, budget)
        try:
            page = decode(request.operation, outcome.content, request.parse)
            with needed_for(request.operation, budget):
                len(page.items)  # every caller needs them
            return page
        except DecodeError as problem:
            tries = budget.attempts - attempts_before
            wait = context.retry.backoff(tries, context.random)
            if problem.is_json or tries >= context.retry.attempts or wait >= budget.left:
                raise budget.annotate(problem) from None
        yield from budget.wait(wait)
