"""Tokens on the wire: an `httpx.Auth` for both clients, and the exchange on its own; the decisions are in `_tokens`."""

import weakref
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

from amili._envelope import error_from_reply
from amili._errors import AmiliError, ConfigurationError, NoAnswerError
from amili._tokens import EXCHANGE_PATH, AuthTokenProvider

if TYPE_CHECKING:
    import asyncio

    Locks = weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]

_async_locks: "weakref.WeakKeyDictionary[AuthTokenProvider, Locks]" = weakref.WeakKeyDictionary()


def _async_lock(provider: AuthTokenProvider) -> "asyncio.Lock":
    """Return the lock of this provider in this event loop, since an asyncio lock belongs to one loop."""
    import asyncio  # noqa: PLC0415 - a blocking client does without

    locks = _async_locks.setdefault(provider, weakref.WeakKeyDictionary())
    return locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())


def _exchange_request(provider: AuthTokenProvider, failures_seen: int) -> httpx.Request:
    exchange = provider.exchange(failures_seen)
    if provider.base_url is None:
        raise ConfigurationError("an AuthTokenProvider on its own needs base_url=; given to Amili(base_url, auth) it does not")
    url = provider.base_url + EXCHANGE_PATH
    headers = {"Accept": "application/json", **exchange.headers}
    return httpx.Request(exchange.method, url, headers=headers, json=exchange.body)


def _accept(provider: AuthTokenProvider, response: httpx.Response) -> str:
    try:
        if not response.is_success:
            now = datetime.fromtimestamp(provider.now(), UTC)
            raise error_from_reply("authenticate", response.status_code, response.headers, response.content, now)
        return provider.accept(response.content)
    except AmiliError as problem:
        provider.failed(problem)
        raise


def _note_failure(provider: AuthTokenProvider, problem: BaseException, task: "asyncio.Task[Any] | None" = None) -> None:
    """Note a renewal that failed for those who wait for it, but not that its task or a person gave up: they ask themselves."""
    gave_up = isinstance(problem.__context__, KeyboardInterrupt | SystemExit) or (task is not None and task.cancelling() > 0)
    if not gave_up:
        provider.failed(_no_answer(provider, problem))


class TokenAuth(httpx.Auth):
    """Puts a valid token into X-API-Key; after a 401, which processes nothing, one renewal and one more try."""

    def __init__(self, provider: AuthTokenProvider) -> None:
        self._provider = provider

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate for the blocking client; the lock is let go if the exchange fails, as httpx closes this generator."""
        for _ in range(2):
            failures_seen, token = self._provider.failures, self._provider.fresh_token()
            if token is None:
                with self._provider.lock:
                    token = self._provider.fresh_token()
                    if token is None:
                        exchange = _exchange_request(self._provider, failures_seen)
                        try:
                            response = yield exchange
                            response.read()
                        except (GeneratorExit, httpx.HTTPError) as problem:
                            _note_failure(self._provider, problem)
                            raise
                        token = _accept(self._provider, response)
            request.headers["X-API-Key"] = token
            response = yield request
            if response.status_code != 401 or not self._provider.renewable:
                return
            self._provider.discard(token)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate for the asynchronous client, in the same way."""
        for _ in range(2):
            failures_seen, token = self._provider.failures, self._provider.fresh_token()
            if token is None:
                lock = _async_lock(self._provider)
                await lock.acquire()
                try:
                    token = self._provider.fresh_token()
                    if token is None:
                        exchange = _exchange_request(self._provider, failures_seen)
                        try:
                            response = yield exchange
                            await response.aread()
                        except (GeneratorExit, httpx.HTTPError) as problem:
                            import asyncio  # noqa: PLC0415 - a blocking client does without

                            _note_failure(self._provider, problem, asyncio.current_task())
                            raise
                        token = _accept(self._provider, response)
                finally:
                    lock.release()
            request.headers["X-API-Key"] = token
            response = yield request
            if response.status_code != 401 or not self._provider.renewable:
                return
            self._provider.discard(token)


def is_exchange(request: httpx.Request) -> bool:
    """Tell whether a request was the one for a token: if it failed, the call itself was never sent."""
    return request.url.path.endswith(EXCHANGE_PATH)


def fetch_token(provider: AuthTokenProvider) -> str:
    """Return a valid token, with a connection of its own."""
    failures_seen, token = provider.failures, provider.fresh_token()
    if token is not None:
        return token
    with provider.lock:
        token = provider.fresh_token()
        if token is not None:
            return token
        try:
            request = _exchange_request(provider, failures_seen)
            with httpx.Client(timeout=30.0) as client:
                response = client.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            error = _no_answer(provider, problem)
            provider.failed(error)
            raise error from None
        return _accept(provider, response)


async def afetch_token(provider: AuthTokenProvider) -> str:
    """Return a valid token, with a connection of its own, without blocking the event loop."""
    failures_seen, token = provider.failures, provider.fresh_token()
    if token is not None:
        return token
    async with _async_lock(provider):
        token = provider.fresh_token()
        if token is not None:
            return token
        try:
            request = _exchange_request(provider, failures_seen)
            async with httpx.AsyncClient(timeout=30.0) as client:
                response = await client.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            error = _no_answer(provider, problem)
            provider.failed(error)
            raise error from None
        return _accept(provider, response)


def _no_answer(provider: AuthTokenProvider, problem: BaseException) -> NoAnswerError:
    kind = "no connection" if isinstance(problem, GeneratorExit) else type(problem).__name__
    return NoAnswerError(f"no token: {provider.base_url} did not answer ({kind})", operation="authenticate")
