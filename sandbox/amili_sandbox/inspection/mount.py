"""Serves the pages at an address with a random token, as notebooks do; without the token nothing is shown."""

import secrets

from amili_inspector import StandIn, stand_in_app
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from amili_sandbox.http import Reply, Request, call
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
        self._token = secrets.token_urlsafe(16)
        self._application: DispatcherMiddleware | None = None

    @property
    def path(self) -> str:
        """The address of the start page, without the server's."""
        return f"{PREFIX}{self._token}/"

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
        nothing = Response(NOT_HERE, 404, mimetype="text/plain")
        self._application = DispatcherMiddleware(nothing, {self.path.rstrip("/"): stand_in_app(stand_in)})
        return base_url + self.path

    def __call__(self, request: Request) -> Reply:
        """Answer a request; without the token it is as if there were no pages."""
        given = request.path.removeprefix(PREFIX).partition("/")[0]
        if self._application is None or not secrets.compare_digest(given.encode(), self._token.encode()):
            return Reply(404, [("Content-Type", "text/plain; charset=utf-8")], NOT_HERE.encode())
        return call(self._application, request)
