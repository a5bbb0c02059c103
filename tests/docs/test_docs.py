"""The documentation is executed: its code runs as it stands, and what it claims of the project is so."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import amili
import amili.bulk
import httpx
import pytest
from amili import Amili, AuthTokenProvider, OutcomeUnknownError, Quota, Retry
from amili._core.transport import MAX_RESPONSE_BYTES
from amili_sandbox.testing import SandboxProcess

from tests.docs.pages import EXECUTED, GUIDES, README, ROOT, anchors, assignment, blocks, every_page, links

PLANNED = {ROOT / "docs" / "sandbox.md"}
CHECK = (sys.executable, str(ROOT / "scripts" / "update_docs.py"), "--check")


@pytest.fixture
def settings(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SandboxProcess:
    """The stand-in, named in the environment; the code runs in an empty folder."""
    for name in ("AMILI_TOKEN", "AMILI_API_CODE", "AMILI_PRIVATE_KEY", "AMILI_PRIVATE_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMILI_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("AMILI_TOKEN", sandbox.token)
    monkeypatch.chdir(tmp_path)
    return sandbox


@pytest.fixture
def client(settings: SandboxProcess) -> Iterator[Amili]:
    with Amili.from_env(quota="off") as client:
        yield client


@pytest.fixture
def invoice(settings: SandboxProcess) -> dict[str, Any]:
    """The invoice that the guide to writing shows; the other pages refer to it."""
    [first, *_] = blocks(GUIDES / "writing-safely.md", "python")
    found: dict[str, Any] = assignment(first, "invoice", {"account": settings.account, "creditor": settings.creditor})
    return found


def run(page: Path, **namespace: Any) -> None:
    """Run the blocks of a page in their order, as one session."""
    found = blocks(page, "python")
    assert found, f"{page.name} has no code"
    for block in found:
        block.run(namespace)


def test_the_readme(invoice: dict[str, Any]) -> None:
    run(README, invoice=invoice)


def test_authentication(settings: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMILI_TOKEN")
    monkeypatch.setenv("AMILI_API_CODE", settings.api_code)
    monkeypatch.setenv("AMILI_PRIVATE_KEY_FILE", settings.private_key_file)
    run(
        GUIDES / "authentication.md",
        base_url=settings.base_url,
        token=settings.token,
        api_code=settings.api_code,
        key_file=settings.private_key_file,
    )


def test_querying(client: Amili, invoice: dict[str, Any]) -> None:
    run(GUIDES / "querying.md", amili=client, receipt=client.register(invoice))
    run(GUIDES / "rate-limit.md")


def test_many_cases(client: Amili, invoice: dict[str, Any]) -> None:
    for number in range(1, 4):
        client.register(invoice | {"invoice_number": f"INV-{number}"})
    run(GUIDES / "many-cases.md", amili=client, creditor=invoice["creditor"])


def test_files(settings: SandboxProcess) -> None:
    run(GUIDES / "files.md", account=settings.account, creditor=settings.creditor)


class LosingResponses(httpx.HTTPTransport):
    """Sends each request and loses its response."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        super().handle_request(request).close()
        raise httpx.ReadError("lost")


def test_writing_safely(client: Amili, settings: SandboxProcess, invoice: dict[str, Any]) -> None:
    retry = Retry(attempts=1, settle=0.0)
    losing = Amili.from_env(quota="off", journal="journal.sqlite", retry=retry, transport=LosingResponses())
    with losing, pytest.raises(OutcomeUnknownError):
        losing.register(invoice | {"invoice_number": "INV-2025-017"}, deadline=0.5)
    run(GUIDES / "writing-safely.md", amili=client, account=settings.account, creditor=settings.creditor)


def test_invoices(client: Amili, invoice: dict[str, Any]) -> None:
    run(GUIDES / "invoices.md", amili=client, invoice=invoice)


def test_errors(client: Amili, invoice: dict[str, Any]) -> None:
    run(GUIDES / "errors.md", amili=client, invoice=invoice, receipt=client.register(invoice))


def test_connections() -> None:
    run(GUIDES / "connections.md")


def test_the_test_files_of_testing(tmp_path: Path) -> None:
    """They are written to files and run by a pytest of their own, as a user's would be."""
    for name, block in zip(("crediting", "lost_response", "lost_request"), blocks(GUIDES / "testing.md", "python"), strict=True):
        (tmp_path / f"test_{name}.py").write_text(block.text, encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(tmp_path))
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert "3 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_line_that_the_stand_in_prints(sandbox: SandboxProcess) -> None:
    [line] = blocks(GUIDES / "testing.md", "text")
    assert re.findall(r'"(\w+)": ', line.text) == list(sandbox.started)


