"""Tokens as an `httpx.Auth`, for the generated client."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import httpx


class TokenAuth(httpx.Auth):
    """Puts a valid token into X-API-Key; after a 401, which processes nothing, one renewal and one more try.

    `ask` returns a token, or for the asynchronous client an awaitable of one; `invalidate` forgets one that was refused and
    returns whether another can be obtained.
    """

    def __init__(self, invalidate: Callable[[str], bool], ask: Callable[[], Any]) -> None:
        self._invalidate, self._ask = invalidate, ask

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate for the blocking client."""
        for _ in range(2):
            token = request.headers["X-API-Key"] = self._ask()
            response = yield request
            if response.status_code != 401 or not self._invalidate(token):
                return
            response.read()  # which gives its connection back

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate for the asynchronous client, in the same way."""
        for _ in range(2):
            token = request.headers["X-API-Key"] = await self._ask()
            response = yield request
            if response.status_code != 401 or not self._invalidate(token):
                return
            await response.aread()
