"""A connection that can't be had says why, and is tried again only if that may help."""

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import ApiError, AuthTokenProvider, NoResponseError, OutcomeUnknownError, Retry
from cryptography import x509

from tests.overlay.support import Clients
from tests.overlay.transport.test_sending import ONCE, WHOLE, RawServer, chain
from tests.overlay.transport.tls import serving, write_certificate
from tests.samples import CASE, PERSONAL_NUMBER, invoice

TWICE = Retry(attempts=2, base=0.001, cap=0.001, settle=0.0)


def failure(call: Callable[[], Any]) -> NoResponseError:
    """The error of a call that gets no response; nothing of another library hangs on it."""
    with pytest.raises(NoResponseError) as caught:
        call()
    assert {type(problem).__module__ for problem in chain(caught.value)} == {"amili"}
    return caught.value


def reason(problem: NoResponseError) -> str:
    return str(problem).partition(": no response from ")[2].partition(": ")[2]


Variables = Callable[[str, str], None]


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> Variables:
    """Sets a variable of the environment; it has none for certificates and proxies from outside."""
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch.setenv


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that nobody trusts, with its key."""
    return write_certificate(tmp_path / "server.pem")


def test_a_refused_port_is_told_with_the_host(clients: Clients, unused_port: int) -> None:
    amili = clients(f"http://127.0.0.1:{unused_port}", retry=TWICE)
    refused = failure(lambda: amili.case(CASE))
    assert str(refused) == f"list_cases: no response from 127.0.0.1:{unused_port} after 2 attempts: the connection was refused"
    assert refused.temporary
    assert str(failure(lambda: amili.register(invoice()))).endswith("; nothing was written")


UNTRUSTED = "is not trusted (self-signed certificate); SSL_CERT_FILE names a file with the certificates to trust"
CERTIFICATES: dict[str, tuple[dict[str, Any], str]] = {
    "another name": ({"name": x509.DNSName("other.test")}, "is for another name"),
    "another address": ({"name": x509.IPAddress(ip_address("127.0.0.2"))}, "is for another name"),
    "expired": ({"first": -2, "last": -1}, "has expired, by this machine's clock"),
    "not yet": ({"first": 1, "last": 2}, "is not valid yet, by this machine's clock"),
}


def test_a_certificate_that_is_not_trusted_is_told_at_once(clients: Clients, certificate: Path) -> None:
    with serving(certificate) as server:
        address = f"https://127.0.0.1:{server.server_port}"
        problem = failure(lambda: clients(address, retry=TWICE).case(CASE))
        assert reason(problem).startswith(f"the server's certificate {UNTRUSTED}")
        assert (problem.temporary, problem.attempts, server.connections) == (False, 1, 1)
        waiting = failure(lambda: clients(address, retry=TWICE).wait_for(CASE, "closed"))
        assert (type(waiting), waiting.temporary) == (NoResponseError, False)
        exchange = failure(lambda: clients(address, AuthTokenProvider.from_api_code("code"), retry=TWICE).register(invoice()))
        assert str(exchange).startswith("register_invoice was not sent: no token: no response from ")
        assert (exchange.temporary, server.connections) == (False, 3)


@pytest.mark.parametrize(("made", "says"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_what_is_wrong_with_a_certificate_is_told_at_once(
    clients: Clients, made: dict[str, Any], says: str, tmp_path: Path, variables: Variables
) -> None:
    file = write_certificate(tmp_path / "server.pem", **made)
    variables("SSL_CERT_FILE", str(file))
    with serving(file) as server:
        problem = failure(lambda: clients(f"https://127.0.0.1:{server.server_port}", retry=TWICE).case(CASE))
        assert reason(problem) == f"the server's certificate {says}"
        assert (problem.temporary, server.connections) == (False, 1)


def test_a_certificate_that_the_environment_names_is_trusted(clients: Clients, certificate: Path, variables: Variables) -> None:
    variables("SSL_CERT_FILE", str(certificate))
    with serving(certificate) as server:
        assert clients(f"https://127.0.0.1:{server.server_port}").cases().count() == 0


def test_a_port_for_http_behind_https_is_told_at_once(clients: Clients) -> None:
    with serving(None) as server:
        problem = failure(lambda: clients(f"https://127.0.0.1:{server.server_port}", retry=TWICE).case(CASE))
        assert reason(problem) == "what answers on this port does not speak TLS; is it a port for http?"
        assert (problem.temporary, server.connections) == (False, 1)


def test_a_port_for_https_behind_http_is_suspected_and_a_write_stays_unknown(clients: Clients, certificate: Path) -> None:
    with serving(certificate) as server:
        amili = clients(f"http://127.0.0.1:{server.server_port}", retry=TWICE)
        problem = failure(lambda: amili.case(CASE))
        assert str(problem).endswith("; is it a port for https?")
        assert (problem.temporary, problem.attempts) == (True, 2)
        with pytest.raises(OutcomeUnknownError):
            amili.register(invoice(), deadline=0.5)


def test_a_server_that_has_answered_is_not_suspected(clients: Clients) -> None:
    server = RawServer(WHOLE, b"")
    amili = clients(server.base_url, retry=ONCE)
    assert amili.cases().count() == 0
    assert reason(failure(lambda: amili.cases().count())) == "the connection was closed before the response was complete"
    server.close()


def test_a_handshake_that_breaks_off_is_tried_again(clients: Clients) -> None:
    server = RawServer(b"", b"")
    problem = failure(lambda: clients(server.base_url.replace("http", "https"), retry=TWICE).case(CASE))
    assert "the TLS connection could not be opened (" in str(problem)
    assert (problem.temporary, server.connections) == (True, 2)
    server.close()


def failing(problem: BaseException) -> Callable[[httpx.Request], httpx.Response]:
    """A handler that fails as the network does: the cause hangs on an exception of the HTTP library."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"secret {request.url} {PERSONAL_NUMBER}") from problem

    return handler


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "secret")
CAUSES: dict[str, tuple[BaseException, str]] = {
    "unknown": (socket.gaierror(socket.EAI_NONAME, "secret"), "unknown host"),
    "not now": (socket.gaierror(socket.EAI_AGAIN, "secret"), "the name of the host can't be resolved at the moment"),
    "network": (OSError(errno.ENETUNREACH, "secret"), "the host can't be reached (ENETUNREACH)"),
    "host": (OSError(errno.EHOSTUNREACH, "secret"), "the host can't be reached (EHOSTUNREACH)"),
    "files": (OSError(errno.EMFILE, "secret"), "no connection (EMFILE)"),
    "number": (OSError(99999, "secret"), "no connection"),
    "nothing": (ValueError("secret"), "no connection"),
    "several": (ExceptionGroup("secret", [OSError(errno.ENETUNREACH, "secret"), REFUSED]), "the connection was refused"),
}


