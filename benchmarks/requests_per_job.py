"""Counts the requests of everyday jobs, done with the loop that users write first and with the methods for many cases.

At 100 requests a minute they are the time that a job takes. The stand-in answers; each job is done whole, both ways.
`--quota SECONDS` instead sends from two processes that share a quota, to a stand-in that enforces the vendor's.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from amili import Amili, InvoiceRegistrationReceipt, OutcomeUnknownError, Retry, WriteResult, where
from amili_sandbox.testing import SandboxProcess

from benchmarks import cases

CASES, WRITES, UNKNOWN, CHANGED = 10_000, 1_000, 500, 20
Job = Callable[[], Any]
Jobs = dict[str, tuple[Job, Job]]  # by name: the loop, and the same with the methods for many cases


class Counting(httpx.HTTPTransport):
    """Counts the requests that pass."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Count and send."""
        self.requests += 1
        return super().handle_request(request)

    def requests_of(self, job: Job) -> int:
        """Do a job and return how many requests it took."""
        before = self.requests
        job()
        return self.requests - before


def invoices(sandbox: SandboxProcess, first: int, count: int) -> list[dict[str, Any]]:
    """Return invoices with different numbers."""
    owner = {"account": sandbox.account, "creditor": sandbox.creditor}
    return [cases.invoice(number) | owner for number in range(first, first + count)]


def receipts(results: Iterable[WriteResult[Any, Any]]) -> list[Any]:
    """Return the receipts of many writes; raises the first error."""
    taken = list(results)
    for result in taken:
        if result.error is not None:
            raise result.error
    return [result.receipt for result in taken]


def counts() -> Iterator[tuple[str, int, int]]:
    """Do each job both ways; yield its name and the requests of the loop and of the methods for many cases."""
    with SandboxProcess() as sandbox:
        transport = Counting()
        with Amili(sandbox.base_url, sandbox.token, quota="off", transport=transport) as amili:
            registered = invoices(sandbox, 0, CASES)
            ids = [receipt.case for receipt in receipts(amili.register_many(registered))]
            numbers = [invoice["invoice_number"] for invoice in registered]
            jobs = reads(amili, sandbox, numbers, ids) | writes(amili, sandbox, ids)
            for name, (loop, many) in jobs.items():
                yield name, transport.requests_of(loop), transport.requests_of(many)
        yield f"find out what became of {UNKNOWN} writes after a crash", *unknown(sandbox)


def reads(amili: Amili, sandbox: SandboxProcess, numbers: list[str], ids: list[str]) -> Jobs:
    """Return the jobs that only read, to be done before the writes: the changes to find are made here."""
    changes = amili.changes()
    for changed in (ids[-1:], ids[:CHANGED]):  # a look begins five minutes before the latest change of the look before
        list(changes)
        sandbox.clock.advance(hours=1)
        for identifier in changed:
            amili.credit(identifier, 1)
    return {
        f"look up {CASES:,} cases by number": (
            lambda: [amili.case(where.debt.invoice_number == number) for number in numbers],
            lambda: dict(amili.cases_by_number(numbers)),
        ),
        f"find {CHANGED} changes among {CASES:,} cases": (lambda: list(amili.cases()), lambda: list(changes)),
    }


def writes(amili: Amili, sandbox: SandboxProcess, ids: list[str]) -> Jobs:
    """Return the jobs that write."""
    new = invoices(sandbox, CASES, 2 * WRITES)
    return {
        f"credit {WRITES:,} cases by id": (
            lambda: [amili.credit(identifier, 1) for identifier in ids[:WRITES]],
            lambda: receipts(amili.credit_many((identifier, Decimal(1)) for identifier in ids[:WRITES])),
        ),
        f"cancel {WRITES:,} cases by id": (
            lambda: [amili.cancel(identifier) for identifier in ids[:WRITES]],
            lambda: receipts(amili.cancel_many(ids[WRITES : 2 * WRITES])),
        ),
        f"register {WRITES:,} invoices, unless registered": (
            lambda: [amili.register(invoice, unless_registered=True) for invoice in new[:WRITES]],
            lambda: receipts(amili.register_many(new[WRITES:], unless_registered=True)),
        ),
    }


def unknown(sandbox: SandboxProcess) -> tuple[int, int]:
    """Leave writes whose responses were lost, and count the requests that find out about them, one by one and together."""
    with TemporaryDirectory() as folder:
        found = []
        for start, together in ((50_000, False), (60_000, True)):
            journal = Path(folder, f"{start}.sqlite")
            sandbox.faults.set([{"fault": "drop_after", "method": "POST"}, {"fault": "unavailable", "method": "GET"}])
            hasty = Retry(attempts=1, total=0.05, settle=0.0)
            with Amili(sandbox.base_url, sandbox.token, quota="off", journal=journal, retry=hasty) as amili:
                for invoice in invoices(sandbox, start, UNKNOWN):
                    with suppress(OutcomeUnknownError):
                        amili.register(invoice, deadline=0.05)
            sandbox.faults.clear()
            transport = Counting()
            with Amili(sandbox.base_url, sandbox.token, quota="off", journal=journal, transport=transport) as amili:
                pending = amili.pending()
                assert len(pending) == UNKNOWN, len(pending)
                resolved = amili.resolve_pending() if together else [(each, amili.resolve(each)) for each in pending]
                assert all(isinstance(receipt, InvoiceRegistrationReceipt) for _, receipt in resolved), resolved
                found.append(transport.requests)
    return found[0], found[1]


SENDER = """
import sys, time
from amili import Amili, Quota, RateLimitedError
url, token, quota_file, seconds = sys.argv[1:]
refused = sent = 0
with Quota.shared(quota_file, pace="even") as quota, Amili(url, token, quota=quota) as amili:
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        try:
            amili.cases(limit=1).first()
            sent += 1
        except RateLimitedError:
            refused += 1
print(sent, refused)
"""


def shared_quota(seconds: float) -> None:
    """Send from two processes that share a quota, and print what the stand-in counted."""
    with SandboxProcess("--quota", "vendor") as sandbox, TemporaryDirectory() as folder:
        began = time.monotonic()
        command = [sys.executable, "-c", SENDER, sandbox.base_url, sandbox.token, str(Path(folder, "quota.sqlite")), str(seconds)]
        senders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]  # noqa: S603
        for sender in senders:
            print("sent and refused by one process:", sender.communicate()[0].strip())
        requests = sandbox.requests()
        took = time.monotonic() - began
    refused = sum(each["status"] == 429 for each in requests)
    print(f"{len(requests)} requests in {took:.0f} s: {len(requests) / took * 60:.1f} a minute, {refused} refused with 429")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quota", type=float, metavar="SECONDS", help="measure a shared quota for so long")
    options = parser.parse_args()
    if options.quota:
        shared_quota(options.quota)
        return
    print("| job | requests of the loop | with the methods for many cases |\n|---|---|---|")
    for name, loop, many in counts():
        print(f"| {name} | {loop:,} | {many:,} |")


if __name__ == "__main__":
    main()
