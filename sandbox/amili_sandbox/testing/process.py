"""Starts a sandbox from a program, and controls it."""

import json
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any, Self

from amili_sandbox.testing.controls import ClockControl, FaultControl

_WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy can't reach this machine's own address


def send_control(base_url: str, method: str, route: str, body: Any = None) -> Any:
    """Send a control request to a sandbox and return the JSON of its response; proxies in the environment are not used."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base_url}/_sandbox/{route}", data, method=method)  # noqa: S310 - our own base URL
    with _WITHOUT_PROXY.open(request, timeout=30) as answer:
        return json.load(answer)


class SandboxProcess:
    """A sandbox in a process of its own; use it as a context manager, or call `stop`."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "amili_sandbox", "--port", "0", "--until-stdin-closes", *arguments]
        # When the pipe to its stdin closes the sandbox ends, even if this program was killed.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("the sandbox did not start; the reason is on standard error, above")
        self.started: dict[str, str] = json.loads(line)
        self.base_url = self.started["base_url"]
        self.token = self.started["token"]
        self.api_code = self.started["api_code"]
        self.private_key_file = self.started["private_key_file"]
        self.account = self.started["account"]
        self.creditor = self.started["creditor"]
        self.page = self.started.get("page", "")  # none where other machines can reach it
        self.clock = ClockControl(self.control)
        self.faults = FaultControl(self.control)

    @property
    def pid(self) -> int:
        """The id of the sandbox's process."""
        return self._process.pid

    def control(self, method: str, route: str, body: Any = None) -> Any:
        """Send a control request and return the answer."""
        return send_control(self.base_url, method, route, body)

    def reset(self) -> None:
        """Go back to the state of the start."""
        self.control("POST", "reset")

    def requests(self, *, bodies: bool = False) -> list[dict[str, Any]]:
        """Return the requests since the start or the last reset; `bodies` adds what was sent, masked."""
        answer: list[dict[str, Any]] = self.control("GET", "requests?bodies=masked" if bodies else "requests")
        return answer

    def accounts(self) -> list[dict[str, str]]:
        """Return the credentials of all accounts: the first is this object's own."""
        answer: list[dict[str, str]] = self.control("GET", "accounts")
        return answer

    def assume(self, **assumptions: str | float) -> None:
        """Set assumptions, until the next reset."""
        self.control("PUT", "assumptions", assumptions)

    def stop(self) -> None:
        """End the sandbox; does nothing if it has ended."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
