"""Ends a run whose input is lost or has changed: what may have been sent is looked up from the ledger alone."""

from collections.abc import Sequence

from amili.bulk.ledger import Ending, LedgerRow
from amili.bulk.rows import CaseKey, Item, Operation
from amili.bulk.runs.lot import Plan

_NOT_SENT = "it was not written: the run was ended without its input"


class FromLedger:
    """What is looked up of rows that may have been sent, for as much as a ledger has of them; nothing that could be sent."""

    sendable = False

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def of(self, rows: Sequence[LedgerRow]) -> dict[int, Item]:
        """Return the items of the rows that may have been sent, by number."""
        return {row.number: self._item(row) for row in rows if row.state == "sending"}

    def _item(self, row: LedgerRow) -> Item:
        if self._operation == "register":
            return {"invoice_number": row.key, "creditor": row.creditor}
        return CaseKey(id=row.case_id)


def without_sending(plan: Plan, rows: Sequence[LedgerRow]) -> Plan:
    """Return the plan of a lot that ends each row which would be sent."""
    decided = {row.number for row, _, _ in plan.ended} | plan.put_off.keys()
    not_sent = [(row, Ending("refused", problem=_NOT_SENT), None) for row in rows if row.number not in decided]
    return Plan(ended=[*plan.ended, *not_sent], put_off=plan.put_off)
