"""Measures the stand-in: start to first response, rates at 20,000 and 100,000 cases, peak memory.

One sandbox process and one client process with a few connections on the same machine; each rate is the best of several
short rounds, since whatever else the machine does can only make a round slower.
"""

import argparse
import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlsplit

from amili_sandbox.process import SandboxProcess

SIZES = (20_000, 100_000)
CONNECTIONS = 4
ROUND_SECONDS = 2.0
ROUNDS = 5
STARTS = 7
Result = dict[str, Any]
Ask = tuple[str, str, bytes | None]


def start_to_first_answer() -> float:
    """Return the seconds from starting the program to the first response to a request with a token."""
    began = time.perf_counter()
    with SandboxProcess() as sandbox:
        connection = _connection(sandbox)
        _send(connection, sandbox, ("GET", "/cases", None))
        seconds = time.perf_counter() - began
        connection.close()
    return seconds


def rate(name: str, sandbox: SandboxProcess, ask: Callable[[int], Ask], status: int) -> Result:
    """Return requests per second in the best round, and the CPU time of one request."""
    rates, costs = [], []
    for number in range(ROUNDS):
        before = _processor_seconds(sandbox.pid)
        requests, seconds = _round(sandbox, ask, status, number)
        rates.append(requests / seconds)
        costs.append((_processor_seconds(sandbox.pid) - before) / requests)
    return {f"{name}, per second": round(max(rates)), f"{name}, processor ms each": round(min(costs) * 1000, 2)}


def _round(sandbox: SandboxProcess, ask: Callable[[int], Ask], status: int, number: int) -> tuple[int, float]:
    done = [0] * CONNECTIONS
    end = time.perf_counter() + ROUND_SECONDS

    def work(worker: int) -> None:
        connection = _connection(sandbox)
        while time.perf_counter() < end:
            serial = (number * CONNECTIONS + worker) * 1_000_000 + done[worker]
            answered = _send(connection, sandbox, ask(serial))
            if answered != status:
                raise SystemExit(f"the sandbox returned {answered} instead of {status}")
            done[worker] += 1
        connection.close()

    began = time.perf_counter()
    workers = [threading.Thread(target=work, args=(worker,)) for worker in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done), time.perf_counter() - began


def _connection(sandbox: SandboxProcess) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=60)


def _send(connection: http.client.HTTPConnection, sandbox: SandboxProcess, ask: Ask) -> int:
    method, target, body = ask
    connection.request(method, target, body, {"X-API-Key": sandbox.token, "Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def page(serial: int) -> Ask:
    """Request a page of 25 cases, a different one each time, among the first hundred pages."""
    return "GET", f"/cases?page={1 + serial % 100}", None


def where(serial: int, numbers: list[str]) -> Ask:
    """Request the case of an invoice number, a different one each time."""
    condition = json.dumps({"debt.invoice_number": numbers[serial * 7919 % len(numbers)]})
    return "GET", f"/cases?where={quote(condition)}", None


def registration(serial: int, sandbox: SandboxProcess) -> Ask:
    """Register the guide's invoice under a new number."""
    body = {
        "account": sandbox.account,
        "creditor": sandbox.creditor,
        "invoice_number": f"BENCH-{serial}",
        "invoice_date": "2025-10-07T10:11:22.123456Z",
        "invoice_due_date": "2025-10-17T00:00:00Z",
        "currency": "SEK",
        "invoice_type": "invoice",
        "invoice_headline": "Consulting Services",
        "invoice_body_text": "Thank you for your business",
        "customer": {
            "name": "Jane Smith",
            "id_number": "556789-1234",
            "is_person": True,
            "address": {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg"},
            "mobile_number": "+46709876543",
            "email": "jane.smith@domain.se",
        },
        "matrix": [
            {
                "article_description": "Consulting hours",
                "unit_price": 500.0,
                "total_price_excluding_vat": 500.0,
                "unit_vat_percent": "0%",
            }
        ],
    }
    return "POST", "/invoice-registration", json.dumps(body).encode()


def at_size(size: int, database: Path) -> Result:
    """Measure everything at one number of cases in a file, which makes registrations slightly slower."""
    began = time.perf_counter()
    with SandboxProcess("--db", str(database), "--seed", f"portfolio:{size}") as sandbox:
        seeding, seeding_memory = time.perf_counter() - began, _peak_memory(sandbox.pid)
    began = time.perf_counter()
    with SandboxProcess("--db", str(database)) as sandbox:
        loading = time.perf_counter() - began
        numbers = _invoice_numbers(sandbox)
        return {
            **rate("page of 25", sandbox, page, 200),
            **rate("where on the invoice number", sandbox, lambda serial: where(serial, numbers), 200),
            **rate("registration", sandbox, lambda serial: registration(serial, sandbox), 201),
            "peak memory after all that, MB": round(_peak_memory(sandbox.pid)),
            "start from the file, s": round(loading, 2),
            "making the portfolio, s": round(seeding, 1),
            "peak memory of making it, MB": round(seeding_memory),
        }


def _invoice_numbers(sandbox: SandboxProcess) -> list[str]:
    connection = _connection(sandbox)
    headers = {"X-API-Key": sandbox.token}
    connection.request("GET", "/cases?max_results=100&sort=-_created", headers=headers)
    items = json.loads(connection.getresponse().read())["_items"]
    connection.close()
    return [item["debt"]["invoice_number"] for item in items]


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("peak memory is only known on Linux")


def main() -> int:
    """Measure, print a table, and write JSON if requested."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of cases (default: 20000 100000)")
    options = parser.parse_args()
    starts = [start_to_first_answer() for _ in range(STARTS)]
    figures: dict[str, Any] = {
        "start to first answer, best, s": round(min(starts), 2),
        "start to first answer, worst, s": round(max(starts), 2),
        "load average at the end": None,
    }
    with TemporaryDirectory(prefix="amili-benchmark-") as folder:
        for size in options.sizes:
            figures[f"{size} cases"] = at_size(size, Path(folder) / f"{size}.db")
    figures["load average at the end"] = round(os.getloadavg()[0], 1)
    _print(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _print(figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        if isinstance(value, dict):
            print(f"\n{name}")
            for part, figure in value.items():
                print(f"  {part:<42}{figure:>10}")
        else:
            print(f"{name:<44}{value:>10}")


if __name__ == "__main__":
    sys.exit(main())
