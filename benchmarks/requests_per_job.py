"""Counts the requests of everyday jobs, done with the loop that users write first and with the methods for many cases.

At 100 requests a minute they are the time that a job takes. The stand-in answers; each job is done whole, both ways.
`--quota SECONDS` instead sends from two processes that share a quota, to a stand-in that enforces the vendor's.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from amili import Amili, OutcomeUnknownError, Retry, where
from amili_sandbox.testing import SandboxProcess

CASES, WRITES, UNKNOWN, CHANGED = 10_000, 1_000, 500, 20


class Counting(httpx.HTTPTransport):
    """Counts the requests that pass."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Count and send."""
        self.requests += 1
        return super().handle_request(request)


def invoice(sandbox: SandboxProcess, number: int) -> dict[str, Any]:
    """Return the invoice of a number."""
    return {
        "account": sandbox.account, "creditor": sandbox.creditor, "invoice_number": f"N{number}", "invoice_type": "invoice",
        "invoice_date": "2025-10-07", "invoice_due_date": "2025-10-17", "currency": "SEK",
        "customer": {"name": "Test Person", "id_number": "19900101-0017", "is_person": True,
                     "address": {"address_line_1": "Testgatan 1", "zip_code": "54321", "city": "Teststad", "country": "SE"}},
        "matrix": [{"article_description": "Work", "unit_price": 500, "number_of_units": 1,
                    "total_price_excluding_vat": 500, "unit_vat_percent": "0%"}],
    }  # fmt: skip


Job = Callable[[], Any]


def exhaust(results: Iterable[Any]) -> list[Any]:
    """Take all results; raises the first error."""
    taken = list(results)
    for error in (getattr(result, "error", None) for result in taken):
        if error is not None:
            raise error
    return taken


def jobs() -> list[tuple[str, int, int]]:
    """Do each job both ways; return its name and the requests of the loop and of the methods for many cases."""
    done = []
    with SandboxProcess() as sandbox:
        transport = Counting()
        with Amili(sandbox.base_url, sandbox.token, quota="off", transport=transport) as amili:

            def count(name: str, loop: Job, many: Job) -> None:
                counts = []
                for job in (loop, many):
                    before = transport.requests
                    job()
                    counts.append(transport.requests - before)
                done.append((name, counts[0], counts[1]))

            exhaust(amili.register_many(invoice(sandbox, number) for number in range(CASES)))
            numbers = [f"N{number}" for number in range(CASES)]
            ids = [case.id for _, (case,) in amili.cases_by_number(numbers)]
            count(
                f"look up {CASES:,} cases by number",
                lambda: [amili.case(where.debt.invoice_number == number) for number in numbers],
                lambda: dict(amili.cases_by_number(numbers)),
            )
            changes = amili.changes()
            for changed in (ids[-1:], ids[:CHANGED]):  # a look begins five minutes before the latest change of the look before
                list(changes)
                sandbox.clock.advance(hours=1)
                for identifier in changed:
                    amili.credit(identifier, 1)
            count(f"find {CHANGED} changes among {CASES:,} cases", lambda: list(amili.cases()), lambda: list(changes))
            count(
                f"credit {WRITES:,} cases by id",
                lambda: [amili.credit(identifier, 1) for identifier in ids[:WRITES]],
                lambda: exhaust(amili.credit_many((identifier, Decimal(1)) for identifier in ids[:WRITES])),
            )
            count(
                f"cancel {WRITES:,} cases by id",
                lambda: [amili.cancel(identifier) for identifier in ids[:WRITES]],
                lambda: exhaust(amili.cancel_many(ids[WRITES : 2 * WRITES])),
            )
            count(
                f"register {WRITES:,} invoices, unless registered",
                lambda: [amili.register(invoice(sandbox, CASES + n), unless_registered=True) for n in range(WRITES)],
                lambda: exhaust(
                    amili.register_many((invoice(sandbox, CASES + WRITES + n) for n in range(WRITES)), unless_registered=True)
                ),
            )
        done.append((f"find out what became of {UNKNOWN} writes after a crash", *unknown(sandbox)))
    return done


def unknown(sandbox: SandboxProcess) -> tuple[int, int]:
    """Leave writes whose responses were lost, and count the requests that find out about them, one by one and together."""
    with TemporaryDirectory() as folder:
        counts = []
        for start, together in ((50_000, False), (60_000, True)):
            journal = Path(folder, f"{start}.sqlite")
            sandbox.faults.set([{"fault": "drop_after", "method": "POST"}, {"fault": "unavailable", "method": "GET"}])
            hasty = Retry(attempts=1, total=0.05, settle=0.0)
            with Amili(sandbox.base_url, sandbox.token, quota="off", journal=journal, retry=hasty) as amili:
                for number in range(start, start + UNKNOWN):
                    with suppress(OutcomeUnknownError):
                        amili.register(invoice(sandbox, number), deadline=0.05)
            sandbox.faults.clear()
            transport = Counting()
            with Amili(sandbox.base_url, sandbox.token, quota="off", journal=journal, transport=transport) as amili:
                pending = amili.pending()
                assert len(pending) == UNKNOWN, len(pending)
                found = [r for _, r in amili.resolve_pending()] if together else [amili.resolve(each) for each in pending]
                assert all(receipt is not None for receipt in found)
                counts.append(transport.requests)
    return counts[0], counts[1]


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
    for name, loop, many in jobs():
        print(f"| {name} | {loop:,} | {many:,} |")


if __name__ == "__main__":
    main()
