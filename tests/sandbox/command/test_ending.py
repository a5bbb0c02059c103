"""It ends soon whatever it is doing, at once at the second signal, and leaves no keys behind.

Each of these programs would run for ever if only what it is doing decided when it ends.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-m", "amili_sandbox", "--port", "0"]
# The sandbox, closed by a database that never becomes free.
STUCK = """
import sys
from threading import Event
from amili_sandbox.server import Sandbox
{more}
Sandbox.close = lambda self: Event().wait()
from amili_sandbox.command import run_command
sys.exit(run_command(["--port", "0"]))
"""
PATIENT = "import amili_sandbox.command.ending; amili_sandbox.command.ending.SECONDS = 3600"
MOST_WAITING = 120  # seconds until a test that hangs fails


def get_until_it_fails(kind: type[Exception], url: str, token: str) -> None:
    with httpx.Client(headers={"X-API-Key": token}, timeout=1) as http:
        try:
            while True:
                http.get(url)
        except kind:
            pass


@contextmanager
def running(*command: str) -> Iterator[tuple["subprocess.Popen[bytes]", dict[str, str]]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def keys_are_gone(started: dict[str, str]) -> bool:
    return not Path(started["private_key_file"]).parent.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_although_the_database_never_becomes_free(number: signal.Signals) -> None:
    with running(sys.executable, "-W", "ignore", "-c", STUCK.format(more="")) as (process, started):
        process.send_signal(number)
        assert process.wait(MOST_WAITING) == 0
        assert keys_are_gone(started)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_it_at_once(second: signal.Signals) -> None:
    with running(sys.executable, "-W", "ignore", "-c", STUCK.format(more=PATIENT)) as (process, started):
        process.send_signal(signal.SIGINT)
        get_until_it_fails(httpx.TransportError, f"{started['base_url']}/_sandbox/health", "")  # the first signal has arrived
        assert process.poll() is None
        process.send_signal(second)
        assert process.wait(MOST_WAITING) == 130
        assert keys_are_gone(started)


def test_it_ends_although_nobody_reads_its_standard_error() -> None:
    with running(*COMMAND, "--verbose") as (process, started):
        # Each writes a traceback, until the pipe is full.
        get_until_it_fails(httpx.TimeoutException, f"{started['base_url']}/cases?where=[]", started["token"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(MOST_WAITING) == 0
        assert keys_are_gone(started)


def test_it_ends_while_requests_wait() -> None:
    with running(*COMMAND) as (process, started):
        slow = {"X-API-Key": started["token"], "X-Sandbox-Fault": "late_answer; seconds=86400"}
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"{started['base_url']}/cases", headers=slow, timeout=0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(MOST_WAITING) == 0
        assert keys_are_gone(started)
