"""A small, rate-limited set of generated requests for servers that are not ours: valid ones, and wrong ones that do no harm.

schemathesis makes the requests; they are sent by the same caller as the tour's, so they are paced, and a server that can't answer
is inconclusive. Persons are the guide's own, every invoice is cancelled in the end, and no method is used that is not offered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from contract_tests.conformance import why_refused
from contract_tests.findings import Finding, fact, repeatable
from contract_tests.fuzz.history import History
from contract_tests.fuzz.intended_error import mistaken, unnamed_mistake
from contract_tests.fuzz.real_ids import RealIds
from contract_tests.fuzz.schema import generator_schema, settings
from contract_tests.guide import guide_documents
from contract_tests.messages import Exchange
from contract_tests.model import issues, refused_credentials
from contract_tests.server import BrokenReply, Caller, Inconclusive
from contract_tests.tour import Documents, StepBlocked, pages_of_the_default_size

BUDGET = 100  # requests in all, cancellations included; the tour has 120, and MOST the limit
_EXAMPLES = 2  # of each operation
_VALID = {"register_invoice": 8, "list_cases": 6, "credit_case": 5, "cancel_case": 2}
_WRONG = {"register_invoice": 16, "list_cases": 0, "credit_case": 7, "cancel_case": 4}
_HARMLESS = ("object_missing_required_property", "invalid_enum_value", "missing_parameter")
MALFORMED = ('{"state":', "{]", '{"state":"invoice"')  # conditions that can't be read; schemathesis makes none
GeneratedCase = schemathesis.Case[Any]


@dataclass
class Bounded:
    """One run against a server."""

    caller: Caller
    run: str

    def __post_init__(self) -> None:
        self.history = History(self.caller.contract)
        self.real_ids = RealIds(self.caller.target.account, self._register, self.history.cases)
        self.documents = Documents(self.run, self.caller.target.account)
        self.numbers: list[str] = []
        self.asked: Counter[str] = Counter()
        self.ended: Inconclusive | None = None

    def ask(self) -> Iterator[Finding]:
        """Send everything that was chosen; yields what is wrong. Raises Inconclusive, which is kept in `ended`."""
        try:
            yield from self._all()
        except Inconclusive as problem:
            self.ended = problem
            raise
        except BrokenReply as problem:
            self.caller.add_broken_reply(problem)
            yield from self.caller.findings
        except StepBlocked as problem:
            rule, why = "a case to act on can be registered", fact("whole_steps")
            yield Finding("register_invoice", rule, "", "201", str(problem), rests_on=why)

    def _all(self) -> Iterator[Finding]:
        for case in chosen():
            self.real_ids.fill(case)
            self._use_sample_debtor(case)
            yield from self._sent(case)
        for where in MALFORMED:
            exchange = self.caller.call("list_cases", query={"where": where}, violates_contract=True)
            self.asked["list_cases refused"] += exchange.status == 400
            if exchange.status != 400:
                rule = "a where that can't be read is refused"
                why, seen = fact("senseless_queries"), str(exchange.status)
                yield from repeatable([Finding("list_cases", rule, "/query/where", "400", seen, rests_on=why)], exchange)
        yield from pages_of_the_default_size(self.caller)
        found, self.caller.findings = self.caller.findings, []
        yield from found

    def _sent(self, case: GeneratedCase) -> Iterator[Finding]:
        operation = case.operation.definition.raw["operationId"]
        valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
        query = {name: value for name, value in (case.query or {}).items() if value is not None}
        body = case.body if isinstance(case.body, dict) else None
        if not valid and not self._forbidden(operation, body):
            return  # wrong only by the narrower reading that the generator was given
        query = {name: value if isinstance(value, str | dict) else str(value) for name, value in query.items()}
        registration = valid and operation == "register_invoice"
        if valid and body:
            body = self.documents.completed(body) if registration else self.documents.accepted(body)
        exchange = self.caller.call(operation, body, query=query or None, violates_contract=not valid)
        if registration and not self.history.cases and (why := refused_credentials(exchange)):
            raise Inconclusive(why)
        yield from self.history.learn(exchange, valid=valid, broken=bool(self.caller.findings))
        yield from self._compare_outcome(operation, valid, body, exchange)
        yield from repeatable(unnamed_mistake(operation, case, exchange), exchange)
        learn = self.documents.learn if registration else self.documents.learn_of_action
        if valid and exchange.status == 422 and learn(issues(exchange.object_or_empty)):
            yield from self._sent(case)  # with what the server wants

    def _forbidden(self, operation: str, body: Any) -> bool:
        contract = self.caller.contract
        media = contract.operations[operation].bodies.get("application/json")
        return media is not None and any(contract.violations(media["schema"], body))

    def _compare_outcome(self, operation: str, valid: bool, body: Any, exchange: Exchange) -> Iterator[Finding]:
        accepted, refused = exchange.status in (200, 201), exchange.status in (400, 422)
        self.asked[f"{operation} {'accepted' if accepted else 'refused' if refused else exchange.status}"] += 1
        if valid and not accepted:
            of_account = operation == "credit_case" and {*issues(exchange.object_or_empty)} == {"account"}
            rule, why = "a valid request is accepted", fact("account_of_a_crediting") if of_account else fact("sample_invoices")
            found = Finding(operation, rule, "", "200 or 201", str(exchange.status), rests_on=why)
            yield from repeatable([found], exchange)
        if not valid and not refused:
            rule, why = "a request that breaks the contract is refused", why_refused(self.caller.contract, operation, body)
            found = Finding(operation, rule, "", "422", str(exchange.status), rests_on=why)
            yield from repeatable([found], exchange)

    def _use_sample_debtor(self, case: GeneratedCase) -> None:
        """Give an invoice a number of this run and the guide's sample debtor, as far as they are not what is wrong."""
        wrong, body = mistaken(case) or "", case.body
        if not isinstance(body, dict) or case.operation.definition.raw["operationId"] != "register_invoice":
            return
        if "invoice_number" in body and wrong != "invoice_number":
            body["invoice_number"] = self._number()
        sample = guide_documents()["1-register.python.request.json"].content["customer"]
        customer: Any = body.get("customer")
        address: Any = customer.get("address") if isinstance(customer, dict) else None
        for person, own, path in ((customer, sample, "customer"), (address, sample["address"], "customer.address")):
            for name in person if isinstance(person, dict) else ():
                if isinstance(own.get(name), str) and wrong != f"{path}.{name}":
                    person[name] = own[name]

    @property
    def ours(self) -> str:
        """How every invoice number of this run begins."""
        return f"CT-{self.run}-F"

    def _number(self) -> str:
        self.numbers.append(f"{self.ours}{len(self.numbers) + 1:02}")
        return self.numbers[-1]

    def _register(self, document: dict[str, Any]) -> str:
        document = self.documents.completed(document) | {"invoice_number": self._number()}
        exchange = self.caller.call("register_invoice", document)
        if exchange.status == 422 and self.documents.learn(issues(exchange.object_or_empty)):
            return self._register(document)
        self.history.learn(exchange, valid=True, broken=bool(self.caller.findings))
        case = exchange.object_or_empty.get("_case")
        if not isinstance(case, str):
            raise StepBlocked(f"no case, but {exchange.status}")
        return case