def test_drift(settings: SandboxProcess, invoice: dict[str, Any]) -> None:
    page, names = GUIDES / "drift.md", {"invoice": invoice}
    first, *others = blocks(page, "python")
    first.run(names)
    [shown] = blocks(page, "text")
    assert str(names["drift"]) == shown.text.rstrip()
    for block in others:
        block.run(names)


def test_observing(settings: SandboxProcess, invoice: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from opentelemetry import trace

    monkeypatch.setattr(
        trace, "set_tracer_provider", lambda made: monkeypatch.setattr(trace, "get_tracer_provider", lambda: made)
    )
    run(GUIDES / "observing.md", invoice=invoice)


def test_every_guide_is_executed() -> None:
    here = {
        "authentication.md",
        "bulk.md",
        "connections.md",
        "drift.md",
        "errors.md",
        "files.md",
        "invoices.md",
        "many-cases.md",
        "observing.md",
        "querying.md",
        "rate-limit.md",
        "testing.md",
        "writing-safely.md",
    }
    first_days = {"deployment.md", "first-day.md", "from-requests.md", "web-and-jobs.md"}
    without_python = {page.name for page in EXECUTED if not blocks(page, "python")}
    assert {page.name for page in EXECUTED if page != README} == here | first_days | without_python
    assert without_python == {"command-line.md", "installing.md", "many-machines.md", "troubleshooting.md", "upgrading.md"}


def test_what_is_made_from_the_code_is_current() -> None:
    ended = subprocess.run(CHECK, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 0, ended.stderr


RETRY, PROVIDER = Retry(), AuthTokenProvider.from_token("t")


@pytest.mark.parametrize(
    ("page", "claim"),
    [
        ("writing-safely.md", f"{RETRY.settle:g} by default"),
        ("writing-safely.md", f"`Retry.total` seconds ({RETRY.total:g})"),
        ("errors.md", f"`attempts` ({RETRY.attempts})"),
        ("errors.md", f"`total` seconds ({RETRY.total:g})"),
        ("errors.md", "`timeout` (30 seconds)"),
        ("testing.md", f"{RETRY.settle:g} seconds"),
        ("connections.md", f"`max_response_bytes` ({MAX_RESPONSE_BYTES:,})"),
        ("authentication.md", f"`margin` seconds ({PROVIDER._margin:g})"),
        ("authentication.md", f"`lifetime`\n  seconds ({PROVIDER._lifetime:g})"),
    ],
)
def test_a_default_that_a_guide_tells(page: str, claim: str) -> None:
    assert claim in (GUIDES / page).read_text(encoding="utf-8")


def test_the_default_timeout_and_quota_that_the_guides_tell(client: Amili) -> None:
    assert client._context.timeout == 30
    assert Quota.__init__.__defaults__ == (95, 8)


def test_how_long_a_write_that_was_cut_off_stays_hidden(settings: SandboxProcess, invoice: dict[str, Any]) -> None:
    with Amili.from_env(journal="held.sqlite") as client:
        client.register(invoice)
    with closing(sqlite3.connect("held.sqlite")) as journal:
        [(seconds,)] = journal.execute("SELECT expires_at - sent_at FROM intents")
    text = (GUIDES / "writing-safely.md").read_text(encoding="utf-8")
    assert f"after {seconds / 60:g} minutes" in text


@pytest.mark.parametrize("page", every_page(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if there in PLANNED and not there.exists():
            continue
        assert there.exists(), f"{target} is not there"
        assert not anchor or anchor in anchors(there), f"{target}: no such heading"


@pytest.mark.parametrize("package", [amili, amili.bulk], ids=lambda package: package.__name__)
def test_the_page_of_all_names_has_all_names(package: ModuleType) -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    listed = set(re.findall(rf"^\.\. (?:auto\w+|py:data):: {package.__name__}\.(\w+)$", page, re.MULTILINE))
    assert listed == set(package.__all__) - {"__version__"}


def test_every_public_name_is_told_of() -> None:
    models = {name for name in amili.__all__ if getattr(getattr(amili, name), "__module__", "").startswith("amili_api.")}
    told = "\n".join(page.read_text(encoding="utf-8") for page in EXECUTED)
    missing = {name for name in amili.__all__ if not re.search(rf"\b{name}\b", told)} - models
    assert not missing


@pytest.mark.parametrize(("page", "longest"), [("README.md", 90), ("docs/architecture.md", 100)])
def test_a_page_stays_short(page: str, longest: int) -> None:
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= longest


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda page: page.name)
def test_a_guide_stays_short(guide: Path) -> None:
    assert len(guide.read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("page", every_page(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_place_on_a_machine(page: Path) -> None:
    places = r"(?<![\w.])/(?:home|root|tmp|work|Users|mnt|opt|var|private)/\S*|\b[A-Z]:\\\S*|~/\S*"
    assert not re.findall(places, page.read_text(encoding="utf-8"))
