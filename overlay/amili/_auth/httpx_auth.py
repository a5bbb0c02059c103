"""Tokens as an `httpx.Auth`, for the generated client."""

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from amili._core.engine import Context, NoResponse, Response, Secret


class TokenAuth(httpx.Auth):
    """Sets X-API-Key to a valid token; after a 401, which processes nothing, it renews the token and sends once more.

    `get_token` returns a token and how long it waited, or an awaitable of both for the asynchronous client. Tracebacks hold the
    request, so it has the token only while it is sent, and then the opaque one, with which the client removes it from a response
    that repeats it.
    """

    def __init__(self, context: Context, get_token: Callable[[], Any]) -> None:
        self._context, self._get_token = context, get_token

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate for the blocking client."""
        for attempt in (1, 2):
            token, wait = self._get_token()
            with self._sending(request, token, attempt, wait) as statuses:
                response = yield request
                statuses.append(response.status_code)
            if response.status_code != 401 or not self._context.tokens.invalidate(token):
                return
            response.read()  # frees the connection

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate for the asynchronous client, in the same way."""
        for attempt in (1, 2):
            token, wait = await self._get_token()
            with self._sending(request, token, attempt, wait) as statuses:
                response = yield request
                statuses.append(response.status_code)
            if response.status_code != 401 or not self._context.tokens.invalidate(token):
                return
            await response.aread()

    @contextmanager
    def _sending(self, request: httpx.Request, token: Secret[str], attempt: int, wait: float) -> Iterator[list[int]]:
        """Give a request its token while it is sent, and report the attempt; the block appends the status of the response."""
        statuses, since = list[int](), self._context.monotonic()
        request.headers["X-API-Key"], request.extensions["key"] = token.reveal(), token
        try:
            yield statuses
        finally:
            del request.headers["X-API-Key"]
            outcome = Response(statuses[0], {}, b"") if statuses else NoResponse(True, "no response")
            path = request.url.path.removeprefix(urlsplit(self._context.base_url).path)
            self._context.report("api", request.method, path, outcome, since=since, attempt=attempt, wait=wait)
