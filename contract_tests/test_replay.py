import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from amili import Amili, AsyncAmili, where

from contract_tests.contract import Contract
from contract_tests.findings import agree
from contract_tests.guide_documents import guide_documents
from contract_tests.judge import judge_request
from contract_tests.replay import Requests, played

HOST = "https://api-sandbox.amili.se"
INVOICE = guide_documents()["1-register.python.request.json"].content
ACCOUNT = INVOICE["account"]
FOUND = where.debt.invoice_number == "INV-2025-015"


@pytest.fixture
def requests() -> Requests:
    return Requests()


@pytest.fixture
def flow(requests: Requests) -> Iterator[Any]:
    with played("guide-flow.yaml", requests) as cassette:
        yield cassette
        assert cassette.all_played


def check_results(registered: Any, case: Any, credited: Any, cancelled: Any) -> None:
    assert registered.case == case.id == "68e4c40d93ee14723d28fa95"
    assert registered.outcome == "created"
    assert registered.ocr_number == "20252806663259506081"
    assert case.debt.invoice_number == "INV-2025-015"
    assert case.total_remaining_capital_amount == Decimal(500)
    assert case.state == "initializing"
    assert [transaction.amount for transaction in case.transactions] == [Decimal(500)]
    assert credited.id == "68e4c69c0da90297b3be0dfd"
    assert cancelled.id == "68e4c6e07fcb697a78cb1a37"
    assert credited.result == cancelled.result == "completed"


def test_the_guide_runs_through_the_blocking_client(flow: Any, requests: Requests, contract: Contract) -> None:
    with Amili(HOST, "FILTERED") as amili:
        registered = amili.register(INVOICE)
        case = amili.case(FOUND)
        credited = amili.credit(case, Decimal("100.00"), account=ACCOUNT)
        cancelled = amili.cancel(case)
    check_results(registered, case, credited, cancelled)
    agree(finding for request in requests.exchanges for finding in judge_request(contract, request))
    assert len(requests.exchanges) == 4


def test_the_guide_runs_through_the_asynchronous_client(flow: Any, requests: Requests, contract: Contract) -> None:
    async def run() -> tuple[Any, ...]:
        async with AsyncAmili(HOST, "FILTERED") as amili:
            registered = await amili.register(INVOICE)
            case = await amili.case(FOUND)
            credited = await amili.credit(case, Decimal("100.00"), account=ACCOUNT)
            return registered, case, credited, await amili.cancel(case)

    check_results(*asyncio.run(run()))
    agree(finding for request in requests.exchanges for finding in judge_request(contract, request))
    assert len(requests.exchanges) == 4


def test_a_request_that_is_not_on_file_does_not_reach_the_network(requests: Requests) -> None:
    with (
        played("guide-flow.yaml", requests),
        Amili(HOST, "FILTERED") as amili,
        pytest.raises(Exception, match="Can't play back this request"),
    ):
        amili.case(where.debt.invoice_number == "INV-2025-016")
