"""Send a call until something comes back that counts: the plan below every other plan."""

from amili._core.engine.budget import Budget, logger, place_in_quota
from amili._core.engine.context import AUTHENTICATE, Context, log_attempt
from amili._core.engine.effects import Answer, Call, Lost, Plan, Send, Sleep
from amili._core.engine.retry import wait_before, worth_retrying
from amili._errors import AmiliError, ApiError, NoResponseError, RateLimitedError, ServerError


def attempt(context: Context, call: Call, budget: Budget, begun: int = 0) -> Plan[Answer | Lost]:
    """Send the call; try again only what surely was not processed, or what only reads. Gives back the last outcome.

    `begun` is how many attempts the budget had counted when this call was first sent. After a 401, which processes nothing, the
    token is renewed once, and the request made once more.
    """
    path, renewed = context.paths.path(call), False
    while True:
        budget.attempts += 1
        outcome, token, took = yield from _sent(context, call, path, budget)
        other = None
        if isinstance(outcome, Answer):
            budget.last = outcome
            if context.on_reply is not None:
                context.on_reply(call.operation, outcome, "projection" in call.params)
            other = context.paths.other(call, path, outcome)
            if other is None:
                context.paths.learn(call, path, outcome)
        refused = not renewed and isinstance(outcome, Answer) and outcome.status == 401 and context.tokens.discard(token)
        wait = 0.0 if other or refused else _wait(context, call, outcome, budget.attempts - begun, budget)
        then = "" if wait is None else f", next in {wait:.2f} s"
        log_attempt(call, path, outcome, took, f" (attempt {budget.attempts}{then})")
        if other:
            logger.info("%s: this server does not know %s, trying %s", call.operation, path, other)
            path = other
        elif refused:
            logger.info("%s: the token was refused, renewing it", call.operation)
            renewed = True
        elif wait is None:
            return outcome
        else:
            logger.info("%s: waiting %.2f s before another attempt", call.operation, wait)
            yield Sleep(wait)


def _sent(context: Context, call: Call, path: str, budget: Budget) -> Plan[tuple[Answer | Lost, str, float]]:
    """Send the call once, in its place; gives back what came, the token it was sent with, and the seconds that it took.

    If no token could be had for it, it was not sent, and that may pass or not.
    """
    try:
        token = yield from context.tokens.valid_token(context, budget, call.operation)
    except (NoResponseError, RateLimitedError, ServerError) as problem:
        if problem.operation != AUTHENTICATE:
            raise
        return Lost(False, f"no token could be had ({type(problem).__name__})", problem), "", 0.0
    except AmiliError as problem:
        raise budget.spent(problem) from None
    yield from place_in_quota(call.operation, budget)  # last of all, as a renewal may take its time
    sent_at = context.monotonic()
    outcome = yield Send(call, path, budget.one_request, context.base_url, {"X-API-Key": token})
    return outcome, token, context.monotonic() - sent_at


def _wait(context: Context, call: Call, outcome: Answer | Lost, tries: int, budget: Budget) -> float | None:
    """Return how long to wait before the next attempt, or None to stop here."""
    if not worth_retrying(call, outcome) or tries >= context.retry.attempts:
        return None
    if isinstance(outcome, Answer):
        asked = context.asked_to_wait(outcome)
    else:
        asked = outcome.problem.retry_after if isinstance(outcome.problem, ApiError) else None
    wait = wait_before(context.retry, tries, asked, context.random)
    return wait if wait < budget.left else None


def failure(context: Context, call: Call, outcome: Answer | Lost, budget: Budget) -> AmiliError:
    """Return the error for an outcome that is no success and of which nothing remains to be found out."""
    if isinstance(outcome, Answer):
        return budget.spent(context.error(call.operation, outcome))
    nothing = "; nothing was written" if call.writes and not outcome.sent else ""
    if isinstance(outcome.problem, NoResponseError):
        message = f"{call.operation} was not sent: {outcome.problem}{nothing}"
        return budget.spent(NoResponseError(message, operation=call.operation))
    if outcome.problem is not None:
        return budget.spent(outcome.problem)
    tried = f" after {budget.attempts} attempts" if budget.attempts > 1 else ""
    message = f"{context.host} did not answer {call.operation}{tried}: {outcome.reason}{nothing}"
    return budget.spent(NoResponseError(message, operation=call.operation))
