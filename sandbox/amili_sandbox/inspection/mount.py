"""Serves the pages at an address with a random token, as notebooks do; without the token nothing is shown."""

from amili_inspector import StandIn, behind_token, new_token, stand_in_app

from amili_sandbox.http import Reply, Request, WsgiApplication, call
from amili_sandbox.inspection.assumed import ShownAssumptions
from amili_sandbox.inspection.cases import ShownCases
from amili_sandbox.inspection.clock import ShownClock
from amili_sandbox.inspection.faults import ShownFaults
from amili_sandbox.inspection.quota import ShownQuota
from amili_sandbox.inspection.requests import ShownRequests
from amili_sandbox.server import Sandbox

PREFIX = "/_sandbox/ui/"
NOT_HERE = (
    "This is not the whole address: it ends with a token that changes with each start.\n"
    "amili-sandbox prints it when it starts, as does the key `page` of the line of JSON.\n"
)


class Pages:
    """Answers the requests below `/_sandbox/ui/`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._path = f"{PREFIX}{new_token()}/"
        self._application: WsgiApplication | None = None

    def open(self, base_url: str) -> str:
        """Start to serve, now that the server's address is known; return the address of the start page."""
        first = self._sandbox.accounts[0]
        stand_in = StandIn(
            base_url=base_url,
            account=first["account"],
            creditor=first["creditor"],
            cases=ShownCases(self._sandbox.state),
            requests=ShownRequests(self._sandbox.request_log),
            changes=self._sandbox.changes,
            clock=ShownClock(self._sandbox.state, self._sandbox.changes),
            faults=ShownFaults(self._sandbox),
            assumptions=ShownAssumptions(self._sandbox),
            quota=ShownQuota(self._sandbox),
        )
        self._application = behind_token(stand_in_app(stand_in), self._path, NOT_HERE)
        return base_url + self._path

    def __call__(self, request: Request) -> Reply:
        """Answer a request; without the token, or before they are open, it is as if there were no pages."""
        if self._application is None:
            return Reply(404, [("Content-Type", "text/plain; charset=utf-8")], NOT_HERE.encode())
        return call(self._application, request)
