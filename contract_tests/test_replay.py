import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from amili import Amili, AsyncAmili, where
from amili_sandbox.process import SandboxProcess

from contract_tests.caller import Caller
from contract_tests.cassettes import Cassette, cassettes, read
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.findings import agree
from contract_tests.guide_documents import guide_documents
from contract_tests.judge import judge_request
from contract_tests.record import keep, walk
from contract_tests.replay import Requests, meaning, played, read_through_both
from contract_tests.target import stand_in

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
        assert sorted(cassette.play_counts) == list(range(len(cassette)))


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
    assert len(requests.exchanges) == 5  # the case is read before it is credited


def test_the_guide_runs_through_the_asynchronous_client(flow: Any, requests: Requests, contract: Contract) -> None:
    async def run() -> tuple[Any, ...]:
        async with AsyncAmili(HOST, "FILTERED") as amili:
            registered = await amili.register(INVOICE)
            case = await amili.case(FOUND)
            credited = await amili.credit(case, Decimal("100.00"), account=ACCOUNT)
            return registered, case, credited, await amili.cancel(case)

    check_results(*asyncio.run(run()))
    agree(finding for request in requests.exchanges for finding in judge_request(contract, request))
    assert len(requests.exchanges) == 5  # the case is read before it is credited


@pytest.fixture(scope="module")
def tour_on_file(stand_in_process: SandboxProcess, contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Cassette:
    """A recording of the tour, made just now; one of the vendor's sandbox would be replayed in the same way."""
    folder = tmp_path_factory.mktemp("cassettes")
    with closing(Caller(contract, stand_in(stand_in_process))) as caller:
        walk(caller)
        return read(keep(caller, folder, "stand-in"))


def test_every_reply_on_file_reads_the_same_through_both_clients(contract: Contract, tour_on_file: Cassette) -> None:
    outcomes: Counter[tuple[str, int]] = Counter()
    for cassette in (*cassettes(), tour_on_file):
        for exchange in cassette.exchanges:
            operation = contract.find(exchange.method, exchange.path)
            if operation is None:  # the tour also tries methods that are not offered
                continue
            blocking, asynchronous = read_through_both(operation.id, exchange)
            assert blocking == asynchronous
            assert_read_whole(blocking, exchange)
            outcomes[operation.id, exchange.status] += 1
    writes = contract.operations.keys() - {"list_cases"}
    wanted = {(operation, status) for operation in writes for status in (201, 401, 422)}
    assert outcomes.keys() >= wanted | {("list_cases", status) for status in (200, 400, 401)}


def assert_read_whole(outcome: Any, exchange: Exchange) -> None:
    """A success is read without loss, an error says its status and names the properties that are wrong."""
    document = exchange.document
    if isinstance(outcome, dict):
        assert meaning(outcome) == meaning(document)
    else:
        kind, status, issues = outcome
        assert (status, bool(issues)) == (exchange.status, bool(document.get("_issues")))
        assert kind in ("AuthenticationError", "BadRequestError", "ValidationError", "NotFoundError", "PermissionDeniedError")


def test_a_request_that_is_not_on_file_does_not_reach_the_network(requests: Requests) -> None:
    with (
        played("guide-flow.yaml", requests),
        Amili(HOST, "FILTERED") as amili,
        pytest.raises(Exception, match="CannotOverwriteExistingCassetteException"),
    ):
        amili.case(where.debt.invoice_number == "INV-2025-016")
