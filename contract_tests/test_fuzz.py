from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from amili_sandbox.process import SandboxProcess
from schemathesis.config import SchemathesisConfig

from contract_tests.contract import Contract, Operation
from contract_tests.drift import Observations
from contract_tests.exchange import Exchange
from contract_tests.findings import agree
from contract_tests.fuzz.live import Live
from contract_tests.fuzz.variant import settings, variant
from contract_tests.judge import judge_reply
from contract_tests.report.record import Record

schema = schemathesis.openapi.from_dict(variant(), config=SchemathesisConfig.from_dict(settings()))
CONTRACT = Contract.load()
OBSERVATIONS = Observations(CONTRACT)
GeneratedCase = schemathesis.Case[Any]


@schemathesis.check
def agrees_with_the_contract(_: schemathesis.CheckContext, response: schemathesis.Response, case: GeneratedCase) -> None:
    """Hold the reply against the contract itself, with exact numbers."""
    request = response.request
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    exchange = Exchange(
        method=str(request.method),
        url=str(request.url),
        status=response.status_code,
        request_headers={name.lower(): str(value) for name, value in request.headers.items()},
        request_body=body if isinstance(body, bytes) else b"",
        headers={name.lower(): ", ".join(values) for name, values in response.headers.items()},
        body=response.content,
    )
    OBSERVATIONS.observe(exchange)
    if CONTRACT.find(exchange.method, exchange.path) is not None:
        agree(judge_reply(CONTRACT, exchange))
    else:
        assert exchange.status in (401, 404, 405), (
            f"the contract has no {exchange.method}, and yet it was answered: {exchange.curl}"
        )


@pytest.fixture(scope="module")
def live(stand_in_process: SandboxProcess, record: Record) -> Iterator[Live]:
    live = Live(stand_in_process)
    yield live
    record.observed(OBSERVATIONS)
    live.close()


@schema.parametrize()
def test_generated_requests(case: GeneratedCase, live: Live) -> None:
    live.fill(case)
    case.call_and_validate(base_url=live.sandbox.base_url, headers={"X-API-Key": live.sandbox.token})


@pytest.mark.parametrize("operation", CONTRACT.operations.values(), ids=lambda operation: operation.id)
def test_generated_requests_were_accepted_and_refused(operation: Operation, live: Live) -> None:
    """No vacuous green: each operation was carried out, refused for a bad token, and each write refused for its content."""
    asked = [request for request in live.sandbox.requests() if CONTRACT.find(request["method"], request["path"]) == operation]
    seen = Counter(request["status"] for request in asked)
    wanted = {200, 401} if operation.method == "GET" else {201, 401, 422}
    assert wanted <= seen.keys(), f"{operation.id} only saw {dict(seen)}"
