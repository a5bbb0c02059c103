"""The control routes under `/_sandbox/`, which the vendor's API does not have."""

import json
from collections.abc import Callable
from typing import Any

from amili_sandbox.access import read_credential
from amili_sandbox.http import Reply, Request, error_reply, json_reply
from amili_sandbox.server import Sandbox

PREFIX = "/_sandbox/"


class Control:
    """Answers control requests, and passes all others on."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "health"): lambda _: {"status": "ok"},
            ("POST", "reset"): self._reset,
            ("GET", "requests"): lambda _: sandbox.request_log.as_json(),
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
        name = request.path.removeprefix(PREFIX).strip("/")
        route = self._routes.get((request.method, name))
        if route is None:
            routes = ", ".join(f"{method} {PREFIX}{path}" for method, path in self._routes)
            return error_reply(404, f"no such control route; there are: {routes}")
        try:
            return json_reply(200, route(request.json()))
        except json.JSONDecodeError as error:
            return error_reply(400, f"the body is not JSON: {error}")
        except ValueError as error:  # the message shows a valid body
            return error_reply(400, str(error))

    def _reset(self, _: Any) -> Any:
        self._sandbox.reset()
        return {"status": "ok"}

    def _set_clock(self, changes: Any) -> Any:
        self._sandbox.state.clock.apply(changes)
        return self._sandbox.state.clock.as_json()

    def _register_key(self, description: Any) -> Any:
        credential = read_credential(description)
        self._sandbox.authentication.add_credential(credential)
        return {"account": str(credential.account), "api_code": credential.api_code}

    def _set_faults(self, rules: Any) -> Any:
        self._sandbox.faults.set(rules)
        return self._sandbox.faults.as_json()

    def _add_fault(self, rule: Any) -> Any:
        self._sandbox.faults.add(rule)
        return self._sandbox.faults.as_json()

    def _set_contract_faults(self, names: Any) -> Any:
        self._sandbox.contract_faults.set(names)
        return self._sandbox.contract_faults.as_json()

    def _set_assumptions(self, changes: Any) -> Any:
        self._sandbox.assume(changes)
        return self._sandbox.state.assumptions.as_json()
