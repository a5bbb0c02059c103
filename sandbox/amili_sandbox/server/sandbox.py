"""One sandbox: its state, authentication, faults, and the application that answers."""

from email.utils import formatdate
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from bson import ObjectId

from amili_sandbox.access import Authentication, Credential, Quota, add_token_endpoint, write_new_key
from amili_sandbox.domain import ACCOUNT, CREDITOR, OTHER_ACCOUNT, OTHER_CREDITOR, Scenario
from amili_sandbox.eve import apply_assumptions, make_app
from amili_sandbox.http import Ending, Reply, Request, error_reply
from amili_sandbox.network_faults import NETWORK_FAULTS, Environment, FaultContext, FaultRules
from amili_sandbox.server.cases_touched import cases_touched
from amili_sandbox.server.changes import Changes
from amili_sandbox.server.gateway import Gateway
from amili_sandbox.server.request_log import Entry, RequestLog
from amili_sandbox.state import Assumptions, Clock, make_state
from amili_sandbox.wrong_behaviour import ActiveFaults

TURNS = 4  # requests that are processed at once; the others wait
NOT_PROCESSED = 499  # never sent; what some servers write into their logs for it


class Sandbox:
    """A sandbox without its HTTP server."""

    def __init__(
        self,
        folder: Path,
        *,
        assumptions: Assumptions,
        scenario: Scenario,
        file: Path | None = None,
        faults: Any = None,
        allow_fault_header: bool = True,
        now: float | None = None,
        verbose: bool = False,
    ) -> None:
        self.state = make_state(assumptions, Clock(now), file)
        self.changes = Changes()
        self.request_log = RequestLog(self.state.clock.now, self.changes)
        self._turns = BoundedSemaphore(TURNS)
        self.authentication = Authentication(self.state)
        self.accounts = [
            self._open_account(folder, ACCOUNT, CREDITOR, "sandbox"),
            self._open_account(folder, OTHER_ACCOUNT, OTHER_CREDITOR, "other"),
        ]
        if not scenario.was_created(self.state):  # a file may hold it already
            self.state.clock.set(frozen=True)  # the scenario is the same however long it takes to make
            scenario.create(self.state)
            self.state.clock.reset()
        self._start = self.state.database.snapshot()
        self._app = make_app(self.state, self.authentication.account_of, verbose=verbose)
        add_token_endpoint(self._app, self.state, self.authentication)
        apply_assumptions(self._app, assumptions)
        self.quota = Quota(self.state)
        self.faults = FaultRules(faults, allow_header=allow_fault_header)
        self.environment = Environment(self.state.clock.timestamp, self.authentication.expire)
        self._gateway = Gateway(self.state, self._app, self.quota)
        self.contract_faults = ActiveFaults(self.state, self._gateway, self.accounts[0]["token"])

    def __call__(self, request: Request) -> Reply:
        """Answer a request, with the fault it gets, and log it."""
        entry = self.request_log.begin(request)
        fault: str | None = None
        try:
            chosen = self.faults.choose(request)
        except ValueError as error:
            reply = error_reply(400, str(error))
        else:
            if chosen is None:
                reply = self._answer(request, entry)
            else:
                fault, parameters = chosen
                context = FaultContext(request, partial(self._answer, request, entry), self.environment, parameters)
                reply = NETWORK_FAULTS[fault](context)
        if reply.header("Date") is None:  # a contract fault may have given it another one
            reply.set_header("Date", formatdate(self.state.clock.timestamp(), usegmt=True))
        self.request_log.finish(entry, request, reply, fault)
        return reply

    def _answer(self, request: Request, entry: Entry) -> Reply:
        """Answer a request when it has its turn; one that only reads is dropped if its client did not wait for that."""
        waited = not self._turns.acquire(blocking=False)
        if waited:
            self._turns.acquire()
        try:
            if waited and request.only_reads and request.has_left():
                return Reply(NOT_PROCESSED, silent=True, ending=Ending.FIN)
            reply = self.contract_faults(request)
            self.request_log.answered(entry, reply.status, cases_touched(self.state, request, reply))
            return reply
        finally:
            self._turns.release()

    def reset(self) -> None:
        """Go back to how it was at the start."""
        self.state.clock.reset()
        self.state.assumptions.reset()
        apply_assumptions(self._app, self.state.assumptions)
        self.authentication.reset()
        self.quota.reset()
        self.request_log.clear()
        self.faults.reset()
        self.contract_faults.set([])
        self.state.database.restore(self._start)

    def assume(self, changes: Any) -> None:
        """Change assumptions while running."""
        self.state.assumptions.set(changes)
        apply_assumptions(self._app, self.state.assumptions)

    def close(self) -> None:
        """End all waits and close the database file."""
        self.environment.end()
        self.state.database.close()

    def _open_account(self, folder: Path, account: ObjectId, creditor: ObjectId, name: str) -> dict[str, Any]:
        api_code, key_file = f"{name}-api-code", folder / f"{name}.private-key.pem"
        self.authentication.add_credential(Credential(account, api_code, write_new_key(key_file)))
        return {
            "token": self.authentication.issue_lasting(account),
            "api_code": api_code,
            "private_key_file": str(key_file),
            "account": str(account),
            "creditor": str(creditor),
        }
