"""Did that write happen? What each write leaves to be found, and the verdict when it was looked for.

Pure. A verdict is `Confirmed` (it happened), `Absent` (what we look at shows nothing of it; proof only after the settling
time) or `Inconclusive` (something happened that may or may not be it). Nothing is guessed. A trace holds no personal data, so
that an error or a journal may carry it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from amili_api.models.case import Case
from amili_api.models.invoice_registration import InvoiceRegistration
from amili_api.models.transaction import Transaction

from amili._core.operations import EXACT_CONTEXT, matches_capital, total_with_vat
from amili._errors import ApiError
from amili._query import Condition, where

_ORIGIN = "creditor_system"  # of what a creditor does; creditings are sent with it
_NOT_BY_THIS = "the case has changed, but it can't be told whether by this crediting"
_TOLERANCE = timedelta(seconds=2)  # dates of the API are whole seconds
_DOUBT = timedelta(minutes=15)  # by which clocks of several machines, or one that was set, may differ


@dataclass(frozen=True)
class Confirmed:
    """It happened; `case` is the case as it is now, `settled` the amount in SEK that a crediting took off."""

    case: Case
    settled: Decimal | None = None


@dataclass(frozen=True)
class Absent:
    """Nothing of it can be seen."""


@dataclass(frozen=True)
class Inconclusive:
    """It can't be told; `why` is for a person and holds no personal data."""

    why: str


Verdict = Confirmed | Absent | Inconclusive


@dataclass(frozen=True)
class RegistrationEvidence:
    """A registration leaves a new case with the invoice number under the creditor."""

    invoice_number: str
    creditor: str
    total: Decimal | None
    debtor: str | None  # a digest, to compare with, not to read
    lines: int = 1

    operation = "register_invoice"

    @classmethod
    def of(cls, invoice: InvoiceRegistration) -> "RegistrationEvidence":
        """Take the key and the facts to compare from an invoice."""
        debtor = _digest(invoice.customer.id_number)
        return cls(invoice.invoice_number, invoice.creditor, total_with_vat(invoice), debtor, len(invoice.matrix))

    @property
    def key(self) -> str:
        """What identifies it for a person."""
        return f"invoice {self.invoice_number} of creditor {self.creditor}"

    def lookup(self) -> Condition | None:
        """Return the condition that finds its case, or None if the API can't search for this invoice number."""
        try:
            return (where.debt.invoice_number == self.invoice_number) & (where.creditor == self.creditor)
        except (ValueError, TypeError):
            return None

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by the cases found; those created long before `since` (server time) are other registrations.

        `since` is None if it can't be told.
        """
        if since is None:
            return Inconclusive("there is a case with this number, and clocks contradict each other") if cases else Absent()
        recent = [case for case in cases if case.created >= since - _TOLERANCE]
        same = [case for case in recent if self.is_same(case)]
        if not recent:
            shortly_before = [case for case in cases if case.created >= since - _DOUBT and self.is_same(case)]
            return (
                Inconclusive("a case like it appeared shortly before it was sent, or clocks differ")
                if shortly_before
                else Absent()
            )
        if len(recent) == len(same) == 1:
            return Confirmed(same[0])
        if same:
            named = " and ".join(case.id for case in recent)
            return Inconclusive(f"{len(recent)} cases with this invoice number appeared since it was sent: {named}")
        return Inconclusive("a case with this invoice number but another amount or debtor appeared since it was sent")

    def doubled(self, cases: Sequence[Case], since: datetime | None) -> tuple[str, ...]:
        """Return the identifiers of the cases that this registration left, if there are several."""
        recent = [case.id for case in cases if since is not None and case.created >= since - _TOLERANCE and self.is_same(case)]
        return tuple(recent) if len(recent) > 1 else ()

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API refuses this registration because it has it already: the number is taken."""
        return any(path.endswith("invoice_number") or "unique" in text for path, text in error.issues.items())

    def is_repetition_of(self, earlier: "Evidence") -> bool:
        """Whether an earlier registration of this number was of the same invoice; the journal has no debtor."""
        return replace(self, debtor=None) == earlier

    def is_same(self, case: Case) -> bool:
        """Whether a case has this invoice's total and debtor."""
        if self.debtor is not None and _digest(str(case.customer_id_number)) != self.debtor:
            return False
        return self.total is None or matches_capital(self.total, self.lines, case.debt.initial_capital)


