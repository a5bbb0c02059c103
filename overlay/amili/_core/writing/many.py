"""Many writes of one kind: what is read for them with few requests, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from amili._core.engine import Context, Flow, is_integer
from amili._core.reading import LOT, Lookup, case_id, look_up
from amili._core.writing.crediting import Crediting
from amili._core.writing.writes import ReadBefore, cancel, credit, register
from amili._errors import AlreadyRegisteredError, AmiliError, InvalidInputError

if TYPE_CHECKING:
    from amili_api.models.case import Case

    from amili._core.writing.journal import Journal

Item = TypeVar("Item")
Receipt = TypeVar("Receipt")
MOST_AT_ONCE = 64  # a client has no more connections


@dataclass(frozen=True)
class WriteResult(Generic[Item, Receipt]):
    """What came of one of many writes: `item` as it was given, and either its `receipt` or the `error`."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    item: Item
    receipt: Receipt | None = None
    error: AmiliError | None = None


class ManyWrites(Protocol):
    """Writes of one kind. The items are taken in lots; what a lot needs is read before its first write is sent."""

    @property
    def lot(self) -> int:
        """How many items are read for together."""

    def prepare(self, items: Sequence[Any]) -> Flow[Any]:
        """Read what the writes of these items need to know."""

    def write(self, item: Any, known: Any) -> Flow[Any]:
        """Write one item exactly once and return its receipt."""


@dataclass
class Registrations:
    """Registrations of invoices. A number that occurs twice is registered once: the second is an error."""

    context: Context
    journal: Journal | None
    deadline: float | None
    unless_registered: bool
    _numbers: dict[tuple[str, str], object] = field(default_factory=dict)  # each with the mark of the flow that came first

    @property
    def lot(self) -> int:
        """How many invoices are looked up together."""
        return LOT if self.unless_registered else 1

    def prepare(self, items: Sequence[Any]) -> Flow[dict[tuple[str, str], list[Any]]]:
        """Look up which of these invoices are registered already; nothing if that does not matter."""
        found = dict[tuple[str, str], list[Any]]()
        for creditor, numbers in self._by_creditor(items).items() if self.unless_registered else ():
            lookup = Lookup(by_number=True, creditor=creditor)
            cases = yield from look_up(self.context, lookup, numbers, self.context.budget(self.deadline))
            found |= {(creditor, number): listed for number, listed in cases.items()}
        return found

    def _by_creditor(self, items: Sequence[Any]) -> dict[str, list[str]]:
        """Return the invoice numbers that can be looked up, by creditor; what is wrong with the others is told in their turn."""
        numbers = dict[str, dict[str, None]]()
        for creditor, number in filter(None, map(_identity, items)):
            try:
                Lookup(by_number=True, creditor=creditor).condition([number])
            except InvalidInputError:
                continue
            numbers.setdefault(creditor, {})[number] = None
        return {creditor: list(listed) for creditor, listed in numbers.items()}

    def write(self, item: Any, known: Mapping[tuple[str, str], list[Any]]) -> Flow[Any]:
        """Register one invoice."""
        identity, mark = _identity(item), object()
        if identity is not None and self._numbers.setdefault(identity, mark) is not mark:  # one step: other threads do the same
            message = "an earlier one of these invoices has the same number and creditor; nothing was sent for this one"
            raise AlreadyRegisteredError(message, operation="register_invoice", cases=())
        found = None if identity is None else known.get(identity)
        return (yield from register(self.context, item, self.journal, self.deadline, self.unless_registered, found=found))


def _identity(invoice: Any) -> tuple[str, str] | None:
    """Return creditor and number of an invoice that was not checked yet; None if it has none."""
    names = ("creditor", "invoice_number")
    creditor, number = (invoice.get(name) if isinstance(invoice, Mapping) else getattr(invoice, name, None) for name in names)
    return (creditor, number) if isinstance(creditor, str) and isinstance(number, str) else None


@dataclass
class ActionsOnCases:
    """Creditings or cancellations of cases.

    The cases of a lot are read together. That serves only the first write on a case: what was read before an earlier write of
    our own would say nothing of a later one, which therefore reads its case itself. Which is the first is known only once no
    other write on the case is in progress; then it takes the case out of `known`.
    """

    context: Context
    make: Callable[[Any, ReadBefore], Flow[Any]]  # the flow for an item
    lot: int = LOT
    _read: set[str] = field(default_factory=set)  # the cases of this lot and of those before it

    def prepare(self, items: Sequence[Any]) -> Flow[dict[str, Case]]:
        """Read the cases of these items that were not read before."""
        wanted = dict.fromkeys(name for name in map(_case_of, items) if name is not None and name not in self._read)
        if not wanted:
            return {}
        self._read |= wanted.keys()
        found = yield from look_up(self.context, Lookup(by_number=False), list(wanted), self.context.budget())
        return {name: cases[0] for name, cases in found.items() if cases}

    def write(self, item: Any, known: dict[str, Case]) -> Flow[Any]:
        """Credit or cancel one case."""
        return self.make(item, lambda name: known.pop(name, None))


def _case_of(item: Any) -> str | None:
    """Return the identifier of the case of an item; None if it has none, which is told in its turn."""
    try:
        return case_id(item[0] if isinstance(item, tuple) and item else item)
    except InvalidInputError:
        return None


def creditings(context: Context, journal: Journal | None, deadline: float | None, account: str | None) -> ActionsOnCases:
    """Return creditings, each given as a case, an amount and perhaps a reference."""

    def make(item: Any, read_before: ReadBefore) -> Flow[Any]:
        if not isinstance(item, tuple) or len(item) not in (2, 3):
            raise InvalidInputError("credit_many() takes tuples of a case, an amount, and perhaps a reference")
        case, amount, *reference = item
        details = Crediting(amount, account=account, reference=reference[0] if reference else None)
        return (yield from credit(context, case, details, journal, deadline, read_before=read_before))

    return ActionsOnCases(context, make)


def cancellations(context: Context, journal: Journal | None, deadline: float | None) -> ActionsOnCases:
    """Return cancellations, each given as a case."""
    return ActionsOnCases(context, lambda case, read_before: cancel(context, case, journal, deadline, read_before=read_before))


def check_concurrency(number: int) -> int:
    """Return how many writes may be under way at once; raises InvalidInputError."""
    if not is_integer(number) or number > MOST_AT_ONCE:
        raise InvalidInputError(f"concurrency must be an integer from 1 to {MOST_AT_ONCE}")
    return number
