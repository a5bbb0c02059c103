"""What the tests of bulk share: invoices for a stand-in, and a file of them as billing systems export it, with its map."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter
from amili.bulk import Check, ExaminedSource, Map, check, open_source, propose
from amili.bulk.files import table_of
from amili_sandbox.testing import SandboxProcess

from tests.samples import ACCOUNT, CREDITOR, PERSONAL_NUMBER, invoice

CONSTANTS: dict[str, Any] = {"account": ACCOUNT, "creditor": CREDITOR}
ROW: dict[str, Any] = {
    "Fakturanr": "F1",
    "Fakturadatum": "2025-10-07",
    "Förfallodatum": "2025-10-17",
    "Kundnamn": "Åsa Exempel",
    "Personnr": PERSONAL_NUMBER,
    "Adress": "Testgatan 1",
    "Postnr": "12345",
    "Ort": "Örebro",
    "Benämning": "Konsult",
    "Antal": "2",
    "À-pris": "1 234,50",
    "Moms": "25%",
    "Belopp": "2 469,00",
}
HEADER = list(ROW)


def invoices(sandbox: SandboxProcess, count: int) -> list[dict[str, Any]]:
    """So many invoices of an account of a stand-in, with the numbers N0, N1, ..."""
    return [invoice(f"N{n}", account=sandbox.account, creditor=sandbox.creditor) for n in range(count)]


def row(number: object = "F1", /, **changes: Any) -> list[Any]:
    """A row of the file; a change is named after the letters of its column, such as `apris` for `À-pris`."""
    plain = {"".join(filter(str.isalnum, name.casefold().replace("à", "a"))): name for name in ROW}
    return list((ROW | {"Fakturanr": number} | {plain[name]: value for name, value in changes.items()}).values())


def write_rows(
    path: Path, rows: Iterable[Sequence[Any]], *, delimiter: str = ";", encoding: str = "utf-8", **dialect: Any
) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, **dialect).writerows(rows)
    return path


class Book:
    """Writes a spreadsheet of one sheet; `page` and `workbook` are those of xlsxwriter."""

    def __init__(self, path: Path, sheet: str = "Fakturor", **options: Any) -> None:
        self.path, self.workbook = path, xlsxwriter.Workbook(path, options)
        self.page = self.workbook.add_worksheet(sheet)
        self.day = self.workbook.add_format({"num_format": "yyyy-mm-dd"})

    def rows(self, rows: Iterable[Sequence[Any]], first: int = 1) -> "Book":
        """Write rows from the row with this number on; text stays text."""
        for number, cells in enumerate(rows, first - 1):
            for position, cell in enumerate(cells):
                if isinstance(cell, str):
                    self.page.write_string(number, position, cell)
                elif hasattr(cell, "year"):
                    self.page.write_datetime(number, position, cell, self.day)
                else:
                    self.page.write(number, position, cell)
        return self

    def close(self) -> Path:
        """Write the file and return where it is."""
        self.workbook.close()
        return self.path


def the_map(names: Sequence[str] = HEADER, /, **changes: Any) -> Map:
    """The map that is proposed for these columns, with changes."""
    return replace(propose(table_of([dict.fromkeys(names, "x")]), constants=CONSTANTS)[0], **changes)


def source_of(path: Path, map_: Map | None = None) -> ExaminedSource:
    return open_source(path, map_ or the_map())


def checked(rows: Iterable[Mapping[str, Any] | Sequence[Any]], map_: Map | None = None) -> Check:
    """Check rows in memory; a sequence has the values of the columns."""
    named = [each if isinstance(each, Mapping) else dict(zip(HEADER, each, strict=True)) for each in rows]
    return check(open_source(named, map_ or the_map()))
