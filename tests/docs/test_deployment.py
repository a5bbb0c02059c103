"""What the guide to deployment says of proxies, certificates, time zones, memory and connections is so."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from amili import Amili, NoResponseError, Retry
from amili_sandbox.testing import SandboxProcess

from tests.docs.pages import GUIDES
from tests.docs.relays import HOST, Address, proxy, tls_server, write_certificate
from tests.docs.test_first_days import container, run_apart

ONCE = Retry(attempts=1)
TEXT = (GUIDES / "deployment.md").read_text(encoding="utf-8")
VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    """A stand-in that also answers to the name that the proxy knows."""
    with SandboxProcess("--allow-host", HOST) as process:
        yield process


@pytest.fixture
def server(sandbox: SandboxProcess, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """The stand-in behind a certificate of a company; the environment has a key, and neither proxy nor certificates."""
    for name in (*VARIABLES, *map(str.lower, VARIABLES), "AMILI_TOKEN", "AMILI_PRIVATE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMILI_API_CODE", sandbox.api_code)
    monkeypatch.setenv("AMILI_PRIVATE_KEY_FILE", sandbox.private_key_file)
    where = urlsplit(sandbox.base_url)
    with tls_server(certificate, (str(where.hostname), where.port or 0)) as address:
        monkeypatch.setenv("AMILI_BASE_URL", f"https://localhost:{address[1]}")
        yield address


def cases(**options: object) -> int:
    with Amili.from_env(retry=ONCE, **options) as amili:
        return amili.cases().count()


def test_token_and_cases_come_through_the_proxy_and_with_the_certificate(
    server: Address, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", f"https://{HOST}")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    asked: list[str] = []
    with proxy(server, asked) as (host, port):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{host}:{port}")
        assert cases() == 0
    assert set(asked) == {f"CONNECT {HOST}:443 HTTP/1.1"}


def test_a_certificate_that_is_not_known_ends_before_anything_is_sent(server: Address, sandbox: SandboxProcess) -> None:
    with pytest.raises(NoResponseError, match="the server's certificate is not trusted"):
        cases()
    assert sandbox.requests() == []


def test_hosts_without_a_proxy(server: Address, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    asked: list[str] = []
    with proxy(server, asked) as (host, port):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{host}:{port}")
        assert cases() == 0  # the stand-in is on this machine
        monkeypatch.setenv("AMILI_BASE_URL", f"https://{HOST}")
        monkeypatch.setenv("NO_PROXY", HOST)
        with pytest.raises(NoResponseError, match="host"):  # which nobody but the proxy knows
            cases()
    assert asked == []


def test_a_transport_of_your_own_ignores_the_proxy(server: Address, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    context = ssl.create_default_context(cafile=certificate)
    with proxy(server, asked) as (host, port):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{host}:{port}")
        assert cases(transport=httpx.HTTPTransport(verify=context)) == 0
    assert asked == []


def test_a_proxy_that_refuses(
    server: Address, certificate: Path, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess
) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", f"https://{HOST}")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with proxy(server, [], "403 Forbidden") as (host, port):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{host}:{port}")
        with pytest.raises(NoResponseError, match="the proxy refused the connection"):
            cases()
    assert sandbox.requests() == []


def test_its_code_runs_in_a_process_that_can_write_no_file(sandbox: SandboxProcess) -> None:
    run_apart("deployment.md", container(sandbox), "read-only")


DATES = """
import json, sys
from datetime import date
from amili import Amili, where
from tests.docs.pages import GUIDES, assignment, blocks
import os
first, *_ = blocks(GUIDES / "writing-safely.md", "python")
invoice = assignment(first, "invoice", {"account": os.environ["AMILI_ACCOUNT"], "creditor": os.environ["AMILI_CREDITOR"]})
with Amili.from_env() as amili:
    debt = amili.case(amili.register(invoice)).debt
    print(json.dumps([str(debt.invoice_date), debt.invoice_due_days_after_invoice_date, str(where.created > date(2025, 10, 1))]))
"""


def test_the_time_zone_of_the_machine_changes_nothing(sandbox: SandboxProcess) -> None:
    def dates(zone: str) -> object:
        return json.loads(output(DATES, container(sandbox, TZ=zone)))

    assert dates("Pacific/Auckland") == dates("America/Los_Angeles") == dates("UTC")


MEMORY = """
from itertools import islice
from pathlib import Path
from amili import Amili

def megabytes():
    [line] = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000

with Amili.from_env(quota="off") as amili:
    cases = iter(amili.cases())
    assert len([None for _ in islice(cases, 300)]) == 300
    before = megabytes()
    assert len([None for _ in cases]) == 1700
print(before, megabytes())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_memory_does_not_grow_with_the_cases() -> None:
    with SandboxProcess("--seed", "portfolio:2000") as sandbox:
        before, after = map(float, output(MEMORY, container(sandbox)).split())
    assert before < 60
    assert after - before < 3


def test_the_numbers_of_connections_and_seconds() -> None:
    with Amili("http://127.0.0.1:1", "token") as amili:
        transport: Any = amili._http.bounds._transport
        pool, timeout = transport._pool, amili._http.timeout
    assert f"up to {pool._max_keepalive_connections} idle connections for {pool._keepalive_expiry:g} seconds" in TEXT
    assert f"opens at most {pool._max_connections}" in TEXT
    assert f"`timeout` ({timeout.read:g} seconds)" in TEXT
    assert f"connecting takes at most {timeout.connect:g} seconds" in TEXT


def output(script: str, environment: dict[str, str]) -> str:
    command = (sys.executable, "-W", "error", "-c", script)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
