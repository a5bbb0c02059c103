"""What is wrong with a row, and where."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A problem of a row: where it is, and a `text` that quotes nothing from the row, since that may be personal data.

    `number` is the row in the file, `letter` the column as spreadsheets name it, `column` its name, `path` the property; they are
    None where there is none. A row with a problem that is `refused` can't be sent; the others are warnings. `value` is the cell,
    for the file of problems beside the input; it is never printed.
    """

    __module__ = "amili.bulk"

    place: str
    number: int
    text: str
    refused: bool = True
    path: str | None = None
    column: str | None = None
    letter: str | None = None
    value: Any = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        letter = f" {self.letter}" if self.letter else ""
        column = f', column{letter} "{self.column}"' if self.column else ""
        path = f" ({self.path})" if self.path else ""
        return f"{self.place}{column}: {self.text}{path}"