def chosen() -> Iterator[GeneratedCase]:
    """Return the requests: examples, then valid ones by what they try, then wrong ones out of those that are harmless."""
    schema = schemathesis.openapi.from_dict(generator_schema(), config=SchemathesisConfig.from_dict(settings()))
    for result in schema.get_all_operations():
        if not isinstance(result, Ok):
            continue
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        yield from _from_examples(operation)
        config = schema.config.generation_for(operation=operation, phase="coverage")
        for mode, number in ((GenerationMode.POSITIVE, _VALID[name]), (GenerationMode.NEGATIVE, _WRONG[name])):
            cases = schema.iter_coverage_cases(operation, generation_modes=[mode], generation_config=config)
            yield from _various((case for case in cases if mode is GenerationMode.POSITIVE or _harmless(case)), number)


def _harmless(case: GeneratedCase) -> bool:
    data = case.meta.phase.data if case.meta is not None else None
    return (
        str(getattr(data, "scenario", "")) in _HARMLESS and case.method == case.operation.method.upper() and bool(mistaken(case))
    )


def _various(cases: Iterable[GeneratedCase], number: int) -> Iterator[GeneratedCase]:
    """Return so many requests that differ in what they try."""
    taken: set[tuple[Any, ...]] = set()
    for case in cases:
        data = case.meta.phase.data if case.meta is not None else None
        tries = (str(getattr(data, "scenario", "")), getattr(data, "location", None), getattr(data, "description", None))
        if len(taken) >= number:
            return
        if tries not in taken:
            taken.add(tries)
            yield case


def _from_examples(operation: Any) -> Iterator[GeneratedCase]:
    found: list[GeneratedCase] = []
    for strategy in operation.get_strategies_from_examples()[:_EXAMPLES]:

        @how(max_examples=1, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(strategy)
        def keep(case: GeneratedCase) -> None:
            found.append(case)

        keep()
    yield from found[:_EXAMPLES]
