"""Renews tokens: one renewal at a time for each provider, for all threads and tasks that share it."""

import copy

from amili._auth.tokens import Renewal, TokenStore
from amili._core.engine import (
    AUTHENTICATE,
    Budget,
    Context,
    Flow,
    Join,
    NoResponse,
    Request,
    Secret,
    Send,
    acquire_quota,
    close_quota,
    send_reported,
)
from amili._errors import AmiliError, ConfigurationError, NoResponseError

EXCHANGE_PATH = "/authenticates/api-code"


class RenewedTokens:
    """The token source of a client: the token of a store, renewed when necessary."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store
        self.invalidate = store.invalidate

    def valid_token(self, context: Context, budget: Budget, operation: str = AUTHENTICATE) -> Flow[Secret[str]]:
        """Return a valid token: the stored one, the one that another flow is requesting, or a new one.

        Raises an error of the operation `authenticate`, or of `operation` if there is no time to wait for the quota. If a renewal
        fails, all waiters get its error. If it was abandoned, by a deadline or a cancelled task, the waiters start their own.
        After two request timeouts a renewal is taken over, since its event loop may have stopped.
        """
        store, lock_timeout = self._store, 2 * context.timeout
        while (token := store.current_token()) is None:
            renewal, ours = store.join_or_start_renewal(context.monotonic(), lock_timeout)
            if renewal is None:
                continue
            if ours:
                return (yield from self._renew(context, renewal, budget, operation))
            ended = yield Join(renewal, min(budget.left, lock_timeout))
            if ended is None:
                return (yield from self._renew(context, Renewal(context.monotonic()), budget, operation))
            if ended and renewal.failure is not None:
                raise budget.annotate(copy.copy(renewal.failure))
            if not ended and budget.left <= 0:
                message = f"no token: waited for another renewal as long as this call may take ({budget.total:g} s)"
                raise budget.annotate(NoResponseError(message, operation=AUTHENTICATE))
        return token

    def _renew(self, context: Context, renewal: Renewal, budget: Budget, operation: str) -> Flow[Secret[str]]:
        try:
            yield from acquire_quota(operation, budget)
            shortened = budget.request_timeout < context.timeout
            try:
                return (yield from self._token_request(context, budget))
            except AmiliError as problem:
                problem.operation = problem.operation or AUTHENTICATE
                # With more time it might have succeeded, so waiters with more time try again.
                renewal.failure = None if shortened and isinstance(problem, NoResponseError) else budget.annotate(problem)
                raise
        finally:
            self._store.end(renewal)

    def _token_request(self, context: Context, budget: Budget) -> Flow[Secret[str]]:
        """Exchange the credential for a token with one request."""
        store = self._store
        if store.base_url is None:
            raise ConfigurationError("an AuthTokenProvider used without Amili needs base_url=")
        token_request = store.token_request()
        request = Request(AUTHENTICATE, token_request.method, EXCHANGE_PATH, dict, body=token_request.body)
        send = Send(request, EXCHANGE_PATH, budget.request_timeout, store.base_url, token_request.assertion)
        outcome = yield from send_reported(context, send, budget)
        if isinstance(outcome, NoResponse):
            message = f"no token: no response from {store.base_url} ({outcome.reason})"
            raise NoResponseError(message, operation=AUTHENTICATE, temporary=outcome.temporary)
        yield from close_quota(context, outcome)
        if not outcome.success:
            hint = store.clock_problem(token_request, outcome)
            for secret in filter(None, (token_request.code, token_request.assertion)):
                outcome = outcome.without(secret)
            raise context.error(AUTHENTICATE, outcome, hint=hint)
        return store.store_response(outcome)


def token_within_quota(context: Context, operation: str = "a request") -> Flow[tuple[Secret[str], float]]:
    """Return a valid token, and the seconds waited for the quota, for a request of the generated client."""
    budget = context.budget()
    token = yield from context.tokens.valid_token(context, budget, operation)
    yield from acquire_quota(operation, budget)
    return token, budget.take_waited()
