"""Runs schemathesis on a stand-in, phase by phase: examples, coverage, fuzzing, and the links of the contract."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import requests
import schemathesis
from amili_sandbox.process import SandboxProcess
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.openapi.checks import RejectedPositiveData

from contract_tests.conformance import Observations, judge_reply, reply_truths
from contract_tests.contract import Contract
from contract_tests.findings import Baseline, Disagreement, Finding, repeatable
from contract_tests.fuzz.failures import told
from contract_tests.fuzz.history import Memory
from contract_tests.fuzz.intended_error import blamed
from contract_tests.fuzz.real_ids import Live, is_id
from contract_tests.fuzz.schema import settings, variant
from contract_tests.messages import Exchange, dumps, from_httpx, without_secrets
from contract_tests.server import Account

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_SLOW, _ENOUGH = 0.5, 20  # seconds that half of the answers may take, and how many answers prove it
_WRONG_TYPES = 3  # for one property
GeneratedCase = schemathesis.Case[Any]


@dataclass
class Outcome:
    """What one run did and found."""

    findings: list[Finding] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)  # by phase
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))  # by operation
    followed: Counter[str] = field(default_factory=Counter)  # links that ended in success, by name


class Fuzzer:
    """Everything about one run; the hook and the check below find it by its schema."""

    def __init__(self, sandbox: SandboxProcess, contract: Contract, seed: int, **more: Any) -> None:
        self.contract, self.memory, self.outcome = contract, Memory(contract), Outcome()
        self.observations, self.baseline = Observations(contract), Baseline.of(sandbox.base_url)
        self._http = httpx.Client(base_url=sandbox.base_url, headers={"X-API-Key": sandbox.token}, timeout=30)
        own = Account(sandbox.token, sandbox.account, sandbox.creditor)
        self.live, self.token = Live(own, self._register, self.memory.cases), sandbox.token
        self.tokens = {sandbox.token: "AMILI_TOKEN"}
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.told: dict[str, list[Finding]] = {}  # by generated case, until its scenario ends
        said = settings(seed, auth={"openapi": {"ApiKey": {"api_key": sandbox.token}}}, **{"base-url": sandbox.base_url}, **more)
        self.schema = schemathesis.openapi.from_dict(variant(), config=SchemathesisConfig.from_dict(said))
        self._tried: Counter[tuple[str, str]] = Counter()

        def filter_case(_: Any, case: GeneratedCase) -> bool:
            return self._worth_sending(case)

        def filter_failure(_: Any, failure: Failure, case: GeneratedCase, __: Any) -> bool:
            return not (isinstance(failure, RejectedPositiveData) and changed(case))

        self.schema.hook(filter_case)
        self.schema.hook(filter_failure)
        RUNS[id(self.schema)] = self

    def _register(self, document: dict[str, Any]) -> str:
        headers = {"Content-Type": "application/json"}
        answer = self._http.post("/invoice-registration", content=dumps(document).encode(), headers=headers)
        exchange = from_httpx(answer, self.tokens)
        self.memory.learn(exchange, valid=True, broken=bool(judge_reply(self.contract, exchange)))
        case: str = exchange.document["_case"]
        return case

    def _worth_sending(self, case: GeneratedCase) -> bool:
        """Leave out where the framework is known to fail with a page for people: a body or a condition that is a number and such.

        And of the wrong types that one property is given one after another, take the first few.
        """
        where = case.query.get("where", {}) if isinstance(case.query, dict) else {}
        readable = isinstance(where, dict) or (isinstance(where, str) and (where[:1] in ("{", "") or is_id(where)))
        if not readable or isinstance(case.body, bool | int | float):
            return False
        data = case.meta.phase.data if case.meta is not None else None
        if str(getattr(data, "scenario", "")) != "incorrect_type":
            return True
        place = (case.operation.label, f"{getattr(data, 'location', '')} {getattr(data, 'description', '')}")
        self._tried[place] += 1
        return self._tried[place] <= _WRONG_TYPES

    def judge(self, exchange: Exchange, case: GeneratedCase) -> list[Finding]:
        """Return what is wrong with an answer by our own rules."""
        operation = self.contract.find(exchange.method, exchange.path)
        if operation is None:
            if exchange.status in (401, 404, 405):
                return []
            method = f"{exchange.method} {exchange.path}"
            return repeatable(
                [Finding(method, "what is not offered is not done", "", "404 or 405", str(exchange.status))], exchange
            )
        broken = judge_reply(self.contract, exchange)
        found = list(broken)
        found += repeatable(reply_truths(operation.id, exchange, self.token), exchange)
        valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE and not changed(case)
        found += self.memory.learn(exchange, valid=valid, broken=bool(broken))
        if exchange.request_body[:1] in (b"", b"{"):  # to what is no object the framework has an answer that no page describes
            found += self.baseline.news(self.observations.observe(exchange, broken))
        found += repeatable(blamed(operation.id, case, exchange), exchange)
        taken = self.seconds[operation.id]
        taken.append(exchange.seconds)
        if len(taken) >= _ENOUGH and (middle := statistics.median(taken)) > _SLOW:
            found.append(Finding(operation.id, "answers come in time", "", f"half of them within {_SLOW} s", f"{middle:.2f} s"))
        return found

    def run(self) -> Iterator[Finding]:
        """Run all phases; yields findings as they come, our own and those of the checks of schemathesis."""
        for event in from_schema(self.schema).execute():
            if isinstance(event, events.ScenarioFinished):
                self.outcome.requests[event.phase.value] += len(event.recorder.interactions)
                self._count(event.recorder)
                yield from self._take(_failures(event.recorder))
            elif isinstance(event, events.NonFatalError):
                if not isinstance(event.value, requests.RequestException):
                    raise event.value  # a fault of the suite, or of schemathesis
                says = event.info.message.strip().partition("\n")[0]
                yield from self._take([Finding(event.label, event.info.title, "", "schemathesis to go on", says)])
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
        RUNS.pop(id(self.schema), None)

    def _take(self, found: list[Finding]) -> Iterator[Finding]:
        self.outcome.findings += found
        yield from found

    def _count(self, recorder: ScenarioRecorder) -> None:
        for name, node in recorder.cases.items():
            answer = recorder.interactions[name].response if name in recorder.interactions else None
            if answer is None:
                continue
            operation = node.value.operation.definition.raw["operationId"]
            self.outcome.statuses[operation][answer.status_code] += 1
            if node.transition is not None and node.is_transition_applied and answer.status_code < 300:
                self.outcome.followed[node.transition.id] += 1


RUNS: dict[int, Fuzzer] = {}


@schemathesis.hook
def before_call(_: Any, case: GeneratedCase, kwargs: dict[str, Any]) -> None:
    """Put living ids into the requests of our runs."""
    if (fuzzer := RUNS.get(id(case.operation.schema))) is not None:
        fuzzer.live.fill(case)


@schemathesis.check
def agrees_with_the_contract(_: schemathesis.CheckContext, response: schemathesis.Response, case: GeneratedCase) -> None:
    """Hold the reply against the contract and the model, with exact numbers."""
    if (fuzzer := RUNS.get(id(case.operation.schema))) is not None:
        found = fuzzer.judge(exchange_of(response, fuzzer.tokens), case)
        if found:
            fuzzer.told[case.id] = found
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


def _failures(recorder: ScenarioRecorder) -> list[Finding]:
    found: list[Finding] = []
    for name, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            sent = failure.case_id or name  # some checks send requests of their own
            node, interaction = recorder.cases[sent].value, recorder.interactions.get(sent)
            operation, fuzzer = node.operation.definition.raw.get("operationId", node.operation.label), _run_of(node)
            if interaction is None or interaction.response is None:
                found.append(Finding(operation, failure.title, "", "an answer", failure.message))
            elif check.name == agrees_with_the_contract.__name__:
                found += fuzzer.told.pop(name, [])
            else:
                found += told(operation, check.name, failure, node, exchange_of(interaction.response, fuzzer.tokens))
    return found


def changed(case: GeneratedCase) -> bool:
    """Tell whether something was made wrong; schemathesis takes for right what breaks only a format that it can't judge."""
    data = case.meta.phase.data if case.meta is not None else None
    return len(getattr(data, "mutations", None) or []) > 0


def _run_of(case: GeneratedCase) -> Fuzzer:
    return RUNS[id(case.operation.schema)]
