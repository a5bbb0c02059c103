"""What a random walk over the model of the tour can do on the stand-in, and the count of what really happened."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from amili_sandbox.process import SandboxProcess

from contract_tests.findings import Disagreement, Finding
from contract_tests.messages import curl
from contract_tests.model import ModelCase
from contract_tests.server import BrokenReply, Caller
from contract_tests.tour import CANCEL, CREDIT, Stuck, Traveller, is_wrong, outcome

SEED = 0
WANTED = {
    *((what, how) for what in ("register", "credit", "cancel") for how in ("accepted", "refused")),
    *(("list", how) for how in ("found", "nothing", "refused")),
    *(("door", "shut"), ("foreign", "refused"), ("time", "passed")),
}


class Walk:
    """What all examples of a run share: the way to the server, and the count of what really happened."""

    def __init__(self, caller: Caller, sandbox: SandboxProcess, seed: int = SEED) -> None:
        self.tour, self.sandbox, self.seed = Traveller(caller, "machine", seed), sandbox, seed
        self.happened: Counter[tuple[str, str]] = Counter()
        self.over = False  # it came to its end

    @contextmanager
    def readable(self, news: Callable[[list[Finding]], list[Finding]]) -> Iterator[None]:
        """Turn a reply that the model can't read, or that lets it not go on, into what is wrong with it; raises Disagreement."""
        try:
            yield
        except (Stuck, BrokenReply, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
            caller = self.tour.caller
            if not isinstance(problem, Stuck | BrokenReply) and not any(map(is_wrong, caller.findings)):
                raise  # every reply was what the contract says, so the fault is in the suite
            found, caller.findings = news(caller.findings), []
            raise Disagreement(found or [self._unreadable(problem)]) from problem

    def _unreadable(self, problem: Exception) -> Finding:
        seen = str(problem) if isinstance(problem, Stuck) else f"{type(problem).__name__}: {problem}"
        last = problem.sent if isinstance(problem, BrokenReply) else self.tour.last
        operation = self.tour.caller.contract.find(last.method, last.path)
        name = operation.id if operation else f"{last.method} {last.path}"
        if isinstance(problem, BrokenReply):
            return Finding(name, "whole replies", "", "a reply that HTTP allows", problem.problem, curl(last))
        return Finding(name, "a reply that can be read", "", "a document in the shape of the contract", seen, curl(last))

    def registered(self, lines: list[dict[str, Any]], name: str) -> ModelCase:
        self.happened["register", "accepted"] += 1
        customer = self.tour.invoice()["customer"] | {"name": name}
        customer["address"] |= {"zip_code": "543 21"}
        case = self.tour.register(lines, customer=customer)
        self.look(case)  # from now on its place on every page is known
        return case

    def forbidden(self, document: Mapping[str, Any]) -> bool:
        """Tell whether the contract forbids a document; some things no page says are refused all the same."""
        contract = self.tour.caller.contract
        return any(contract.violations(contract.schemas["InvoiceRegistration"], document))

    def look(self, case: ModelCase) -> None:
        self.tour.check(case)
        self.happened["list", "found"] += 1

    def doubtful(self, case: ModelCase, amount: Decimal) -> None:
        exchange = self.tour.caller.call(CREDIT, self.tour.crediting(case, amount))
        result = outcome(self.tour, case, exchange, amount)
        self.tour.behaves("crediting_a_closed_case" if case.closed else "overcrediting", CREDIT, result)
        self.happened["credit", result] += 1

    def cancel_again(self, case: ModelCase) -> None:
        exchange = self.tour.caller.call(CANCEL, self.tour.cancellation(case))
        result = "refused" if exchange.status == 422 else "accepted again"
        self.tour.behaves("second_cancellation", CANCEL, result)
        self.happened["cancel", result] += 1

    def ask(self, where: Mapping[str, Any], **how: Any) -> None:
        page = self.tour.look(where, **{name: value for name, value in how.items() if value is not None})
        self.happened["list", "found" if page["_items"] else "nothing"] += 1

    def ask_nonsense(self, query: Mapping[str, Any]) -> None:
        exchange = self.tour.caller.call("list_cases", query=query, forbidden=True)
        if "page" in query:
            self.tour.behaves(
                "senseless_page", "list_cases", "the first page" if exchange.status == 200 else str(exchange.status)
            )
        else:
            self.tour.expect("list_cases", "a question that makes no sense is refused", "", 400, exchange.status)
        self.happened["list", "refused"] += exchange.status == 400

    def do_what_is_not_offered(self, method: str) -> None:
        exchange = self.tour.caller.send(method, "/cases", token=self.tour.target.own.token)
        self.tour.expect("list_cases", "what is not offered is not done", "", True, exchange.status in (404, 405))

    def knock(self, case: ModelCase, token: str | None, operation: str) -> None:
        bodies = {
            "register_invoice": self.tour.invoice(),
            CREDIT: self.tour.crediting(case, 1),
            CANCEL: self.tour.cancellation(case),
            "list_cases": None,
        }
        exchange = self.tour.caller.call(operation, bodies[operation], token=token)
        self.tour.expect(operation, "without a valid token: 401", "", 401, exchange.status)
        self.happened["door", "shut"] += exchange.status == 401

    def by_another(self, case: ModelCase, body: dict[str, Any], operation: str) -> None:
        exchange = self.tour.caller.call(operation, body | {"creditor": self.tour.target.second_creditor})
        seen = "refused" if exchange.status in (403, 404, 422) else "carried out"
        self.tour.behaves("foreign_case", operation, seen)
        self.happened["foreign", seen] += 1

    def wait(self, hours: int) -> None:
        self.sandbox.clock.advance(hours=hours)
        self.tour.clocks_may_differ += timedelta(hours=hours)  # the date of a reply is not the sandbox's
        self.happened["time", "passed"] += 1
