"""A map: which column or constant each property gets its value from, and how the file is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from amili._errors import ConfigurationError, similar_name
from amili.bulk.files import Reading
from amili.bulk.mapping.properties import properties_of, required_of
from amili.bulk.rows import Operation

VERSION = 1
Sign: TypeAlias = Literal[",", "."]


@dataclass(frozen=True)
class Column:
    """Where a property gets its value from, and how a cell is read.

    `format` is how days are written, as for `strptime` (`%d/%m/%Y`), or `excel` and `excel-1904` for numbers of days. `pad` fills
    up digits with zeros on the left. `values` translates cells, such as `{P = true, F = false}`. `also` sets further properties
    where the cell is filled, such as `{"customer.is_person" = true}`. `decimal` is the decimal sign of a column that has another
    one than the file.
    """

    name: str
    format: str | None = None
    pad: int | None = None
    decimal: Sign | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Map:
    """A map of one operation: property to columns, of which at most one may be filled in a row, and property to constant.

    `lines` is `columns` if each row is an invoice with one line, `rows` if each row is a line, and rows that follow each other
    with one invoice number are an invoice. Raises ConfigurationError for a property that is unknown or given twice.
    """

    __module__ = "amili.bulk"

    operation: Operation
    columns: Mapping[str, tuple[Column, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)
    lines: Literal["columns", "rows"] = "columns"
    total_row: Literal["refuse", "skip"] = "refuse"
    decimal: Sign | None = None
    grouping: str | None = None
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        known = properties_of(self.operation)
        for name in (*self.columns, *self.constants, *self._also()):
            if name not in known:
                meant = similar_name(name, tuple(known))
                hint = f"; did you mean {meant!r}?" if meant else f". There are {', '.join(known)}"
                raise ConfigurationError(f"the map names {name!r}, which {self.operation} does not have{hint}")
        twice = sorted(self.columns.keys() & self.constants.keys())
        if twice:
            raise ConfigurationError(f"the map has both a column and a constant for {', '.join(twice)}")
        if self.grouping is not None and self.grouping == self.decimal:
            raise ConfigurationError("the map has the same sign for decimals and for groups of digits")
        if self.lines == "rows" and (self.operation != "register" or "invoice_number" not in self.columns):
            raise ConfigurationError('lines = "rows" needs the operation register and a column for invoice_number')

    def missing(self) -> tuple[str, ...]:
        """Return the required properties that the map gives no value for."""
        given = {*self.columns, *self.constants, *self._also()}
        missing = [name for name in required_of(self.operation) if name not in given]
        if self.operation != "register" and "case" not in given:
            wanted = ("invoice_number", "creditor") if "invoice_number" in given else ("case",)
            missing = [*(name for name in wanted if name not in given), *missing]
        return tuple(missing)

    def _also(self) -> tuple[str, ...]:
        return tuple(name for columns in self.columns.values() for column in columns for name in column.also)
