"""The rows of a table, read through a map."""

import hashlib
from collections.abc import Iterator
from functools import cached_property

from amili._errors import ConfigurationError
from amili.bulk.files import Record, Table
from amili.bulk.mapping import Map, Values, map_text
from amili.bulk.rows import Item, Operation, Problem, Row
from amili.bulk.sources.columns import Columns, Read
from amili.bulk.sources.examined import Examined
from amili.bulk.sources.groups import Group, filled, groups
from amili.bulk.sources.items import case_of, case_problems, crediting_of, differences, invoice_of, invoice_problems
from amili.bulk.sources.repeats import Repeats

_TOTAL = 'it looks like a total row: delete it, or declare total_row = "skip" in the map'


class TableSource:
    """A `Source` whose rows are read from a table through a map; they are the same whenever they are read.

    Raises ConfigurationError if the map gives no value for a required property, InvalidInputError for a column that is not there.
    """

    def __init__(self, table: Table, map_: Map) -> None:
        missing = map_.missing()
        if missing:
            raise ConfigurationError(f"the map gives no value for {', '.join(missing)}: add columns or constants")
        self.table: Table = table
        self.map: Map = map_
        self._columns = Columns(table, map_)

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.table.name

    @property
    def operation(self) -> Operation:
        """What each row asks for."""
        return self.map.operation

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the file that a person should see."""
        unused = self._columns.unused
        return (*self.table.notes, *([f"columns that the map does not use: {', '.join(unused)}"] if unused else []))

    @cached_property
    def checksum(self) -> str:
        """A SHA-256, in hex digits, of the file and the map."""
        return hashlib.sha256(f"{self.table.checksum}\n{map_text(self.map)}".encode()).hexdigest()

    def rows(self) -> Iterator[Row]:
        """Yield all rows in their order; a row with a problem has no item."""
        return (each.row for each in self.examined())

    def examined(self) -> Iterator[Examined]:
        """Yield all rows in their order with their problems and warnings."""
        repeats = Repeats()
        for group in self._groups():
            if group.number is not None:
                yield self._examine(group, group.number, repeats)

    def records(self) -> Iterator[tuple[int | None, Record]]:
        """Yield each record that is not blank, with the number of its row; None for a total row that is skipped."""
        for group in self._groups():
            yield from ((group.number, line.record) for line in group.lines)

    def _groups(self) -> Iterator[Group]:
        values = Values(self.map.decimal, self.map.grouping)
        reads = (self._columns.read(record, values) for record in filled(self.table.read()))
        by = "invoice_number" if self.map.lines == "rows" else None
        return groups(reads, by=by, skip_total=self.map.total_row == "skip")

    def _examine(self, group: Group, number: int, repeats: Repeats) -> Examined:
        lines = group.lines
        first, last = lines[0].record.number, lines[-1].record.number
        item, problems = self._item(lines)
        if item is not None:
            repeated = repeats.problem(item, first, self.table.row)
            if repeated:
                problems = (*problems, self._columns.problem(lines[0].record, *repeated))
        wrong = any(problem.refused for problem in problems)
        row = Row(number, self.table.place_of(first, last), None if wrong else item)
        return Examined(row, problems)

    def _item(self, lines: tuple[Read, ...]) -> tuple[Item | None, tuple[Problem, ...]]:
        """Return what the lines of a row ask for, None if that can't be said, and what is wrong."""
        first = lines[0]
        if first.total:
            return None, (Problem(self.table.place_of(first.record.number), first.record.number, _TOTAL),)
        problems = [problem for line in lines for problem in line.problems]
        known = {(problem.number, problem.path) for problem in problems}
        item: Item | None = None
        if self.operation == "register":
            item = invoice_of([line.values for line in lines])
            for position, path in differences([line.values for line in lines]):
                text = "it is not the same as in the lines of this invoice above"
                problems.append(self._columns.problem(lines[position].record, path, text))
            found = invoice_problems(item)
        else:
            found = case_problems(first.values, has_amount=self.operation == "credit")
        for path, text, refused in found:
            line, plain = _line_of(path, lines)
            if (line.record.number, plain) not in known:
                problems.append(self._columns.problem(line.record, plain, text, refused=refused))
        if self.operation != "register" and not problems:
            item = crediting_of(first.values) if self.operation == "credit" else case_of(first.values)
        return item, tuple(problems)


def _line_of(path: str, lines: tuple[Read, ...]) -> tuple[Read, str]:
    """Return the line that a path such as `matrix.1.unit_price` is about, and the path without its position."""
    head, _, rest = path.partition(".")
    position, _, name = rest.partition(".")
    if head == "matrix" and position.isdecimal():
        return lines[int(position)], f"matrix.{name}"
    return lines[0], path
