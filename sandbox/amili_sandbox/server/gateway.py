"""The first to see a request: quota, the spelling of paths, and one transaction for each write."""

from amili_sandbox.access import Quota
from amili_sandbox.domain import advance_cases
from amili_sandbox.eve import GUIDE_PATHS, reworded
from amili_sandbox.http import Reply, Request, WsgiApplication, call
from amili_sandbox.state import World

READS = {"GET", "HEAD", "OPTIONS"}
# Leads to Eve's own 404, whose text does not repeat the path.
NOWHERE = "/no-such-path"


class Gateway:
    """Answers every request that is meant for the vendor."""

    def __init__(self, world: World, application: WsgiApplication, quota: Quota) -> None:
        self._world = world
        self._application = application
        self._quota = quota

    def __call__(self, request: Request) -> Reply:
        """Answer a request."""
        standing = self._quota.take(request)
        if standing is not None and not standing.allowed:
            return self._quota.refusal(standing)
        reply = self._answer(request)
        if standing is not None:
            reply.headers += self._quota.headers(standing)
        return reworded(reply, self._world.assumptions["errors"]) if reply.status == 422 else reply

    def _answer(self, request: Request) -> Reply:
        advance_cases(self._world)
        routed = request
        if not self._is_served(request):
            routed = Request(request.method, NOWHERE, request.headers, request.body, request.client)
        if request.method in READS and request.header("X-HTTP-Method-Override") is None:
            return call(self._application, routed)
        with self._world.database.transaction():
            reply = call(self._application, routed)
            if reply.status >= 400:
                self._world.database.set_rollback_only()  # whatever the domain did before it refused
        return reply

    def _is_served(self, request: Request) -> bool:
        resource = request.path.strip("/").partition("/")[0]
        match self._world.assumptions["paths"]:
            case "guide":
                return resource not in GUIDE_PATHS.values()
            case "reference":
                return resource not in GUIDE_PATHS
            case _:
                return True
