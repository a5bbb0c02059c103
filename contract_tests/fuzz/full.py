"""Runs schemathesis on a stand-in, phase by phase: examples, coverage, fuzzing, and the links of the contract."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.openapi.checks import JsonSchemaError, RejectedPositiveData

from contract_tests.conformance import Observations, check_response, response_invariants
from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviations, Disagreement, Finding, fact, repeatable
from contract_tests.fuzz.failures import finding_of
from contract_tests.fuzz.history import History
from contract_tests.fuzz.intended_error import unnamed_mistake
from contract_tests.fuzz.real_ids import RealIds, is_id
from contract_tests.fuzz.schema import generator_schema, settings
from contract_tests.messages import Exchange, dumps, from_httpx, without_secrets
from contract_tests.server import Target

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_SLOW, _ENOUGH = 0.5, 20  # seconds that half of the answers may take, and how many answers prove it
_WRONG_TYPES = 3  # for one property
_LONGEST_PAGE = 15  # digits
_RUN = "contract_run"  # the attribute of its schema by which the hook and the check below find a run
GeneratedCase = schemathesis.Case[Any]


class Fuzzer:
    """One run: what it found, and by what it can be seen that it exercised something."""

    def __init__(self, target: Target, contract: Contract, seed: int, **more: Any) -> None:
        self.contract, self.target, self.history = contract, target, History(contract)
        self.observations, self.accepted_deviations = Observations(contract), AcceptedDeviations.of(target.base_url)
        self.findings: list[Finding] = []
        self.requests: Counter[str] = Counter()  # by phase
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)  # by operation
        self.followed: Counter[str] = Counter()  # links that ended in success, by name
        self._http = httpx.Client(base_url=target.base_url, headers={"X-API-Key": target.account.token}, timeout=30)
        self.real_ids = RealIds(target.account, self._register, self.history.cases)
        self._seconds: dict[str, list[float]] = defaultdict(list)
        self._tried: Counter[tuple[str, str]] = Counter()
        self._new: list[Finding] = []  # since the last event of the engine
        auth = {"openapi": {"ApiKey": {"api_key": target.account.token}}}
        config = SchemathesisConfig.from_dict(settings(seed, auth=auth, **{"base-url": target.base_url}, **more))
        self.schema = schemathesis.openapi.from_dict(generator_schema(), config=config)
        setattr(self.schema, _RUN, self)

        def filter_case(_: Any, case: GeneratedCase) -> bool:
            return self._worth_sending(case)

        def filter_failure(_: Any, failure: Failure, case: GeneratedCase, __: Any) -> bool:
            known = isinstance(case.body, dict) and case.body.get("case") in self.history.cases
            # Whether a valid action on a known case may be refused depends on what was done to it, which the history knows.
            mistaken_for_valid = isinstance(failure, RejectedPositiveData) and (changed(case) or known)
            # A response under a projection may lack any property; our own check knows that.
            return not (mistaken_for_valid or (isinstance(failure, JsonSchemaError) and "projection" in (case.query or {})))

        self.schema.hook(filter_case)
        self.schema.hook(filter_failure)

    def run(self) -> Iterator[Finding]:
        """Run all phases; yields findings as they are made, our own and those of the checks of schemathesis."""
        for event in from_schema(self.schema).execute():
            if isinstance(event, events.ScenarioFinished):
                self.requests[event.phase.value] += len(event.recorder.interactions)
                self._count(event.recorder)
                self._new += self._failures(event.recorder)
            elif isinstance(event, events.NonFatalError):
                if not isinstance(event.value, requests.RequestException):
                    raise event.value  # a fault of the suite, or of schemathesis
                says = event.info.message.strip().partition("\n")[0]
                self._new.append(Finding(event.label, event.info.title, "", "a whole response", says, rests_on=fact("http")))
            found, self._new = self._new, []
            self.findings += found
            yield from found
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def check(self, exchange: Exchange, case: GeneratedCase) -> list[Finding]:
        """Return what is wrong with an answer by our own rules."""
        operation = self.contract.find(exchange.method, exchange.path)
        if operation is None:
            if exchange.status in (401, 404, 405):
                return []
            method = f"{exchange.method} {exchange.path}"
            rule, seen = "what is not offered is not done", str(exchange.status)
            return repeatable([Finding(method, rule, "", "404 or 405", seen, rests_on=fact("methods"))], exchange)
        broken = check_response(self.contract, exchange)
        found = list(broken)
        found += repeatable(response_invariants(operation.id, exchange, self.target.account.token), exchange)
        valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE and not changed(case)
        found += self.history.learn(exchange, valid=valid, broken=bool(broken))
        if exchange.request_body[:1] in (b"", b"{"):  # to what is no object the framework has an answer that no page describes
            found += self.accepted_deviations.unaccepted(self.observations.observe(exchange, broken))
        found += repeatable(unnamed_mistake(operation.id, case, exchange), exchange)
        return found + self._in_time(operation.id, exchange.seconds)

    def add(self, found: list[Finding]) -> None:
        """Add what our own check found."""
        self._new += found

    def _in_time(self, operation: str, seconds: float) -> list[Finding]:
        taken = self._seconds[operation]
        taken.append(seconds)
        if len(taken) < _ENOUGH or (middle := statistics.median(taken)) <= _SLOW:
            return []
        expected, seen = f"half of them within {_SLOW} s", f"{middle:.2f} s"
        return [Finding(operation, "answers come in time", "", expected, seen, rests_on=fact("speed"))]

    def _register(self, document: dict[str, Any]) -> str | None:
        headers = {"Content-Type": "application/json"}
        try:
            answer = self._http.post("/invoice-registration", content=dumps(document).encode(), headers=headers)
        except httpx.HTTPError as problem:
            expected = "a response that HTTP allows"
            broken_reply = Finding("register_invoice", "a whole response", "", expected, str(problem), rests_on=fact("http"))
            self._new.append(broken_reply)
            return None
        exchange = from_httpx(answer, self.target.tokens)
        broken = check_response(self.contract, exchange)
        self._new += [*broken, *self.history.learn(exchange, valid=True, broken=bool(broken))]
        case = exchange.object_or_empty.get("_case")
        if not isinstance(case, str):
            rule, seen = "a case to act on can be registered", str(exchange.status)
            found = Finding("register_invoice", rule, "", "201", seen, rests_on=fact("sample_invoices"))
            self._new += repeatable([found], exchange)
        return case if isinstance(case, str) else None

    def _worth_sending(self, case: GeneratedCase) -> bool:
        """Leave out requests for which the framework is known to fail with an HTML page.

        That is a body or a condition that is a number, and a page number beyond what the database can count. And of the wrong
        types that one property is given one after another, take the first few.
        """
        where = case.query.get("where", {}) if isinstance(case.query, dict) else {}
        readable = isinstance(where, dict) or (isinstance(where, str) and (where[:1] in ("{", "") or is_id(where)))
        page = case.query.get("page", 1) if isinstance(case.query, dict) else 1
        if not readable or isinstance(case.body, bool | int | float) or len(str(page)) > _LONGEST_PAGE:
            return False
        data = case.meta.phase.data if case.meta is not None else None
        if str(getattr(data, "scenario", "")) != "incorrect_type":
            return True
        place = (case.operation.label, f"{getattr(data, 'location', '')} {getattr(data, 'description', '')}")
        self._tried[place] += 1
        return self._tried[place] <= _WRONG_TYPES

    def _count(self, recorder: ScenarioRecorder) -> None:
        for name, node in recorder.cases.items():
            answer = recorder.interactions[name].response if name in recorder.interactions else None
            if answer is None:
                continue
            self.statuses[node.value.operation.definition.raw["operationId"]][answer.status_code] += 1
            if node.transition is not None and node.is_transition_applied and answer.status_code < 300:
                self.followed[node.transition.id] += 1

    def _failures(self, recorder: ScenarioRecorder) -> Iterator[Finding]:
        """Return what the checks of schemathesis found; what our own check found is here already."""
        for name, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is None or check.name == agrees_with_the_contract.__name__:
                    continue
                failure = check.failure_info.failure
                sent = failure.case_id or name  # some checks send requests of their own
                case, interaction = recorder.cases[sent].value, recorder.interactions.get(sent)
                response = interaction.response if interaction is not None else None
                exchange = exchange_of(response, self.target.tokens) if response is not None else None
                operation = case.operation.definition.raw.get("operationId", case.operation.label)
                yield from finding_of(operation, check.name, failure, case, exchange)


@schemathesis.hook
def before_call(_: Any, case: GeneratedCase, kwargs: dict[str, Any]) -> None:
    """Put real ids into the requests of our runs. schemathesis has no hook for one schema that sees what a link put in."""
    fuzzer: Fuzzer | None = getattr(case.operation.schema, _RUN, None)
    if fuzzer is not None:
        fuzzer.real_ids.fill(case)


@schemathesis.check
def agrees_with_the_contract(_: schemathesis.CheckContext, response: schemathesis.Response, case: GeneratedCase) -> None:
    """Compare the response with the contract and the model, with exact amounts."""
    fuzzer: Fuzzer | None = getattr(case.operation.schema, _RUN, None)
    if fuzzer is not None and (found := fuzzer.check(exchange_of(response, fuzzer.target.tokens), case)):
        fuzzer.add(found)
        raise Disagreement(found)


def exchange_of(response: schemathesis.Response, tokens: Mapping[str, str]) -> Exchange:
    """Return what schemathesis sent and got as an exchange."""
    request = response.request
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    return Exchange(
        method=str(request.method),
        url=str(request.url),
        status=response.status_code,
        request_headers=without_secrets(dict(request.headers), tokens),
        request_body=body if isinstance(body, bytes) else b"",
        headers={name.lower(): ", ".join(values) for name, values in response.headers.items()},
        body=response.content,
        seconds=response.elapsed,
    )


def changed(case: GeneratedCase) -> bool:
    """Return whether something was made wrong; schemathesis takes for right what breaks only a format that it can't check."""
    data = case.meta.phase.data if case.meta is not None else None
    return len(getattr(data, "mutations", None) or []) > 0
