"""Evidence of a write: what it changes at the vendor, and the verdict on whether it happened.

No I/O. A verdict is `Confirmed` (it happened), `Absent` (no sign of it, which is proof only after the settling time) or
`Inconclusive` (something happened that may or may not be this write). Nothing is guessed. Evidence holds no personal data, so an
error or a journal may contain it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from amili_api.models.case import Case
from amili_api.models.invoice_registration import InvoiceRegistration
from amili_api.models.transaction import Transaction

from amili._core.operations import EXACT_CONTEXT, matches_capital, total_with_vat
from amili._query import Condition, where

_ORIGIN = "creditor_system"  # the origin that creditings are sent with
_NOT_BY_THIS = "the case has changed, but perhaps not by this crediting"
_TOLERANCE = timedelta(seconds=2)  # dates of the API are whole seconds
_DOUBT = timedelta(minutes=15)  # by how much the clocks of several machines, or an adjusted clock, may differ


@dataclass(frozen=True)
class Confirmed:
    """It happened; `case` is the case as it is now, `settled` the amount in SEK that a crediting settled."""

    case: Case
    settled: Decimal | None = None


@dataclass(frozen=True)
class Absent:
    """There is no sign of it."""


@dataclass(frozen=True)
class Inconclusive:
    """It can't be determined; `why` is for a person and holds no personal data."""

    why: str


Verdict = Confirmed | Absent | Inconclusive


@dataclass(frozen=True)
class RegistrationEvidence:
    """A registration creates a case with the invoice number and the creditor."""

    invoice_number: str
    creditor: str
    total: Decimal | None
    debtor: str | None  # a short digest, for comparison only
    lines: int = 1

    operation = "register_invoice"

    @classmethod
    def of(cls, invoice: InvoiceRegistration) -> "RegistrationEvidence":
        """Return the evidence of an invoice."""
        debtor = _digest(invoice.customer.id_number)
        return cls(invoice.invoice_number, invoice.creditor, total_with_vat(invoice), debtor, len(invoice.matrix))

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return f"invoice {self.invoice_number} of creditor {self.creditor}"

    def lookup(self) -> Condition | None:
        """Return the condition that finds its case, or None if the API can't search for this invoice number."""
        try:
            return (where.debt.invoice_number == self.invoice_number) & (where.creditor == self.creditor)
        except (ValueError, TypeError):
            return None

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by the cases found; cases created before `since` (server time) belong to other registrations.

        `since` is None if the time is unknown.
        """
        if since is None:
            return (
                Inconclusive("there is a case with this invoice number, but the clocks contradict each other")
                if cases
                else Absent()
            )
        recent = [case for case in cases if case.created >= since - _TOLERANCE]
        same = [case for case in recent if self._is_same(case)]
        if not recent:
            shortly_before = [case for case in cases if case.created >= since - _DOUBT and self._is_same(case)]
            return (
                Inconclusive("a matching case was created shortly before the invoice was sent, or the clocks differ")
                if shortly_before
                else Absent()
            )
        if len(recent) == len(same) == 1:
            return Confirmed(same[0])
        if same:
            return Inconclusive(f"{len(recent)} cases with this invoice number were created since it was sent")
        return Inconclusive("a case with this invoice number but another amount or debtor was created since it was sent")

    def _is_same(self, case: Case) -> bool:
        if self.debtor is not None and _digest(str(case.customer_id_number)) != self.debtor:
            return False
        return self.total is None or matches_capital(self.total, self.lines, case.debt.initial_capital)


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
        """What identifies the write for a person."""
        return f"{self.amount} SEK on case {self.case}"

    def lookup(self) -> Condition | None:
        """Return the condition that finds the case."""
        return where.id == self.case

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

    def _settled_amount(self, new: Sequence[Transaction], drop: Decimal) -> Decimal | None:
        """Return the amount in SEK that this crediting settled, or None if something else may have caused the change."""
        matching = [transaction for transaction in new if abs(transaction.amount) == self.amount]
        if len(matching) > 1 or any(transaction.origin not in (None, _ORIGIN) for transaction in new):
            return None  # a debtor may pay the same amount at the same time
        if matching and drop >= self.amount:
            return self.amount
        whole = drop == self.amount
        in_part = 0 < drop == self.remaining and drop < self.amount
        return drop if whole or in_part else None


@dataclass(frozen=True)
class CancellationEvidence:
    """A cancellation closes the case; if another party closed it, there is nothing left to cancel."""

    case: str
    was_closed: bool = False

    operation = "cancel_case"

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return f"case {self.case}"

    def lookup(self) -> Condition | None:
        """Return the condition that finds the case."""
        return where.id == self.case

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by whether the case is closed now and was not before; only a closed case has the property `closed`."""
        if len(cases) != 1:
            return Inconclusive("the case can't be found")
        return Confirmed(cases[0]) if cases[0].closed is not None and not self.was_closed else Absent()


Evidence = RegistrationEvidence | CreditingEvidence | CancellationEvidence


def _digest(id_number: str) -> str:
    """Return two bytes of a digest of a personal or organisation number, without hyphen and century, which the API may change.

    Enough for comparison; too many numbers share it to find the number.
    """
    plain = "".join(character for character in id_number if character.isalnum())[-10:]
    return hashlib.sha256(plain.encode()).hexdigest()[:4]


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
