"""Send one request, with quota, token, path and retries. All other flows build on it."""

from amili._core.engine.budget import Budget, acquire_quota, logger
from amili._core.engine.context import AUTHENTICATE, Context
from amili._core.engine.effects import CloseQuota, Flow, NoResponse, Request, Response, Send
from amili._core.engine.retry import delay_before, worth_retrying
from amili._core.engine.secret import Secret
from amili._errors import AmiliError, ApiError, NoResponseError, RateLimitedError, ServerError

Outcome = Response | NoResponse


def send_with_retries(context: Context, request: Request, budget: Budget, attempts_before: int = 0) -> Flow[Outcome]:
    """Send the request, and again if it certainly was not processed or is a read; returns the last outcome.

    `attempts_before` is the number of attempts in the budget before this request was first sent. After a 401, which processes
    nothing, the token is renewed once and the request is sent once more.
    """
    path, renewed = context.paths.path(request), False
    while True:
        budget.attempts += 1
        attempt = budget.attempts - attempts_before
        outcome, token = yield from _send_once(context, request, path, budget, attempt)
        other_path = None
        if isinstance(outcome, Response):
            budget.last = outcome
            if context.on_response is not None:
                context.on_response(request.operation, outcome, "projection" in request.params)
            other_path = context.paths.alternative(request, path, outcome)
            if other_path is None:
                context.paths.remember(request, path, outcome)
        refused = not renewed and isinstance(outcome, Response) and outcome.status == 401 and context.tokens.invalidate(token)
        delay = 0.0 if other_path or refused else _delay(context, request, outcome, attempt, budget)
        if isinstance(outcome, Response):
            yield from close_quota(context, outcome)
        if other_path:
            logger.info("%s: this server has no route %s, trying %s", request.operation, path, other_path)
            path = other_path
        elif refused:
            logger.info("%s: the token was refused, renewing it", request.operation)
            renewed = True
        elif delay is None:
            return outcome
        else:
            logger.info("%s: waiting %.2f s before another attempt", request.operation, delay)
            yield from budget.wait(delay)


def _send_once(context: Context, request: Request, path: str, budget: Budget, attempt: int) -> Flow[tuple[Outcome, Secret[str]]]:
    """Send the request once, within the quota; returns the outcome, and the token it was sent with.

    Without a token nothing is sent; the failure may be transient.
    """
    try:
        token = yield from context.tokens.valid_token(context, budget, request.operation)
    except (NoResponseError, RateLimitedError, ServerError) as problem:
        if problem.operation != AUTHENTICATE:
            raise
        temporary = getattr(problem, "temporary", True)
        return NoResponse(False, f"no token could be obtained ({type(problem).__name__})", problem, temporary), Secret("")
    except AmiliError as problem:
        raise budget.annotate(problem) from None
    yield from acquire_quota(request.operation, budget)  # last, since a renewal may take some time
    send = Send(request, path, budget.request_timeout, context.base_url, token)
    outcome = yield from send_reported(context, send, budget, attempt)
    return outcome.without(token) if isinstance(outcome, Response) else outcome, token


def send_reported(context: Context, send: Send, budget: Budget, attempt: int = 1) -> Flow[Outcome]:
    """Send a request and report the attempt, also if Ctrl-C or the end of a task cuts it off."""
    wait, since = budget.take_waited(), context.monotonic()
    outcome: Outcome = NoResponse(True, "the call was cut off")
    try:
        outcome = yield send
    finally:
        operation, method = send.request.operation, send.request.method
        context.report(operation, method, send.path, outcome, since=since, attempt=attempt, wait=wait, base_url=send.base_url)
    return outcome


def close_quota(context: Context, response: Response) -> Flow[None]:
    """After a 429, stop the others who share the quota for as long as the response asks, or for the shorter of the windows."""
    if response.status == 429:
        yield CloseQuota(context.retry_after_of(response) or 1.0)


def _delay(context: Context, request: Request, outcome: Outcome, attempt: int, budget: Budget) -> float | None:
    """Return how long to wait before the next attempt, or None to stop here."""
    if not worth_retrying(request, outcome) or attempt >= context.retry.attempts:
        return None
    if isinstance(outcome, Response):
        retry_after = context.retry_after_of(outcome)
    else:
        retry_after = outcome.cause.retry_after if isinstance(outcome.cause, ApiError) else None
    delay = delay_before(context.retry, attempt, retry_after, context.random)
    return delay if delay < budget.left else None


def error_for(context: Context, request: Request, outcome: Outcome, budget: Budget) -> AmiliError:
    """Build the error for a failed outcome when nothing is left to look up."""
    if isinstance(outcome, Response):
        return budget.annotate(context.error(request.operation, outcome, request.body))
    nothing = "; nothing was written" if request.writes and not outcome.may_have_arrived else ""
    if isinstance(outcome.cause, NoResponseError):
        message = f"{request.operation} was not sent: {outcome.cause}{nothing}"
        return budget.annotate(NoResponseError(message, operation=request.operation, temporary=outcome.temporary))
    if outcome.cause is not None:
        outcome.cause.operation = outcome.cause.operation or request.operation
        return budget.annotate(outcome.cause)
    tried = f" after {budget.attempts} attempts" if budget.attempts > 1 else ""
    message = f"{request.operation}: no response from {context.host}{tried}: {outcome.reason}{nothing}"
    return budget.annotate(NoResponseError(message, operation=request.operation, temporary=outcome.temporary))
