"""Two clients with journals of their own credit one case by one amount at one moment, over HTTP, and lose responses."""

import asyncio
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, CreditorCreditingReceipt
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import QUICK
from tests.samples import invoice

FAULTS = ("drop_before", "drop_after")


def lose(sandbox: SandboxProcess, chance: random.Random) -> None:
    """Lose some of the first writes, before or after they are carried out."""
    sandbox.faults.clear()
    for after in range(3):
        if chance.random() < 0.7:
            sandbox.faults.add(chance.choice(FAULTS), method="POST", path="/creditor--creditings", after=after, times=1)


def stored(sandbox: SandboxProcess, case: str) -> list[dict[str, Any]]:
    """Return the creditings of a case, as the stand-in has them."""
    address, headers = f"{sandbox.base_url}/creditor--creditings", {"X-API-Key": sandbox.token}
    found = httpx.get(address, params={"where": json.dumps({"case": case})}, headers=headers)
    rows: list[dict[str, Any]] = found.json()["_items"]
    return rows


def addresses(sandbox: SandboxProcess) -> Iterator[str]:
    """Two addresses of one stand-in: writes on one case of one address are made one after the other in one process."""
    yield sandbox.base_url
    yield sandbox.base_url.replace("127.0.0.1", "localhost")


def check(sandbox: SandboxProcess, case: str, receipts: list[CreditorCreditingReceipt]) -> None:
    """Each receipt is of a crediting of its own."""
    sandbox.faults.clear()
    rows = stored(sandbox, case)
    assert sorted(row["_id"] for row in rows) == sorted(str(receipt.id) for receipt in receipts)
    assert len({row["creditor_reference"] for row in rows}) == 2
    assert all(receipt.settled_amount == 100 for receipt in receipts)


@pytest.mark.parametrize("seed", range(8))
def test_each_receipt_of_two_clients_is_its_own(seed: int, sandbox: SandboxProcess, tmp_path: Path) -> None:
    one, other = addresses(sandbox)
    options: dict[str, Any] = {"retry": QUICK, "quota": "off", "paths": "reference"}
    with (
        Amili(one, sandbox.token, journal=tmp_path / "1.sqlite", **options) as first,
        Amili(other, sandbox.token, journal=tmp_path / "2.sqlite", **options) as second,
        ThreadPoolExecutor(2) as pool,
    ):
        case = first.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor)).case
        lose(sandbox, random.Random(seed))
        under_way = [pool.submit(client.credit, case, 100) for client in (first, second)]
        check(sandbox, case, [each.result() for each in under_way])
        assert first.pending() == second.pending() == []


@pytest.mark.parametrize("seed", range(8, 12))
def test_each_receipt_of_two_asynchronous_clients_is_its_own(seed: int, sandbox: SandboxProcess, tmp_path: Path) -> None:
    one, other = addresses(sandbox)
    options: dict[str, Any] = {"retry": QUICK, "quota": "off", "paths": "reference"}

    async def main() -> None:
        async with (
            AsyncAmili(one, sandbox.token, journal=tmp_path / "1.sqlite", **options) as first,
            AsyncAmili(other, sandbox.token, journal=tmp_path / "2.sqlite", **options) as second,
        ):
            receipt = await first.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor))
            lose(sandbox, random.Random(seed))
            receipts = await asyncio.gather(first.credit(receipt, 100), second.credit(receipt, 100))
            check(sandbox, receipt.case, list(receipts))
            assert first.pending() == second.pending() == []

    asyncio.run(main())


def test_a_lost_registration_has_the_ocr_number_of_the_stand_in(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token, retry=QUICK, quota="off") as amili:
        sandbox.faults.add("drop_after", method="POST", times=1)
        receipt = amili.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor))
    assert receipt.outcome == "reconciled"
    assert receipt.ocr_number is not None
    assert len(receipt.ocr_number) == 20
    assert None not in (receipt.id, receipt.etag, receipt.created, receipt.updated, receipt.invoice, receipt.ocr_record)


def test_the_reference_that_is_made_can_be_left_out(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token, quota="off", crediting_references=False) as amili:
        case = amili.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor)).case
        amili.credit(case, 100)
    assert [row.get("creditor_reference") for row in stored(sandbox, case)] == [None]