@dataclass(frozen=True)
class CreditingEvidence:
    """A crediting leaves a transaction on the case and lowers what remains.

    `remaining` (SEK) and `transactions` are the case as it was read right before the crediting was sent.
    """

    case: str
    amount: Decimal
    remaining: Decimal | None
    transactions: tuple[str, ...]

    operation = "credit_case"

    @classmethod
    def of(cls, before: Case, amount: Decimal) -> "CreditingEvidence":
        """Note the case as it is before the crediting."""
        transactions = tuple(map(_facts, before.transactions or []))
        return cls(before.id, amount, before.total_remaining_capital_amount, transactions)

    @property
    def key(self) -> str:
        """What identifies it for a person."""
        return f"{self.amount} SEK on case {self.case}"

    def lookup(self) -> Condition | None:
        """Return the condition that finds the case."""
        return where.id == self.case

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by what changed in the case: a crediting lowers the remaining capital, whatever else it leaves."""
        if len(cases) != 1:
            return Inconclusive("the case can't be found")
        after = cases[0].total_remaining_capital_amount
        if self.remaining is None or after is None:
            return Inconclusive("the case does not tell its remaining capital")
        with localcontext(EXACT_CONTEXT):
            new, drop = _added(self.transactions, cases[0].transactions or []), self.remaining - after
            if not new and drop == 0:
                return Absent()
            settled = self._settled(new, drop)
        return Confirmed(cases[0], settled) if settled is not None else Inconclusive(_NOT_BY_THIS)

    def doubled(self, cases: Sequence[Case], since: datetime | None) -> tuple[str, ...]:
        """Return the case, if its remaining capital fell by twice the amount and two transactions of it were added."""
        after = cases[0].total_remaining_capital_amount if len(cases) == 1 else None
        if self.remaining is None or after is None:
            return ()
        with localcontext(EXACT_CONTEXT):
            new, drop = _added(self.transactions, cases[0].transactions or []), self.remaining - after
            matching = [transaction for transaction in new if abs(transaction.amount) == self.amount]
            return (self.case,) if drop >= 2 * self.amount and len(matching) > 1 else ()

    def is_repetition_of(self, earlier: "Evidence") -> bool:
        """Whether an earlier crediting of the same key is the same: its key has case and amount."""
        return True

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API may refuse this crediting because it has happened: too little remains."""
        return not error.issues or bool(error.issues.keys() & {"amount", "case", "invoice_number"})

    def _settled(self, new: Sequence[Transaction], drop: Decimal) -> Decimal | None:
        """Return the amount that this crediting took off, or None if what changed may be something else."""
        matching = [transaction for transaction in new if abs(transaction.amount) == self.amount]
        if len(matching) > 1 or any(transaction.origin not in (None, _ORIGIN) for transaction in new):
            return None  # a debtor may pay just what is being credited, in the same moments
        if matching and drop >= self.amount:
            return self.amount
        whole = drop == self.amount
        in_part = 0 < drop == self.remaining and drop < self.amount
        return drop if whole or in_part else None


@dataclass(frozen=True)
class CancellationEvidence:
    """A cancellation leaves a closed case; whoever closed it since, there is nothing left to cancel."""

    case: str
    was_closed: bool = False

    operation = "cancel_case"

    @property
    def key(self) -> str:
        """What identifies it for a person."""
        return f"case {self.case}"

    def lookup(self) -> Condition | None:
        """Return the condition that finds the case."""
        return where.id == self.case

    def judge(self, cases: Sequence[Case], since: datetime | None) -> Verdict:
        """Judge by whether the case is closed now and was not before: the property `closed` is there only then."""
        if len(cases) != 1:
            return Inconclusive("the case can't be found")
        return Confirmed(cases[0]) if cases[0].closed is not None and not self.was_closed else Absent()

    def doubled(self, cases: Sequence[Case], since: datetime | None) -> tuple[str, ...]:
        """Return nothing: a case that is cancelled twice is cancelled."""
        return ()

    def is_repetition_of(self, earlier: "Evidence") -> bool:
        """Whether an earlier cancellation of the same case is the same: it always is."""
        return True

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API may refuse this cancellation because it has happened: the case is closed."""
        return not self.was_closed and (not error.issues or bool(error.issues.keys() & {"case", "invoice_number"}))


Evidence = RegistrationEvidence | CreditingEvidence | CancellationEvidence


def _digest(id_number: str) -> str:
    """Two bytes of a digest of a personal or organisation number, without hyphen and century: the API may have rewritten it.

    Enough to compare, and shared by too many numbers to be turned back into one.
    """
    plain = "".join(character for character in id_number if character.isalnum())[-10:]
    return hashlib.sha256(plain.encode()).hexdigest()[:4]


def _facts(transaction: Transaction) -> str:
    return f"{transaction.registration_date.isoformat()} {transaction.type_} {EXACT_CONTEXT.normalize(transaction.amount)}"


def _added(before: Iterable[str], after: Iterable[Transaction]) -> list[Transaction]:
    """Return the transactions that came on top; they have no identifiers, so equal ones are counted."""
    known, added = Counter(before), []
    for transaction in after:
        if known[_facts(transaction)]:
            known[_facts(transaction)] -= 1
        else:
            added.append(transaction)
    return added
