"""Groups the records of a table: one for each row, or the lines of one invoice that follow each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amili.bulk.files import Record, is_blank
from amili.bulk.sources.columns import Read


@dataclass(frozen=True)
class Group:
    """The records of one row, with its number from 1; a total row that is skipped has no number."""

    number: int | None
    lines: tuple[Read, ...]


def groups(reads: Iterable[Read], *, by: str | None, skip_total: bool) -> Iterator[Group]:
    """Yield the groups. `by` is the property whose value the lines of an invoice share; None if each record is a row.

    Only the last record can be skipped as a total.
    """
    number, waiting = 0, list[Read]()
    for read, is_last in _with_last(reads):
        skipped = read.total and is_last and skip_total
        same = (
            by is not None and waiting and not skipped and _key(read, by) is not None and _key(read, by) == _key(waiting[0], by)
        )
        if waiting and not same:
            number += 1
            yield Group(number, tuple(waiting))
            waiting = []
        if skipped:
            yield Group(None, (read,))
        else:
            waiting.append(read)
    if waiting:
        yield Group(number + 1, tuple(waiting))


def filled(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records that are not blank; spreadsheets may end with thousands of blank rows."""
    return (each for each in records if not all(map(is_blank, each.cells)))


def _with_last(reads: Iterable[Read]) -> Iterator[tuple[Read, bool]]:
    """Yield each record and whether it is the last."""
    before: Read | None = None
    for read in reads:
        if before is not None:
            yield before, False
        before = read
    if before is not None:
        yield before, True


def _key(read: Read, by: str) -> object:
    return read.values.get(by)