@pytest.mark.parametrize(("cause", "says"), CAUSES.values(), ids=CAUSES)
def test_the_cause_is_told_by_its_type_and_number_alone(clients: Clients, cause: BaseException, says: str) -> None:
    problem = failure(lambda: clients.answering(failing(cause), retry=ONCE).case(CASE))
    assert str(problem) == f"list_cases: no response from amili.test: {says}"
    assert problem.temporary


def test_an_unknown_host_is_told_with_the_host(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    problem = failure(lambda: clients("https://nobody.test", retry=ONCE).case(CASE))
    assert str(problem) == "list_cases: no response from nobody.test: unknown host"


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Resolves `api.test` to this machine, and no other name before the test has ended."""
    ended, asked, resolve = threading.Event(), list[str](), socket.getaddrinfo

    def slow(host: Any, *rest: Any, **options: Any) -> Any:
        asked.append(host if isinstance(host, str) else host.decode())
        if asked[-1] not in ("127.0.0.1", "api.test"):
            ended.wait(20)
        return resolve("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    yield asked
    ended.set()


def test_resolving_a_name_counts_in_the_time_of_a_request(clients: Clients, resolver: list[str]) -> None:
    amili = clients("https://slow.test", retry=ONCE, timeout=1.0)
    says = {
        "sync": "the name of the host could not be resolved within the time allowed",
        "async": "no connection within the time allowed",  # asyncio resolves and connects in one step
    }
    assert reason(failure(lambda: amili.cases().count())) == says[clients.kind]
    assert str(failure(lambda: amili.register(invoice()))).endswith("within the time allowed; nothing was written")
    assert "slow.test" in resolver


def test_resolving_a_name_counts_in_a_deadline(clients: Clients, resolver: list[str]) -> None:
    amili = clients("https://slow.test", retry=ONCE)
    assert reason(failure(lambda: list(amili.cases(deadline=0.2)))).endswith("within the time allowed")


def test_a_name_that_is_resolved_in_time_is_used(clients: Clients, resolver: list[str]) -> None:
    server = RawServer(WHOLE, WHOLE)
    amili = clients(server.base_url.replace("127.0.0.1", "api.test"), insecure=True)
    assert [amili.cases().count(), amili.cases().count()] == [0, 0]
    server.close()


def test_the_generated_client_resolves_in_time_too(clients: Clients, resolver: list[str]) -> None:
    from amili_api.api.cases import list_cases

    if clients.kind == "sync":
        amili = clients("https://slow.test", retry=ONCE, timeout=1.0)
        assert "could not be resolved within the time allowed" in str(failure(lambda: list_cases.sync(client=amili.api)))


PROXY_ANSWERS: dict[str, tuple[bytes, str, bool]] = {
    "password": (
        b"HTTP/1.1 407 secret\r\n\r\n",
        "the proxy refused the connection with 407; it asks for a user name and password, which belong into its address",
        False,
    ),
    "forbidden": (b"HTTP/1.1 403 secret\r\n\r\n", "the proxy refused the connection with 403", False),
    "busy": (b"HTTP/1.1 503 secret\r\n\r\n", "the proxy refused the connection with 503", True),
}


@pytest.mark.parametrize(("answer", "says", "temporary"), PROXY_ANSWERS.values(), ids=PROXY_ANSWERS)
def test_a_proxy_that_refuses_is_told_with_its_status(
    clients: Clients, answer: bytes, says: str, temporary: bool, variables: Variables
) -> None:
    proxy = RawServer(answer, answer)
    variables("HTTPS_PROXY", proxy.base_url.replace("://", "://me:pw-s3cret@"))
    problem = failure(lambda: clients("https://api.test", retry=TWICE).case(CASE))
    assert reason(problem) == says
    assert (problem.temporary, proxy.connections) == (temporary, 2 if temporary else 1)
    proxy.close()


def test_a_socks_proxy_has_no_status(clients: Clients) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ProxyError("General SOCKS server failure")

    problem = failure(lambda: clients.answering(handler, retry=TWICE).case(CASE))
    assert reason(problem) == "the proxy refused the connection"
    assert problem.attempts == 2


def test_a_proxy_that_is_not_there_is_suspected(clients: Clients, unused_port: int, variables: Variables) -> None:
    variables("all_proxy", f"127.0.0.1:{unused_port}")
    problem = failure(lambda: clients("https://api.test", retry=ONCE).case(CASE))
    assert reason(problem) == "the connection was refused; it goes through a proxy that the environment sets"


def test_a_proxy_that_does_not_answer_is_suspected(clients: Clients, resolver: list[str], variables: Variables) -> None:
    variables("HTTPS_PROXY", "http://slow.test:1")
    problem = failure(lambda: clients("https://api.test", retry=ONCE, timeout=1.0).case(CASE))
    assert reason(problem).endswith("within the time allowed; it goes through a proxy that the environment sets")


def test_a_proxy_between_that_asks_for_a_password_is_told(clients: Clients) -> None:
    with pytest.raises(ApiError, match=r"407: .* \(a proxy asks for a user name and password"):
        clients.answering(lambda _: httpx.Response(407), retry=ONCE).register(invoice())
