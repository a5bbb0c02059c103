"""The control routes under `/_sandbox/`, which the vendor's API does not have."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from amili_sandbox.access import read_credential
from amili_sandbox.control.guard import sent_by_a_foreign_page
from amili_sandbox.http import Reply, Request, error_reply, json_reply
from amili_sandbox.server import Sandbox

PREFIX = "/_sandbox/"
PAGES = f"{PREFIX}ui"
Pages = Callable[[Request], Reply]


class Control:
    """Answers control requests, and passes all others on."""

    def __init__(self, sandbox: Sandbox, pages: Pages) -> None:
        self._sandbox = sandbox
        self._pages = pages
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "health"): lambda _: {"status": "ok"},
            ("POST", "reset"): self._reset,
            ("GET", "requests"): self._requests,
            ("GET", "accounts"): lambda _: sandbox.accounts,
            ("PUT", "keys"): self._register_key,
            ("GET", "clock"): lambda _: sandbox.state.clock.as_json(),
            ("PUT", "clock"): self._set_clock,
            ("GET", "assumptions"): lambda _: sandbox.state.assumptions.as_json(),
            ("PUT", "assumptions"): self._set_assumptions,
            ("GET", "faults"): lambda _: sandbox.faults.as_json(),
            ("PUT", "faults"): self._set_faults,
            ("POST", "faults"): self._add_fault,
            ("GET", "contract-faults"): lambda _: sandbox.contract_faults.as_json(),
            ("PUT", "contract-faults"): self._set_contract_faults,
        }

    def __call__(self, request: Request) -> Reply:
        """Answer a request of any kind."""
        if not request.path.startswith(PREFIX):
            return self._sandbox(request)
        if request.path.startswith(PAGES):  # which a person may come to from anywhere: they check what changes something
            return self._pages(request)
        if sent_by_a_foreign_page(request):
            return error_reply(403, "a page of another origin sent this; the control routes are for programs on this machine")
        name = request.path.removeprefix(PREFIX).strip("/")
        route = self._routes.get((request.method, name))
        if route is None:
            routes = ", ".join(f"{method} {PREFIX}{path}" for method, path in self._routes)
            return error_reply(404, f"no such control route; there are: {routes}")
        try:
            reply = json_reply(200, route(request))
        except ValueError as error:  # the message shows a valid body
            return error_reply(400, str(error))
        if request.method != "GET":
            self._sandbox.changes.add()
        return reply

    def _reset(self, request: Request) -> Any:
        if _json(request) not in (None, {}):
            raise ValueError("a reset takes no body")
        self._sandbox.reset()
        return {"status": "ok"}

    def _requests(self, request: Request) -> Any:
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        if query not in ({}, {"bodies": "masked"}):
            raise ValueError("the only parameter is bodies=masked")
        return self._sandbox.request_log.as_json(bodies=bool(query))

    def _set_clock(self, request: Request) -> Any:
        self._sandbox.state.clock.apply(_json(request))
        return self._sandbox.state.clock.as_json()

    def _register_key(self, request: Request) -> Any:
        credential = read_credential(_json(request))
        self._sandbox.authentication.add_credential(credential)
        return {"account": str(credential.account), "api_code": credential.api_code}

    def _set_faults(self, request: Request) -> Any:
        self._sandbox.faults.set(_json(request))
        return self._sandbox.faults.as_json()

    def _add_fault(self, request: Request) -> Any:
        self._sandbox.faults.add(_json(request))
        return self._sandbox.faults.as_json()

    def _set_contract_faults(self, request: Request) -> Any:
        self._sandbox.contract_faults.set(_json(request))
        return self._sandbox.contract_faults.as_json()

    def _set_assumptions(self, request: Request) -> Any:
        self._sandbox.assume(_json(request))
        return self._sandbox.state.assumptions.as_json()


def _json(request: Request) -> Any:
    try:
        return json.loads(request.body) if request.body else None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not JSON: {error}") from None
