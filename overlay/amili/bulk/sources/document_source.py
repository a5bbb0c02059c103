"""Invoices that are whole documents, as `register()` takes them: no map is needed."""

from collections.abc import Iterator

from amili.bulk.files import Record, Table
from amili.bulk.rows import Operation, Problem, Row
from amili.bulk.sources.examined import Examined
from amili.bulk.sources.items import invoice_problems
from amili.bulk.sources.repeats import Repeats


class DocumentSource:
    """A `Source` of invoices as documents: JSON lines, or mappings in memory."""

    operation: Operation = "register"

    def __init__(self, table: Table) -> None:
        self.table: Table = table

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.table.name

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the file that a person should see."""
        return self.table.notes

    @property
    def checksum(self) -> str:
        """A SHA-256, in hex digits, of all documents."""
        return self.table.checksum

    def rows(self) -> Iterator[Row]:
        """Yield all rows in their order; a row with a problem has no item."""
        return (each.row for each in self.examined())

    def examined(self) -> Iterator[Examined]:
        """Yield all rows in their order with their problems and warnings."""
        repeats = Repeats()
        for number, record in self.records():
            document, place = dict(record.document or {}), self.table.place_of(record.number)
            found = list(invoice_problems(document))
            repeated = repeats.problem(document, record.number, self.table.row)
            found += [(*repeated, True)] if repeated else []
            problems = tuple(Problem(place, record.number, text, refused, path or None) for path, text, refused in found)
            wrong = any(problem.refused for problem in problems)
            yield Examined(Row(number, place, None if wrong else document), problems)

    def records(self) -> Iterator[tuple[int, Record]]:
        """Yield each record with the number of its row."""
        return enumerate(self.table.read(), 1)
