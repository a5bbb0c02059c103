"""One sandbox: its world, its door, and the application that answers."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bson import ObjectId

from amili_sandbox.access import Credential, Door, Quota, add_authentication, write_new_key
from amili_sandbox.domain import ACCOUNT, CREDITOR, OTHER_ACCOUNT, OTHER_CREDITOR, Scenario
from amili_sandbox.eve import apply_assumptions, make_app
from amili_sandbox.http import Reply, Request, error_reply
from amili_sandbox.network_faults import NETWORK_FAULTS, Environment, Exchange, FaultError, RuleBook
from amili_sandbox.server.gateway import Gateway
from amili_sandbox.server.request_log import Journal
from amili_sandbox.state import Assumptions, Clock, make_world
from amili_sandbox.wrong_behaviour import ActiveFaults


class Sandbox:
    """Everything but the server."""

    def __init__(
        self,
        folder: Path,
        *,
        assumptions: Assumptions,
        scenario: Scenario,
        file: Path | None = None,
        faults: Any = None,
        heed_fault_header: bool = True,
        now: datetime | None = None,
        verbose: bool = False,
    ) -> None:
        self.world = make_world(assumptions, Clock(now), file)
        self.journal = Journal()
        self.door = Door(self.world)
        self.accounts = [
            self._open_account(folder, ACCOUNT, CREDITOR, "sandbox"),
            self._open_account(folder, OTHER_ACCOUNT, OTHER_CREDITOR, "somebody-else"),
        ]
        if not scenario.was_entered(self.world):  # it was, if a file brought everything along
            self.world.clock.set(frozen=True)  # the scenario is the same however long it takes to enter
            scenario.enter(self.world)
            self.world.clock.reset()
        self._start = self.world.database.snapshot()
        self._app = make_app(self.world, self.door.account_of, verbose=verbose)
        add_authentication(self._app, self.world, self.door)
        apply_assumptions(self._app, assumptions)
        self._quota = Quota(self.world)
        self.faults = RuleBook(faults, heed_header=heed_fault_header)
        self.environment = Environment(self.world.clock.timestamp, self.door.expire)
        self._gateway = Gateway(self.world, self._app, self._quota)
        self.contract_faults = ActiveFaults(self.world, self._gateway, self.accounts[0]["token"])

    def __call__(self, request: Request) -> Reply:
        """Answer a request that is meant for the vendor, with the fault it meets, and note it."""
        try:
            chosen = self.faults.choose(request)
        except FaultError as error:
            return error_reply(400, str(error))
        if chosen is None:
            fault, reply = None, self._answer(request)
        else:
            fault, parameters = chosen
            exchange = Exchange(request, partial(self._answer, request), self.environment, parameters)
            reply = NETWORK_FAULTS[fault](exchange)
        self.journal.note(request, reply, fault)
        return reply

    def _answer(self, request: Request) -> Reply:
        return self.contract_faults(request)

    def reset(self) -> None:
        """Go back to how it was at the start."""
        self.world.clock.reset()
        self.world.assumptions.reset()
        apply_assumptions(self._app, self.world.assumptions)
        self.door.reset()
        self._quota.reset()
        self.journal.clear()
        self.faults.reset()
        self.contract_faults.set([])
        self.world.database.restore(self._start)

    def assume(self, changes: Any) -> None:
        """Change assumptions while running."""
        self.world.assumptions.set(changes)
        apply_assumptions(self._app, self.world.assumptions)

    def close(self) -> None:
        """Let go of everything: those who wait, and the database file."""
        self.environment.end()
        self.world.database.close()

    def _open_account(self, folder: Path, account: ObjectId, creditor: ObjectId, name: str) -> dict[str, Any]:
        api_code, key_file = f"{name}-api-code", folder / f"{name}.private-key.pem"
        self.door.admit(Credential(account, api_code, write_new_key(key_file)))
        return {
            "token": self.door.issue_lasting(account),
            "api_code": api_code,
            "private_key_file": str(key_file),
            "account": str(account),
            "creditor": str(creditor),
        }
