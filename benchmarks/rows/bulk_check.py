"""A file of 100,000 invoices checked before anything is sent: time and memory of CSV and of a spreadsheet."""

import csv
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import xlsxwriter
from amili import check as check_invoice
from amili.bulk import check, open_source, open_table, problems_path, propose

from benchmarks.cases import invoice
from benchmarks.measure import Row

COUNT, GOAL_SECONDS, GOAL_MEMORY = 100_000, 60, 300
HEADER = "Fakturanr;Fakturadatum;Förfallodatum;Kundnamn;Orgnr;Adress;Postnr;Ort;Benämning;Antal;À-pris;Moms;Belopp"
CONSTANTS = {name: invoice()[name] for name in ("account", "creditor")}


def rows() -> list[Row]:
    """Measure CPU time and the peak of memory, CSV first; nine tenths of the debtors' numbers have a wrong check digit."""
    with tempfile.TemporaryDirectory() as folder:
        text, sheet = Path(folder, "invoices.csv"), Path(folder, "invoices.xlsx")
        with ProcessPoolExecutor(1, get_context("spawn")) as other:  # what is written takes memory as well
            other.submit(_write, text, sheet).result()
        seconds = {"csv.reader alone": _seconds(lambda: _read(text)), "CSV": _seconds(lambda: _check(text))}
        memory = {"CSV": _peak()}
        seconds["xlsx"] = _seconds(lambda: _check(sheet))
        memory["xlsx"] = _peak()
        seconds["amili.check() alone"] = _seconds(_check_documents)
    others = {name: each for name, each in seconds.items() if name != "CSV"}
    detail = {"s": seconds, "MB": memory, "rows": COUNT}
    return [
        Row("100,000 rows of CSV checked, CPU", seconds["CSV"], GOAL_SECONDS, " s", others, detail),
        Row("100,000 rows checked: peak of memory, xlsx", memory["xlsx"], GOAL_MEMORY, " MB", {"CSV": memory["CSV"]}, detail),
    ]


def _cells(number: int) -> list[Any]:
    debtor = f"{556000 + number % 1000:06}-{number % 10_000:04}"
    price = 100 + number % 900
    address = ["Exempelgatan 1", "12345", "Exempelstad"]
    return [f"INV-{number:06}", "2025-10-07", "2025-10-17", f"Exempel {number} Åberg", debtor, *address, "Konsult", "2", price]


def _write(text: Path, sheet: Path) -> None:
    with text.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER.split(";"))
        writer.writerows(_as_text(cells) for cells in _all())
    with xlsxwriter.Workbook(sheet) as book:
        page = book.add_worksheet("Fakturor")
        page.write_row(0, 0, HEADER.split(";"))
        for number, cells in enumerate(_all(), 1):
            page.write_row(number, 0, [*cells[:-2], 2, cells[-1] + 0.5, "25%", cells[-1] * 2 + 1])


def _as_text(cells: list[Any]) -> list[Any]:
    total = f"{cells[-1] * 2 + 1:,}".replace(",", " ")
    return [*cells[:-1], f"{cells[-1]},50", "25%", f"{total},00"]


def _all() -> Iterator[list[Any]]:
    return map(_cells, range(COUNT))


def _check(path: Path) -> None:
    proposed, _ = propose(open_table(path), constants=CONSTANTS)
    found = check(open_source(path, proposed), problems_path(path))
    if found.good != COUNT:
        raise AssertionError(found)


def _check_documents() -> None:
    for number in range(COUNT):
        check_invoice(invoice(number))


def _read(path: Path) -> None:
    with path.open(encoding="cp1252", newline="") as file:
        for _ in csv.reader(file, delimiter=";"):
            pass


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
