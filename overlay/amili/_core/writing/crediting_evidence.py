"""What a crediting leaves on its case, and what the case proves of it when it is read later."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from amili_api.models.case import Case
from amili_api.models.transaction import Transaction

from amili._core.operations import EXACT_CONTEXT
from amili._core.reading import Lookup
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive, Verdict
from amili._errors import ApiError

_ORIGIN = "creditor_system"  # the origin that creditings are sent with
_NOT_BY_THIS = "the case has changed, but perhaps not by this crediting"


@dataclass(frozen=True)
class CreditingEvidence:
    """A crediting adds a transaction to the case and lowers its remaining capital.

    `remaining` (SEK) and `transactions` are from the case as it was read right before the crediting was sent.
    """

    case: str
    amount: Decimal
    remaining: Decimal | None
    transactions: tuple[str, ...]

    operation = "credit_case"

    @classmethod
    def of(cls, before: Case, amount: Decimal) -> "CreditingEvidence":
        """Return the evidence of a crediting, from the case before it."""
        transactions = tuple(map(_facts, before.transactions or []))
        return cls(before.id, amount, before.total_remaining_capital_amount, transactions)

    @property
    def key(self) -> str:
        """What identifies the write for a person and in the journal: 100 and 100.00 SEK are one amount."""
        return f"{self.amount:.2f} SEK on case {self.case}"

    def lookup(self) -> tuple[Lookup, str]:
        """Return how the case is looked up, and by which value."""
        return Lookup(by_number=False), self.case

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by what changed in the case: a crediting always lowers the remaining capital."""
        if len(cases) != 1:
            return Inconclusive("the case can't be found")
        after = cases[0].total_remaining_capital_amount
        if self.remaining is None or after is None:
            return Inconclusive("the case does not state its remaining capital")
        with localcontext(EXACT_CONTEXT):
            new, drop = _new_transactions(self.transactions, cases[0].transactions or []), self.remaining - after
            if not new and drop == 0:
                return Absent()
            settled = self._settled_amount(new, drop)
        return Confirmed(cases[0], settled) if settled is not None else Inconclusive(_NOT_BY_THIS)

    def doubled(self, cases: Sequence[Case], since: datetime | None) -> tuple[str, ...]:
        """Return the case, if its remaining capital fell by twice the amount and two transactions of it were added."""
        after = cases[0].total_remaining_capital_amount if len(cases) == 1 else None
        if self.remaining is None or after is None:
            return ()
        with localcontext(EXACT_CONTEXT):
            new, drop = _new_transactions(self.transactions, cases[0].transactions or []), self.remaining - after
            matching = [transaction for transaction in new if abs(transaction.amount) == self.amount]
            return (self.case,) if drop >= 2 * self.amount and len(matching) > 1 else ()

    def is_repetition_of(self, earlier: object) -> bool:
        """Whether an earlier crediting of the same key is the same: its key has case and amount."""
        return True

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API may refuse this crediting because it has happened: too little remains."""
        return not error.issues or bool(error.issues.keys() & {"amount", "case", "invoice_number"})

    def _settled_amount(self, new: Sequence[Transaction], drop: Decimal) -> Decimal | None:
        """Return the amount that this crediting took off, or None if what changed may be something else."""
        matching = [transaction for transaction in new if abs(transaction.amount) == self.amount]
        if len(matching) > 1 or any(transaction.origin not in (None, _ORIGIN) for transaction in new):
            return None  # a debtor may pay the same amount at the same time
        if matching and drop >= self.amount:
            return self.amount
        whole = drop == self.amount
        in_part = 0 < drop == self.remaining and drop < self.amount
        return drop if whole or in_part else None


def _facts(transaction: Transaction) -> str:
    return f"{transaction.registration_date.isoformat()} {transaction.type_} {EXACT_CONTEXT.normalize(transaction.amount)}"


def _new_transactions(before: Iterable[str], after: Iterable[Transaction]) -> list[Transaction]:
    """Return the transactions that were added; they have no identifiers, so equal ones are counted."""
    known, added = Counter(before), []
    for transaction in after:
        if known[_facts(transaction)]:
            known[_facts(transaction)] -= 1
        else:
            added.append(transaction)
    return added
