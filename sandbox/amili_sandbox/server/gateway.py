"""What happens to each request before and after Eve: quota, paths, lifecycle, and one transaction for each write."""

from amili_sandbox.access import Quota
from amili_sandbox.domain import advance_cases
from amili_sandbox.eve import GUIDE_PATHS, apply_error_style
from amili_sandbox.http import Reply, Request, WsgiApplication, call, error_reply
from amili_sandbox.state import State

# Of a JSON body: validation takes up to half a millisecond for an object, and about 0.1 for a value.
MOST_OBJECTS, MOST_VALUES = 10_000, 50_000
# Eve answers it with its own 404, whose text does not repeat the path.
NOWHERE = "/no-such-path"


class Gateway:
    """Answers every request that is not a control request."""

    def __init__(self, state: State, application: WsgiApplication, quota: Quota) -> None:
        self._state = state
        self._application = application
        self._quota = quota

    def __call__(self, request: Request) -> Reply:
        """Answer a request."""
        quota_state = self._quota.count_request(request)
        if quota_state is not None and not quota_state.allowed:
            return self._quota.refusal(quota_state)
        reply = self._answer(request)
        if quota_state is not None:
            reply.headers += self._quota.headers(quota_state)
        return apply_error_style(reply, self._state.assumptions["errors"]) if reply.status == 422 else reply

    def _answer(self, request: Request) -> Reply:
        advance_cases(self._state)
        routed = request
        if not self._is_served(request):
            routed = Request(request.method, NOWHERE, request.headers, request.body, request.client)
        if request.only_reads:
            return call(self._application, routed)
        if request.body.count(b"{") > MOST_OBJECTS or request.body.count(b",") > MOST_VALUES:
            return error_reply(413, f"the body holds more than {MOST_OBJECTS} objects or {MOST_VALUES} values")
        with self._state.database.deferred_transaction():
            reply = call(self._application, routed)
            if reply.status >= 400:
                self._state.database.set_rollback_only()  # whatever the domain did before it refused
        return reply

    def _is_served(self, request: Request) -> bool:
        resource = request.path.strip("/").partition("/")[0]
        match self._state.assumptions["paths"]:
            case "guide":
                return request.only_reads or resource not in GUIDE_PATHS.values()  # what was written is read there
            case "reference":
                return resource not in GUIDE_PATHS
            case _:
                return True
