"""Renewing a token: one renewal at a time for a provider, whoever shares it, threads and tasks alike."""

import copy

from amili._context import Budget, Context, log_attempt, place_in_quota
from amili._effects import Call, Lost, Plan, Send, Wait
from amili._errors import AmiliError, ConfigurationError, NoAnswerError
from amili._tokens import EXCHANGE_PATH, Renewal

AUTHENTICATE = "authenticate"  # as errors and the log name the exchange of a credential for a token


def valid_token(context: Context, budget: Budget, operation: str = AUTHENTICATE) -> Plan[str]:
    """Give back a token that is valid now: the one held, the one that somebody else is renewing, or a new one.

    Raises an error of the operation `authenticate`, or of the one that wants the token if there is no time for the quota.
    A renewal that fails is the failure of all that waited for it. One that was given up, by a deadline or a cancelled task,
    is nobody else's: they go on by themselves. One that never ends, as its event loop was left, is taken over in time.
    """
    provider, patience = context.provider, 2 * context.timeout
    while (token := provider.fresh_token()) is None:
        renewal, ours = provider.renewal(context.monotonic(), patience)
        if renewal is None:
            continue
        if ours:
            return (yield from _renew(context, renewal, budget, operation))
        ended = yield Wait(renewal, min(budget.left, patience))
        if ended is None:
            return (yield from _renew(context, Renewal(context.monotonic()), budget, operation))
        if ended and renewal.failure is not None:
            raise budget.spent(copy.copy(renewal.failure))
        if not ended and budget.left <= 0:
            message = f"no token: waited for somebody else's renewal as long as this call may take ({budget.total:g} s)"
            raise budget.spent(NoAnswerError(message, operation=AUTHENTICATE))
    return token


def admission(context: Context, operation: str = "a request") -> Plan[str]:
    """Give back a valid token together with a place in the quota, for a request that no other plan sends."""
    budget = Budget(context)
    token = yield from valid_token(context, budget, operation)
    yield from place_in_quota(operation, budget)
    return token


def _renew(context: Context, renewal: Renewal, budget: Budget, operation: str) -> Plan[str]:
    try:
        yield from place_in_quota(operation, budget)
        hurried = budget.one_request < context.timeout
        try:
            return (yield from _exchange(context, budget))
        except AmiliError as problem:
            problem.operation = problem.operation or AUTHENTICATE
            # With more time it might have succeeded: then it is not the failure of those who have more.
            renewal.failure = None if hurried and isinstance(problem, NoAnswerError) else budget.spent(problem)
            raise
    finally:
        context.provider.end(renewal)


def _exchange(context: Context, budget: Budget) -> Plan[str]:
    """Swap the credential for a token, once."""
    provider = context.provider
    if provider.base_url is None:
        raise ConfigurationError("an AuthTokenProvider on its own needs base_url=; given to Amili(base_url, auth) it does not")
    exchange, sent_at = provider.exchange(), context.monotonic()
    call = Call(AUTHENTICATE, exchange.method, EXCHANGE_PATH, dict, body=exchange.body)
    outcome = yield Send(call, EXCHANGE_PATH, budget.one_request, provider.base_url, exchange.headers)
    log_attempt(call, EXCHANGE_PATH, outcome, context.monotonic() - sent_at, "")
    if isinstance(outcome, Lost):
        message = f"no token: {provider.base_url} did not answer ({outcome.reason})"
        raise NoAnswerError(message, operation=AUTHENTICATE)
    if not outcome.success:
        raise context.error(AUTHENTICATE, outcome)
    return provider.accept(outcome.content)
