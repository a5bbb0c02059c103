"""Exactly once over real HTTP: a thousand registrations on the stand-in, with every kind of fault, by threads and by tasks."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from amili import Amili, AmiliError, AsyncAmili, OutcomeUnknownError, Retry
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice

EACH = 500
RETRY = Retry(attempts=5, total=30.0, base=0.01, cap=0.1, settle=1.0)
TIMEOUT = 2.0
WRITE_FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "drop_before"}, {"fault": "drop_before", "ending": "fin"}, {"fault": "drop_after"},
    {"fault": "drop_after", "ending": "fin"}, {"fault": "too_many_requests", "retry_after": "none"}, {"fault": "error_500"},
    {"fault": "html_500"}, {"fault": "html_502_after"}, {"fault": "unavailable"}, {"fault": "status_520"}, {"fault": "truncate"},
    {"fault": "cut_json"}, {"fault": "empty_body"}, {"fault": "wrong_type"}, {"fault": "late_answer", "seconds": 3},
)  # fmt: skip
READ_FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "drop_before"}, {"fault": "error_500"}, {"fault": "html_502_after"}, {"fault": "cut_json"}, {"fault": "status_520"},
)  # fmt: skip


def bad_day(sandbox: SandboxProcess, rate: float = 1 / 3) -> None:
    """Let a third of the requests meet a fault, each kind about as often."""
    rules = []
    for method, faults in (("POST", WRITE_FAULTS), ("GET", READ_FAULTS)):
        share = rate / len(faults)
        for number, fault in enumerate(faults):
            rules.append({"method": method, "probability": share / (1 - number * share), **fault})
    sandbox.control("PUT", "faults", {"seed": 11, "rules": rules})


def said(result: Any) -> str:
    if isinstance(result, OutcomeUnknownError):
        return "unknown"
    return "failed" if isinstance(result, AmiliError) else str(result.outcome)


def judge(sandbox: SandboxProcess, results: dict[str, Any]) -> Counter[str]:
    """Hold what the client said against what the stand-in holds."""
    requests = len(sandbox.requests())
    sandbox.control("PUT", "faults", {"rules": []})
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=RETRY) as amili:
        held = Counter(case.debt.invoice_number for case in amili.cases())
        by_id = {case.id: case.debt.invoice_number for case in amili.cases()}
        for number, result in results.items():
            if isinstance(result, OutcomeUnknownError):
                assert (amili.resolve(result) is not None) == (held[number] == 1), number
            elif isinstance(result, AmiliError):
                assert held[number] == 0, f"{number}: {result}, but it had happened"
            else:
                assert (held[number], by_id[result.case]) == (1, number)
    assert max(held.values()) == 1, "an invoice was registered twice"
    counts = Counter(said(result) for result in results.values())
    assert counts["created"] > EACH / 3
    assert counts["reconciled"] > EACH / 20
    assert counts["unknown"] <= 0.02 * EACH
    assert requests <= 6 * EACH, f"{requests} requests"
    return counts


def document(sandbox: SandboxProcess, number: str) -> dict[str, Any]:
    return {**invoice(number), "account": sandbox.account, "creditor": sandbox.creditor}


@pytest.fixture
def place(sandbox: SandboxProcess) -> SandboxProcess:
    bad_day(sandbox)
    return sandbox


def test_threads_that_share_a_client_register_each_invoice_once(place: SandboxProcess) -> None:
    with Amili(place.base_url, place.token, quota="off", retry=RETRY, timeout=TIMEOUT) as amili, ThreadPoolExecutor(16) as pool:

        def register(number: str) -> Any:
            try:
                return amili.register(document(place, number))
            except AmiliError as problem:
                return problem

        numbers = [f"INV-{count}" for count in range(EACH)]
        results = dict(zip(numbers, pool.map(register, numbers), strict=True))
    judge(place, results)


def test_tasks_that_share_a_client_register_each_invoice_once(place: SandboxProcess) -> None:
    async def main() -> dict[str, Any]:
        limit = asyncio.Semaphore(24)
        async with AsyncAmili(place.base_url, place.token, quota="off", retry=RETRY, timeout=TIMEOUT) as amili:

            async def register(number: str) -> Any:
                async with limit:
                    try:
                        return await amili.register(document(place, number))
                    except AmiliError as problem:
                        return problem

            numbers = [f"INV-{count}" for count in range(EACH)]
            return dict(zip(numbers, await asyncio.gather(*map(register, numbers)), strict=True))

    judge(place, asyncio.run(main()))
