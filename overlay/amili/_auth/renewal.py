"""Renewing a token: one renewal at a time for a provider, however many threads and tasks share it."""

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
    Send,
    acquire_quota,
    log_attempt,
)
from amili._errors import AmiliError, ConfigurationError, NoResponseError

EXCHANGE_PATH = "/authenticates/api-code"


class RenewedTokens:
    """The tokens of a store, renewed when they need it: the token source of a client."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store
        self.invalidate = store.invalidate

    def valid_token(self, context: Context, budget: Budget, operation: str = AUTHENTICATE) -> Flow[str]:
        """Give back a token that is valid now: the one in store, the one being renewed elsewhere, or a new one.

        Raises an error of the operation `authenticate`, or of the one that needs the token if there is no time for the quota.
        If a renewal fails, all who wait get its error. If it was abandoned, by a deadline or a cancelled task, the waiters start
        their own. One that never ends, as its event loop was left, is taken over in time.
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

    def _renew(self, context: Context, renewal: Renewal, budget: Budget, operation: str) -> Flow[str]:
        try:
            yield from acquire_quota(operation, budget)
            hurried = budget.request_timeout < context.timeout
            try:
                return (yield from self._token_request(context, budget))
            except AmiliError as problem:
                problem.operation = problem.operation or AUTHENTICATE
                # With more time it might have succeeded: then it is not the failure of those who have more.
                renewal.failure = None if hurried and isinstance(problem, NoResponseError) else budget.annotate(problem)
                raise
        finally:
            self._store.end(renewal)

    def _token_request(self, context: Context, budget: Budget) -> Flow[str]:
        """Swap the credential for a token, once."""
        store = self._store
        if store.base_url is None:
            raise ConfigurationError(
                "an AuthTokenProvider on its own needs base_url=; given to Amili(base_url, auth) it does not"
            )
        token_request, sent_at = store.token_request(), context.monotonic()
        request = Request(AUTHENTICATE, token_request.method, EXCHANGE_PATH, dict, body=token_request.body)
        outcome = yield Send(request, EXCHANGE_PATH, budget.request_timeout, store.base_url, token_request.headers)
        log_attempt(request, EXCHANGE_PATH, outcome, context.monotonic() - sent_at, "")
        if isinstance(outcome, NoResponse):
            message = f"no token: {store.base_url} did not answer ({outcome.reason})"
            raise NoResponseError(message, operation=AUTHENTICATE)
        if not outcome.success:
            raise context.error(AUTHENTICATE, outcome)
        return store.store_response(outcome.content)


def token_within_quota(context: Context, operation: str = "a request") -> Flow[str]:
    """Give back a valid token together with a place in the quota, for a request that no other plan sends."""
    budget = context.budget()
    token = yield from context.tokens.valid_token(context, budget, operation)
    yield from acquire_quota(operation, budget)
    return token
