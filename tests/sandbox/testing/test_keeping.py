"""`--sandbox-keep`: a test that fails says where to look, and the stand-in waits for a person if there is one."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.sandbox.guide_calls import TLS

TESTS = """
import json
import urllib.request
import pytest

INVOICE = {invoice!r}

def register(sandbox):
    body = json.dumps({{**INVOICE, "account": sandbox.account, "creditor": sandbox.creditor}}).encode()
    headers = {{"X-API-Key": sandbox.token, "Content-Type": "application/json"}}
    urllib.request.urlopen(urllib.request.Request(sandbox.base_url + "/invoice-registration", body, headers)).close()

def test_good(sandbox):
    register(sandbox)

@pytest.mark.xfail(strict=True)
def test_expected(sandbox):
    assert False

def test_bad(sandbox):
    register(sandbox)
    assert False

def test_bad_without_a_case(sandbox):
    assert False
"""


def command(folder: Path, *options: str) -> list[str]:
    invoice = {
        "invoice_number": "KEPT-1",
        "invoice_date": "2025-10-07",
        "invoice_due_date": "2025-10-17",
        "currency": "SEK",
        "invoice_type": "invoice",
        "customer": {
            "name": "Jane Smith",
            "id_number": "556789-1234",
            "address": {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg"},
        },
        "matrix": [
            {"article_description": "x", "unit_price": 1.0, "total_price_excluding_vat": 1.0, "unit_vat_percent": "0%"},
        ],
    }
    (folder / "test_kept.py").write_text(TESTS.format(invoice=invoice), encoding="utf-8")
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)]


def run(command: list[str]) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert "2 failed, 1 passed, 1 xfailed" in done.stdout, done.stdout + done.stderr
    return done.stdout


def test_without_the_option_nothing_is_kept_or_said(tmp_path: Path) -> None:
    assert "Look at" not in run(command(tmp_path))


@pytest.mark.parametrize("options", [(), ("-s",)], ids=str)
def test_without_a_terminal_it_says_where_and_does_not_wait(tmp_path: Path, options: tuple[str, ...]) -> None:
    said = run(command(tmp_path, "--sandbox-keep", *options))
    addresses = re.findall(r"(test_\w+) failed\. Look at http://\S+/_sandbox/ui/[\w-]+/(\S*)", said)
    assert [name for name, _ in addresses] == ["test_bad", "test_bad_without_a_case"]
    assert re.fullmatch(r"cases/[0-9a-f]{24}", addresses[0][1])
    assert addresses[1][1] == ""
    assert said.count("It is not kept open") == 2


def test_in_a_terminal_it_waits_for_enter(tmp_path: Path) -> None:
    person, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603
        command(tmp_path, "--sandbox-keep", "-k", "test_bad and not without"), stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    said = b""
    while b"until you press Enter" not in said:
        said += os.read(person, 4096)
    found = re.search(rb"Look at (\S+)", said)
    assert found
    page = httpx.get(found[1].decode(), verify=TLS)
    assert "Case KEPT-1" in page.text
    assert process.poll() is None
    os.write(person, b"\n")
    try:
        while said := os.read(person, 4096):
            pass
    except OSError:
        pass  # how Linux says that the other end is closed
    assert process.wait(timeout=60) == 1
    os.close(person)
