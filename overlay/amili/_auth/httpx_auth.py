"""Tokens as an `httpx.Auth`, for the generated client."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import httpx

from amili._core.engine import Secret


class TokenAuth(httpx.Auth):
    """Sets X-API-Key to a valid token; after a 401, which processes nothing, it renews the token and sends once more.

    `get_token` returns a token, or an awaitable of one for the asynchronous client; `invalidate` discards a refused token and
    returns whether another can be obtained. Tracebacks hold the request, so it has the token only while it is sent, and then
    the opaque one, with which the client removes it from a response that repeats it.
    """

    def __init__(self, invalidate: Callable[[Secret[str]], bool], get_token: Callable[[], Any]) -> None:
        self._invalidate, self._get_token = invalidate, get_token

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate for the blocking client."""
        for _ in range(2):
            token = self._get_token()
            request.headers["X-API-Key"], request.extensions["key"] = token.reveal(), token
            try:
                response = yield request
            finally:
                del request.headers["X-API-Key"]
            if response.status_code != 401 or not self._invalidate(token):
                return
            response.read()  # frees the connection

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate for the asynchronous client, in the same way."""
        for _ in range(2):
            token = await self._get_token()
            request.headers["X-API-Key"], request.extensions["key"] = token.reveal(), token
            try:
                response = yield request
            finally:
                del request.headers["X-API-Key"]
            if response.status_code != 401 or not self._invalidate(token):
                return
            await response.aread()
