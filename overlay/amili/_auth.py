"""Tokens where no plan is: an `httpx.Auth` for the generated client, and the exchange for a provider on its own."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import httpx

from amili._context import Budget, Context
from amili._drivers import arun, run
from amili._http import async_client, client
from amili._renewal import valid_token
from amili._tokens import AuthTokenProvider


class TokenAuth(httpx.Auth):
    """Puts a valid token into X-API-Key; after a 401, which processes nothing, one renewal and one more try.

    `ask` gives a token, or for the asynchronous client the promise of one.
    """

    def __init__(self, provider: AuthTokenProvider, ask: Callable[[], Any]) -> None:
        self._provider, self._ask = provider, ask

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate for the blocking client."""
        for _ in range(2):
            token = request.headers["X-API-Key"] = self._ask()
            response = yield request
            if response.status_code != 401 or not self._provider.discard(token):
                return
            response.read()  # which gives its connection back

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate for the asynchronous client, in the same way."""
        for _ in range(2):
            token = request.headers["X-API-Key"] = await self._ask()
            response = yield request
            if response.status_code != 401 or not self._provider.discard(token):
                return
            await response.aread()


def fetch_token(provider: AuthTokenProvider) -> str:
    """Return a valid token, with a connection of its own."""
    token = provider.fresh_token()
    if token is not None:
        return token
    context = Context(provider.base_url or "", provider)
    with client(context.base_url, context.timeout, None) as http:
        return run(valid_token(context, Budget(context)), http, None)


async def afetch_token(provider: AuthTokenProvider) -> str:
    """Return a valid token, with a connection of its own, without blocking the event loop."""
    token = provider.fresh_token()
    if token is not None:
        return token
    context = Context(provider.base_url or "", provider)
    async with async_client(context.base_url, context.timeout, None) as http:
        return await arun(valid_token(context, Budget(context)), http, None)
