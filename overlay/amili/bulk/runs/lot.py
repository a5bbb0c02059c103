"""Decides, from one lookup of a lot, what becomes of each of its rows: ended, to be sent, or to be looked up once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amili._core.engine import Budget, Context, Flow
from amili._core.reading import Lookup, look_up
from amili._core.writing import Pending, evidence_of, judge_found
from amili._errors import ActionFailedError, InvalidInputError
from amili.bulk.ledger import Earlier, Ending, LedgerRow
from amili.bulk.rows import CreditingItem, Item, Operation
from amili.bulk.runs.items import address_of

if TYPE_CHECKING:
    from amili_api.models.case import Case

_MIN_LOOKS = 2  # lookups that do not find a write, the last of them after the settling time, before it is sent again
CONTRADICTED = "contradicted"  # outcome of a row that the API says it has, although no lookup finds it
OPERATIONS = {"register": "register_invoice", "credit": "credit_case", "cancel": "cancel_case"}  # of the contract
_NOT_FOUND = "the API said that it has it, but no lookup finds it; it is not sent again: look it up later, or ask the vendor"
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class ToSend:
    """A row to be sent; `cases` are those of its number or identifier, read at `read_at`."""

    row: LedgerRow
    item: Item
    cases: list[Case]
    read_at: float


@dataclass
class Plan:
    """What becomes of the rows of a lot. `absent` are those to be sent that were certainly not written when sent before."""

    ended: list[tuple[LedgerRow, Ending, Case | None]] = field(default_factory=list)
    to_send: list[ToSend] = field(default_factory=list)
    absent: list[int] = field(default_factory=list)
    put_off: dict[int, float] = field(default_factory=dict)  # until when


def plan_lot(
    context: Context, operation: Operation, run: int, rows: Sequence[LedgerRow], items: Mapping[int, Item]
) -> Flow[Plan]:
    """Look up the cases of a lot, with one request if its rows are of one kind, and decide."""
    plan, asked = Plan(), dict[Lookup, dict[int, str]]()
    for row in rows:
        if row.earlier is not None:
            ending = because_of(row.earlier, row, run)
            if ending is None:
                plan.put_off[row.number] = context.now() + 1.0
            else:
                plan.ended.append((row, ending, None))
            continue
        try:
            lookup, value = address_of(operation, items[row.number])
        except InvalidInputError as problem:
            plan.ended.append((row, Ending("refused", problem=str(problem)), None))
            continue
        asked.setdefault(lookup, {})[row.number] = value
    by_number = {row.number: row for row in rows}
    for lookup, values in asked.items():
        budget, read_at = context.budget(), context.now()
        found = yield from look_up(context, lookup, list(dict.fromkeys(values.values())), budget)
        wanted = [ToSend(by_number[number], items[number], found[value], read_at) for number, value in values.items()]
        for each in wanted:
            if each.row.state != "sending":
                _decide(operation, plan, each)
        yield from _judge(context, operation, plan, [each for each in wanted if each.row.state == "sending"], budget)
    return plan


def because_of(earlier: Earlier, row: LedgerRow, run: int) -> Ending | None:
    """Return how a row ends since another one concerns the same number or case; None if that one is being sent just now."""
    which = f"row {earlier.number}" if earlier.run == run else f"row {earlier.number} of run {earlier.run}"
    if earlier.state in ("done", "reconciled"):
        outcome, other = (
            ("existing", "") if earlier.digest == row.digest else ("another", ", with other contents than this row has")
        )
        return Ending("exists", case_id=earlier.case_id, outcome=outcome, problem=f"{which} registered it{other}")
    if earlier.state == "sending" and earlier.run == run:
        return None
    return Ending(
        "refused", problem=f"the outcome of {which} is not known: resume run {earlier.run}, then retry; nothing was sent"
    )


def ending_of(receipt: Any, case_id: str | None, item: Item) -> Ending:
    """Return how a row ends with a receipt; its problem is what a person has to look at although it was done."""
    state: Any = {"created": "done", "existing": "exists"}.get(receipt.outcome, receipt.outcome)
    case, ocr = getattr(receipt, "case", None), getattr(receipt, "ocr_number", None)
    return Ending(state, case_id or case, ocr, receipt.outcome, _remark(receipt, item))


def _remark(receipt: Any, item: Item) -> str | None:
    settled = getattr(receipt, "settled_amount", None)
    if isinstance(item, CreditingItem) and settled is not None and settled != item.amount:
        return f"only {settled:.2f} SEK were settled; look at the case"
    warned = getattr(receipt, "result", None) == "warning"
    return "it was done with a warning of the API; look at the case" if warned else None


def _judge(context: Context, operation: Operation, plan: Plan, sent: Sequence[ToSend], budget: Budget) -> Flow[None]:
    """Decide on rows that may have been sent before; `budget` is that of the lookup of their cases."""
    pending: dict[int, tuple[Pending, list[Case]]] = {}
    for each in sent:
        row = each.row
        try:
            evidence: Any = evidence_of(OPERATIONS[operation], row.evidence or "")
        except _UNREADABLE as problem:
            why = f"what the ledger has of it can't be read ({type(problem).__name__}), so it is not known whether it was written"
            plan.ended.append((row, Ending("unknown", problem=why), None))
            continue
        cases = each.cases if operation == "register" else [case for case in each.cases if case.id == evidence.case]
        pending[row.number] = Pending(row.number, evidence, row.sent_at or 0.0, row.lost_at or 0.0), cases
    receipts = yield from judge_found(context, pending, budget)
    for each in sent:
        if each.row.number in receipts:
            _end_or_send(context, plan, each, receipts[each.row.number])
    again = receipts.keys() & plan.put_off.keys()
    plan.put_off |= dict.fromkeys(again, max((plan.put_off[number] for number in again), default=0.0))  # in one request


def _end_or_send(context: Context, plan: Plan, sent: ToSend, found: Any) -> None:
    """Decide by what was found of a row: a receipt, None if there is no sign of it, or an error."""
    row, settled_at = sent.row, (sent.row.lost_at or 0.0) + context.retry.settle
    is_settled, is_receipt = sent.read_at >= settled_at, found is not None and not isinstance(found, Exception)
    if isinstance(found, ActionFailedError):
        plan.ended.append((row, Ending("refused", row.case_id, problem=str(found)), None))
    elif not is_settled and not is_receipt:  # what is not certain may become so: its worker may only be frozen
        plan.put_off[row.number] = settled_at
    elif isinstance(found, Exception):
        plan.ended.append((row, Ending("unknown", problem=str(found)), None))
    elif is_receipt:
        plan.ended.append((row, ending_of(found, row.case_id, sent.item), None))
    elif row.looks + 1 < _MIN_LOOKS:
        plan.put_off[row.number] = context.now()
    elif row.outcome == CONTRADICTED:
        plan.ended.append((row, Ending("unknown", outcome=CONTRADICTED, problem=_NOT_FOUND), None))
    else:
        plan.absent.append(row.number)
        plan.to_send.append(sent)


def _decide(operation: Operation, plan: Plan, wanted: ToSend) -> None:
    """Decide on a row that was not sent before."""
    cases, ids = wanted.cases, ", ".join(case.id for case in wanted.cases)
    if operation == "lookup":
        problem = f"{len(cases)} cases have it: {ids}" if len(cases) > 1 else None
        ending = Ending("found", cases[0].id, problem=problem) if cases else Ending("missing")
        plan.ended.append((wanted.row, ending, cases[0] if cases else None))
    elif operation != "register" and len(cases) != 1:
        problem = f"{len(cases)} cases have it, so it is not known which is meant: {ids}" if cases else "no case has it"
        plan.ended.append((wanted.row, Ending("refused", problem=f"{problem}; nothing was sent"), None))
    else:
        plan.to_send.append(wanted)
