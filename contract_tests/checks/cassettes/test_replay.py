import asyncio
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from amili import Amili, AsyncAmili, where

from contract_tests.cassettes import (
    Cassette,
    Requests,
    cassettes,
    in_order,
    keep,
    normalised,
    play_cassette,
    read,
    read_through_both,
    record_tour,
)
from contract_tests.conformance import check_request
from contract_tests.conftest import SandboxProcess
from contract_tests.contract import Contract
from contract_tests.findings import agree, agree_on, fact
from contract_tests.guide import guide_documents
from contract_tests.messages import Exchange
from contract_tests.server import stand_in

RESTS_ON = fact("contract_and_client")
HOST = "https://api-sandbox.amili.se"
INVOICE = guide_documents()["1-register.python.request.json"].content
ACCOUNT = INVOICE["account"]
FOUND = where.debt.invoice_number == "INV-2025-015"


@pytest.fixture
def requests() -> Requests:
    return Requests()


@pytest.fixture
def flow(requests: Requests) -> Iterator[Any]:
    with play_cassette("guide-flow.yaml", requests) as cassette:
        yield cassette
        assert sorted(cassette.play_counts) == list(range(len(cassette)))


WANTED = {
    "case": "68e4c40d93ee14723d28fa95",
    "id": "68e4c40d93ee14723d28fa95",
    "outcome": "created",
    "ocr_number": "20252806663259506081",
    "invoice_number": "INV-2025-015",
    "remaining": Decimal(500),
    "state": "initializing",
    "amounts": [Decimal(500)],
    "actions": ["68e4c69c0da90297b3be0dfd", "68e4c6e07fcb697a78cb1a37"],
    "results": ["completed", "completed"],
}


def check_results(registered: Any, case: Any, credited: Any, cancelled: Any) -> None:
    """Compare what a client made of the guide's responses with what the guide shows."""
    seen = {
        "case": registered.case,
        "id": case.id,
        "outcome": registered.outcome,
        "ocr_number": registered.ocr_number,
        "invoice_number": case.debt.invoice_number,
        "remaining": case.total_remaining_capital_amount,
        "state": case.state,
        "amounts": [transaction.amount for transaction in case.transactions],
        "actions": [credited.id, cancelled.id],
        "results": [credited.result, cancelled.result],
    }
    agree_on("the guide", "the client reads what the guide shows", WANTED, seen, rests_on=RESTS_ON)


def test_the_guide_runs_through_the_blocking_client(flow: Any, requests: Requests, contract: Contract) -> None:
    with Amili(HOST, "FILTERED", crediting_references=False) as amili:
        registered = amili.register(INVOICE)
        case = amili.case(FOUND)
        credited = amili.credit(case, Decimal("100.00"), account=ACCOUNT)
        cancelled = amili.cancel(case)
    check_results(registered, case, credited, cancelled)
    agree(finding for request in requests.exchanges for finding in check_request(contract, request))
    assert len(requests.exchanges) == 5  # the case is read before it is credited


def test_the_guide_runs_through_the_asynchronous_client(flow: Any, requests: Requests, contract: Contract) -> None:
    async def run() -> tuple[Any, ...]:
        async with AsyncAmili(HOST, "FILTERED", crediting_references=False) as amili:
            registered = await amili.register(INVOICE)
            case = await amili.case(FOUND)
            credited = await amili.credit(case, Decimal("100.00"), account=ACCOUNT)
            return registered, case, credited, await amili.cancel(case)

    check_results(*asyncio.run(run()))
    agree(finding for request in requests.exchanges for finding in check_request(contract, request))
    assert len(requests.exchanges) == 5  # the case is read before it is credited


CALLED = {"register_invoice", "list_cases", "credit_case", "cancel_case"}  # the operations that `Amili` itself calls


@pytest.fixture(scope="module")
def recorded_tour(stand_in_process: SandboxProcess, contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Cassette:
    """A recording of the tour, made just now; one of the vendor's sandbox would be replayed in the same way."""
    folder = tmp_path_factory.mktemp("cassettes")
    return read(keep(record_tour(stand_in(stand_in_process)), folder, stand_in=True))


def test_every_response_on_file_reads_the_same_through_both_clients(contract: Contract, recorded_tour: Cassette) -> None:
    outcomes: Counter[tuple[str, int]] = Counter()
    for cassette in (*cassettes(), recorded_tour):
        for exchange in cassette.exchanges:
            operation = contract.find(exchange.method, exchange.path)
            if operation is None or operation.id not in CALLED:  # the tour also tries methods that are not offered
                continue
            blocking, asynchronous = read_through_both(operation.id, exchange)
            agree_on(operation.id, "both clients read the same", blocking, asynchronous, rests_on=RESTS_ON)
            read_whole(operation.id, blocking, exchange)
            outcomes[operation.id, exchange.status] += 1
    writes = CALLED - {"list_cases"}
    wanted = {(operation, status) for operation in writes for status in (201, 401, 422)}
    assert outcomes.keys() >= wanted | {("list_cases", status) for status in (200, 400, 401)}


READABLE = ("AuthenticationError", "BadRequestError", "ValidationError", "NotFoundError", "PermissionDeniedError")


def read_whole(operation: str, outcome: Any, exchange: Exchange) -> None:
    """A success is read without loss; an error has its status and names the properties that are wrong."""
    document = exchange.document
    if isinstance(outcome, dict | list):
        wanted = in_order(document["_items"]) if isinstance(outcome, list) else document
        rule = "the client reads a response without loss"
        agree_on(operation, rule, normalised(wanted), normalised(outcome), rests_on=RESTS_ON)
    else:
        kind, status, issues = outcome
        error = [exchange.status, bool(document.get("_issues")), True]
        seen = [status, bool(issues), kind in READABLE]
        agree_on(operation, "the client reads an error", error, seen, rests_on=RESTS_ON)
