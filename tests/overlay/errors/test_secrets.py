"""No token, code, claim or key is in what an error reporter takes apart: frames, their locals, attributes, causes, contexts."""

import asyncio
import contextlib
import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from amili import (
    Amili,
    AmiliError,
    ApiError,
    AsyncAmili,
    AuthenticationError,
    AuthTokenProvider,
    BadRequestError,
    Condition,
    ConfigurationError,
    DecodeError,
    NoResponseError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    Retry,
    ServerError,
    ValidationError,
)
from amili_api.errors import UnexpectedStatus
from amili_sandbox.testing import SandboxProcess
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.overlay.reporter import frames, leaks
from tests.overlay.support import Clients, reply
from tests.samples import CASE, invoice
from tests.virtual_time import BASE_URL

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
TOKEN, NEW = "tok/en+secret=0123456789", "new/token-secret.0123456789"
CODE, OTHER = "api-code/secret.0123456789", "env-secret-0123456789"
SECRETS = [TOKEN, NEW, CODE, OTHER, *PEM.splitlines()[1:-1], "eyJ"]  # the signed claim begins with eyJ
ONCE = Retry(attempts=1, base=0.001, cap=0.001, settle=0.0)
EXCHANGE = "/authenticates/api-code"
PROVIDERS: dict[str, Callable[[], Any]] = {
    "token": lambda: TOKEN,
    "code": lambda: AuthTokenProvider.from_api_code(CODE),
    "key": lambda: AuthTokenProvider.from_private_key(CODE, PEM),
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_ELSE", OTHER)


def raised(call: Callable[[], Any], kind: type[BaseException]) -> BaseException:
    with pytest.raises(kind) as caught:
        call()
    return caught.value


def clean(problem: BaseException, secrets: list[str] = SECRETS) -> bool:
    found = leaks(problem, secrets)
    assert found == []
    return True


def without_frames_of_the_http_library(problem: BaseException) -> bool:
    return not any(str(frame.f_globals.get("__name__")).startswith(("httpx.", "httpcore.", "h11.")) for frame in frames(problem))


def test_the_walk_finds_what_is_hidden_anywhere() -> None:
    class Slotted:
        __slots__ = ("__deep",)

        def __init__(self) -> None:
            self.__deep = [{"x": (b"..." + TOKEN.encode(),)}]

        def method(self) -> None:
            pass

    Slotted.__module__ = "elsewhere"

    def fail(held: Any) -> None:
        try:
            raise KeyError(held)
        except KeyError:
            raise ValueError("x") from None

    request = httpx.Request("GET", "http://x", headers={"k": TOKEN})
    for held in (TOKEN, {TOKEN: 1}, Slotted(), [lambda: 0, Slotted().method], request):
        problem = raised(partial(fail, held), ValueError)
        assert leaks(problem, [TOKEN]), held
    assert leaks(raised(lambda: fail(TOKEN), ValueError), [NEW]) == []


# What the API answers


def echo(request: httpx.Request) -> list[str]:
    """All that a request holds, as servers repeat it: as it is, or escaped for JSON, URLs and pages."""
    sent = [request.headers.get("x-api-key", ""), *([CODE] if request.url.path == EXCHANGE else [])]
    written = [json.dumps(text)[1:-1].replace("/", "\\/").replace("=", "\\u003d") for text in sent]
    return [*sent, *written, *(quote(text, safe="") for text in sent), *(text.replace("/", "&#x2F;") for text in sent)]


def repeating(status: int, request: httpx.Request) -> httpx.Response:
    """A refusal that repeats the key in the text, in an issue, in its name, and in headers."""
    error = '{"_status": "ERR", "_issues": {"customer": "%s", "%s": "x"}, "_error": {"code": %d, "message": "bad token %s"}}'
    shown = " ".join(echo(request))
    headers = {"x-request-id": f"for {shown}", "www-authenticate": f"Bearer {shown}"}
    return httpx.Response(status, content=(error % (shown, shown, status, shown)).encode(), headers=headers)


STATUSES = {
    400: BadRequestError, 401: AuthenticationError, 403: PermissionDeniedError, 418: AmiliError, 422: ValidationError,
    429: RateLimitedError, 500: ServerError,
}  # fmt: skip


def ask_of(amili: Any) -> dict[str, Callable[[], Any]]:
    return {
        "reading": lambda: amili.case(CASE),
        "listing": lambda: list(amili.cases()),
        "writing": lambda: amili.register(invoice(), deadline=0.05),
        "crediting": lambda: amili.credit(CASE, 1, deadline=0.05),
    }


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("auth", PROVIDERS)
def test_an_error_response_that_repeats_the_key(clients: Clients, auth: str, status: int) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return reply({"token": NEW}) if request.url.path == EXCHANGE else repeating(status, request)

    for ask in ask_of(clients.answering(handler, auth=PROVIDERS[auth](), retry=ONCE)).values():
        problem = raised(ask, AmiliError)
        clean(problem, [*SECRETS, quote(TOKEN, safe=""), quote(NEW, safe="")])
        if isinstance(problem, STATUSES[status]) and isinstance(problem, ApiError):
            assert "bad token [redacted] [redacted]" not in str(problem)
            assert (problem.body.count("[redacted]") > 3, "[redacted]" in problem.message) == (True, True)
            assert problem.request_id is not None
            assert "[redacted]" in problem.request_id


@pytest.mark.parametrize("status", [*STATUSES, 302])
@pytest.mark.parametrize("auth", ["code", "key"])
def test_a_refused_exchange_that_repeats_the_credential(clients: Clients, auth: str, status: int) -> None:
    amili = clients.answering(lambda request: repeating(status, request), auth=PROVIDERS[auth](), retry=ONCE)
    for ask in ask_of(amili).values():
        clean(raised(ask, AmiliError), [*SECRETS, quote(CODE, safe="")])


EXCHANGES = {
    "a token in another place": {"value": NEW},
    "a token that can not be sent": {"token": NEW + "\n" + NEW},
    "the code only": [CODE],
    "no JSON": NEW.encode() + b"{" + CODE.encode(),
}


@pytest.mark.parametrize("document", EXCHANGES.values(), ids=EXCHANGES)
@pytest.mark.parametrize("auth", ["code", "key"])
def test_an_exchange_without_a_token_that_can_be_used(clients: Clients, auth: str, document: Any) -> None:
    for ask in ask_of(clients.answering(lambda _: reply(document), auth=PROVIDERS[auth](), retry=ONCE)).values():
        clean(raised(ask, ConfigurationError))
    provider = PROVIDERS[auth]()
    provider.bind(BASE_URL)


@pytest.mark.parametrize("auth", PROVIDERS)
def test_a_success_that_can_not_be_decoded_and_repeats_the_key(clients: Clients, auth: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == EXCHANGE:
            return reply({"token": NEW})
        return reply({"headers": dict(request.headers), "_items": [{"_id": request.headers["x-api-key"]}]}, 201)

    amili = clients.answering(handler, auth=PROVIDERS[auth](), retry=ONCE)
    for name, kind in {"reading": DecodeError, "listing": DecodeError, "writing": OutcomeUnknownError}.items():
        clean(raised(ask_of(amili)[name], kind))


# What the network does


@pytest.mark.parametrize("auth", PROVIDERS)
@pytest.mark.parametrize("late", [True, False], ids=["after the exchange", "at the exchange"])
@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError, httpx.InvalidURL])
def test_a_failure_of_the_http_library(clients: Clients, kind: type[Exception], late: bool, auth: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if late and request.url.path == EXCHANGE:
            return reply({"token": NEW})
        raise kind(f"{request.headers} {request.content!r}")

    for ask in ask_of(clients.answering(handler, auth=PROVIDERS[auth](), retry=ONCE)).values():
        problem = raised(ask, AmiliError)
        clean(problem)
        assert without_frames_of_the_http_library(problem)


class TimeLimitError(Exception):
    """What a job runner raises out of a signal handler."""


@pytest.mark.parametrize("auth", PROVIDERS)
@pytest.mark.parametrize("late", [True, False], ids=["after the exchange", "at the exchange"])
def test_an_exception_of_somebody_else_passes_frames_of_ours_that_are_clean(clients: Clients, late: bool, auth: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if late and request.url.path == EXCHANGE:
            return reply({"token": NEW})
        raise TimeLimitError

    for ask in ask_of(clients.answering(handler, auth=PROVIDERS[auth](), retry=ONCE)).values():
        clean(raised(ask, TimeLimitError))


class Stalled:
    """A server that never answers, or only half; `asked` is set once it has a request."""

    def __init__(self, listening: socket.socket, half: bool) -> None:
        self.base_url, self.asked = f"http://127.0.0.1:{listening.getsockname()[1]}", threading.Event()
        self.waiting_in = "_receive_response_body" if half else "_receive_response_headers"  # of httpcore
        self._listening, self._half, self._held = listening, half, list[socket.socket]()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._held.append(self._listening.accept()[0])
                self._held[-1].recv(65536)
                if self._half:
                    self._held[-1].sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + NEW.encode())
                self.asked.set()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        for connection in self._held:
            connection.close()


@pytest.fixture(params=["headers", "body"])
def stalled(request: pytest.FixtureRequest) -> Iterator[Stalled]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Stalled(listening, request.param == "body")
        thread = threading.Thread(target=server.serve)
        thread.start()
        yield server
        server.close()
        thread.join()


@pytest.fixture
def limited(stalled: Stalled) -> Iterator[None]:
    """A time limit as a job runner sets it, which strikes while a response is waited for."""

    def limit(_: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_name != stalled.waiting_in:
            frame = frame.f_back
        if frame is not None and stalled.asked.is_set():
            raise TimeLimitError

    before = signal.signal(signal.SIGALRM, limit)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer that raises a signal")
@pytest.mark.parametrize("auth", PROVIDERS)
def test_a_time_limit_out_of_a_signal_handler(stalled: Stalled, limited: None, auth: str) -> None:
    with Amili(stalled.base_url, PROVIDERS[auth](), quota="off", retry=ONCE) as amili:
        problem = raised(lambda: amili.cases().count(), TimeLimitError)
    assert not without_frames_of_the_http_library(problem)
    clean(problem)


@pytest.mark.parametrize("auth", PROVIDERS)
def test_a_cancelled_task(stalled: Stalled, auth: str) -> None:
    async def main() -> BaseException:
        async with AsyncAmili(stalled.base_url, PROVIDERS[auth](), quota="off", retry=ONCE) as amili:
            task = asyncio.ensure_future(amili.cases().count())
            await asyncio.to_thread(stalled.asked.wait)
            task.cancel()
            (problem,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(problem, asyncio.CancelledError)
        return problem

    clean(asyncio.run(main()))


@pytest.mark.parametrize("auth", PROVIDERS)
def test_timeouts_and_connections_over_real_http(clients: Clients, stalled: Stalled, unused_port: int, auth: str) -> None:
    for place in (stalled.base_url, f"http://127.0.0.1:{unused_port}"):
        for ask in ask_of(clients(place, PROVIDERS[auth](), retry=ONCE, timeout=0.2)).values():
            problem = raised(ask, AmiliError)
            clean(problem)
            assert without_frames_of_the_http_library(problem)


def test_what_the_stand_in_refuses(clients: Clients, sandbox: SandboxProcess) -> None:
    amili = clients(sandbox.base_url, sandbox.token, retry=ONCE)
    document = {**invoice(""), "account": sandbox.account, "creditor": sandbox.creditor}
    for call, kind in (
        (lambda: amili.register(document), ValidationError),
        (lambda: amili.cases(Condition({"$where": "1"})).count(), BadRequestError),
        (lambda: clients(sandbox.base_url, TOKEN).cases().count(), AuthenticationError),
    ):
        clean(raised(call, kind), [sandbox.token, *SECRETS])


# The provider alone, and the generated client


@pytest.mark.parametrize("auth", ["code", "key"])
def test_a_provider_alone(unused_port: int, auth: str) -> None:
    provider = PROVIDERS[auth]()
    clean(raised(provider.get_valid_token, ConfigurationError))
    provider.bind(f"http://127.0.0.1:{unused_port}")
    clean(raised(provider.get_valid_token, NoResponseError))
    clean(raised(lambda: asyncio.run(provider.aget_valid_token()), NoResponseError))


def generated(clients: Clients, amili: Any, **options: Any) -> Callable[[], Any]:
    from amili_api.api.cases import list_cases

    def ask() -> Any:
        api = amili.api
        api.raise_on_unexpected_status = True
        if clients.kind == "sync":
            return list_cases.sync_detailed(client=api)
        return amili._runner.run(list_cases.asyncio_detailed(client=api))

    return ask


@pytest.mark.parametrize("auth", PROVIDERS)
def test_the_generated_client(clients: Clients, auth: str) -> None:
    def answering(call: Callable[[httpx.Request], httpx.Response], exchanges: int = 9) -> Callable[[], Any]:
        left = iter(range(exchanges))

        def handler(request: httpx.Request) -> httpx.Response:
            if request.url.path != EXCHANGE:
                return call(request)
            return repeating(401, request) if next(left, None) is None else reply({"token": NEW})

        return generated(clients, clients.answering(handler, auth=PROVIDERS[auth](), retry=ONCE))

    def fail(kind: type[Exception]) -> Callable[[httpx.Request], httpx.Response]:
        def handler(request: httpx.Request) -> httpx.Response:
            raise kind(f"{request.headers}")

        return handler

    problem = raised(answering(fail(httpx.ReadTimeout)), NoResponseError)
    clean(problem)
    assert without_frames_of_the_http_library(problem)
    clean(raised(answering(fail(TimeLimitError)), TimeLimitError))
    clean(raised(answering(lambda request: reply([request.headers["x-api-key"]])), Exception))
    clean(raised(answering(lambda request: repeating(418, request)), UnexpectedStatus))
    if auth != "token":
        problem = raised(answering(lambda request: repeating(401, request), exchanges=1), AuthenticationError)
        clean(problem)
        assert without_frames_of_the_http_library(problem)


# Settings


PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
BROKEN = PEM[:-60]


@pytest.mark.parametrize(
    "make",
    [
        lambda: AuthTokenProvider.from_token(TOKEN + "\n" + TOKEN),
        lambda: AuthTokenProvider.from_api_code(CODE, lifetime=-1),
        lambda: AuthTokenProvider.from_private_key(CODE, BROKEN),
        lambda: AuthTokenProvider.from_private_key(CODE, BROKEN.encode()),
        lambda: AuthTokenProvider.from_private_key(CODE, PUBLIC + BROKEN),
        lambda: AuthTokenProvider.from_private_key(CODE, BROKEN.replace("PRIVATE", "ENCRYPTED PRIVATE")),
        lambda: AuthTokenProvider.from_private_key(CODE, BROKEN.replace("PRIVATE", "OPENSSH PRIVATE")),
        lambda: AuthTokenProvider.from_private_key(CODE, PEM, algorithm="RS256"),
        lambda: AuthTokenProvider.from_private_key("", PEM),
        lambda: Amili("nonsense", TOKEN),
        lambda: Amili(BASE_URL, TOKEN + "\n" + TOKEN),
        lambda: Amili(BASE_URL, TOKEN.encode()),  # type: ignore[arg-type]
        lambda: Amili(BASE_URL, TOKEN, timeout=-1),
        lambda: Amili(BASE_URL, TOKEN, retry=5),  # type: ignore[arg-type]
        lambda: Amili(BASE_URL, TOKEN, quota="x"),  # type: ignore[arg-type]
        lambda: Amili(BASE_URL, TOKEN, paths="x"),  # type: ignore[arg-type]
        lambda: Amili(BASE_URL, TOKEN, journal=""),
        lambda: Amili(BASE_URL, TOKEN, drift=5),  # type: ignore[arg-type]
        lambda: Amili(BASE_URL, TOKEN, transport=5),
        lambda: Amili.from_env(auth=TOKEN),
        lambda: Amili.from_env(auth=TOKEN, base_url=BASE_URL, timeout=-1),
        lambda: AsyncAmili.from_env(auth=TOKEN, base_url="nonsense"),
    ],
)
def test_a_setting_that_can_not_be_used(make: Callable[[], Any]) -> None:
    clean(raised(make, ConfigurationError))


VARIABLES: list[dict[str, str]] = [
    {},
    {"TOKEN": TOKEN, "API_CODE": CODE},
    {"TOKEN": TOKEN + "\n" + TOKEN},
    {"API_CODE": CODE},
    {"PRIVATE_KEY": PEM},
    {"API_CODE": CODE, "PRIVATE_KEY": BROKEN},
    {"API_CODE": CODE, "PRIVATE_KEY": PEM, "PRIVATE_KEY_FILE": "x"},
    {"API_CODE": CODE, "PRIVATE_KEY_FILE": PEM},
    {"API_CODE": CODE, "PRIVATE_KEY_FILE": "/nowhere"},
    {"API_CODE": "\ufeff", "PRIVATE_KEY": PEM},
    {"API_CODE": PEM, "PRIVATE_KEY": CODE},
]


@pytest.mark.parametrize("variables", VARIABLES, ids=" ".join)
def test_an_environment_that_can_not_be_used(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"BASE_URL": BASE_URL, **variables}.items():
        monkeypatch.setenv(f"AMILI_{name}", value)
    for client in (Amili, AsyncAmili):
        clean(raised(client.from_env, ConfigurationError))


def test_the_password_of_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in (f"http://me:{OTHER}@proxy:99999", f"socks5://me:{OTHER}@proxy:1", f"nonsense://me:{OTHER}@proxy"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        clean(raised(lambda: Amili(BASE_URL, TOKEN), ConfigurationError))
