"""The items of rows as text, so that a worker on another machine has them: numbers and dates come back as they were."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from amili._errors import InvalidInputError
from amili.bulk.ledger import LedgerRow, PostgresqlLedger
from amili.bulk.rows import CaseKey, CreditingItem, Item, Operation
from amili.bulk.runs.items import digest_of

_KINDS: dict[str, Callable[[str], object]] = {
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
}


def text_of(item: Item | None) -> str | None:
    """Return an item as text; raises InvalidInputError if it has a value that could not be read back."""
    if item is None:
        return None
    return json.dumps(asdict(item) if isinstance(item, CreditingItem | CaseKey) else item, default=_marked)


def item_of(operation: Operation, text: str) -> Item:
    """Return the item that a text was made of."""
    read: Any = json.loads(text, object_hook=_unmarked)
    if operation == "register":
        invoice: Mapping[str, Any] = read
        return invoice
    if operation == "credit":
        return CreditingItem(**{**read, "case": CaseKey(**read["case"])})
    return CaseKey(**read)


def _marked(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, date):
        return {"$datetime" if isinstance(value, datetime) else "$date": value.isoformat()}
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Mapping):
        return dict(value)
    raise InvalidInputError(f"a {type(value).__name__} in a row can't be stored for workers on other machines; nothing was sent")


def _unmarked(read: dict[str, Any]) -> Any:
    (kind,) = read if len(read) == 1 else ("",)
    return _KINDS[kind](read[kind]) if kind in _KINDS else read


class StoredItems:
    """The items that a ledger keeps, for a worker without the input."""

    sendable = True

    def __init__(self, ledger: PostgresqlLedger, run: int, operation: Operation) -> None:
        self._ledger, self._run, self._operation = ledger, run, operation

    def of(self, rows: Sequence[LedgerRow]) -> dict[int, Item]:
        """Return the items of rows, by number; raises InvalidInputError if one is not what it was when the run was started."""
        bodies = self._ledger.bodies(self._run, [row.number for row in rows])
        items = {number: item_of(self._operation, body) for number, body in bodies.items()}
        for row in rows:
            if row.number not in items or digest_of(items[row.number]) != row.digest:
                raise InvalidInputError(f"the ledger has lost what {row.place} asks for: work on the run with its input")
        return items
