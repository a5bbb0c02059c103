"""What a crediting leaves on its case, and what the case proves of it when it is read later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from amili_api.models.case import Case
from amili_api.models.transaction import Transaction

from amili._core.operations import EXACT_CONTEXT
from amili._core.reading import Lookup, Records
from amili._core.writing.status import reports_error
from amili._core.writing.verdict import TOLERANCE, Absent, Confirmed, Inconclusive, Verdict
from amili._errors import ApiError

if TYPE_CHECKING:
    from amili_api.models.stored_crediting import StoredCrediting

_ORIGIN = "creditor_system"  # the origin that creditings are sent with
_NOT_LISTED = "the case has changed as by this crediting, but the list of creditings does not have it"
_NOT_BY_THIS = "the case has changed, but perhaps not by this crediting"


@dataclass(frozen=True)
class CreditingEvidence:
    """A crediting is stored with its reference, adds a transaction to the case and lowers its remaining capital.

    `remaining` (SEK) and `transactions` are from the case as it was read before the crediting was sent. `reference` is the one
    that this client made, and proves the crediting by itself. The caller's is free text, so it may be that of others too, and
    personal: `given` is only its length and a short digest. An entry of an old journal has neither.
    """

    case: str
    amount: Decimal
    remaining: Decimal | None
    transactions: tuple[str, ...]
    reference: str | None = None
    given: str | None = None

    operation = "credit_case"
    is_proven_by_case = False

    @classmethod
    def of(cls, before: Case, amount: Decimal, *, made: str | None = None, given: str | None = None) -> CreditingEvidence:
        """Return the evidence of a crediting, from the case before it and the reference that was made, or given."""
        transactions, digest = tuple(map(_facts, before.transactions or [])), None if given is None else reference_digest(given)
        return cls(before.id, amount, before.total_remaining_capital_amount, transactions, made, digest)

    @property
    def key(self) -> str:
        """What identifies the write for a person and in the journal: 100 and 100.00 SEK are one amount."""
        return f"{self.amount:.2f} SEK on case {self.case}"

    def lookup(self) -> tuple[Lookup, str]:
        """Return how the case is looked up, and by which value."""
        return Lookup(by_number=False), self.case

    @property
    def is_proven_by_list(self) -> bool:
        """Whether the list of creditings proves it without its case."""
        return self.reference is not None

    def records(self) -> tuple[Records, str] | None:
        """Return in which list it is looked up, and by which value; None without a reference to know it by.

        By the case, not by the reference: that shows the creditings of others too, and no free text is in an address.
        """
        return None if self.reference is None and self.given is None else (Records("list_creditings"), self.case)

    def judge_records(self, rows: Sequence[StoredCrediting], since: datetime | None) -> Verdict | None:
        """Judge by the creditings of the case; None if they do not prove that it happened."""
        ours = self._ours(rows, since) if self.reference is not None else []
        if len(ours) > 1:
            named = " and ".join(row.id for row in ours)
            return Inconclusive(f"there are {len(ours)} creditings with its reference, take back all but one by hand: {named}")
        if not ours or reports_error(ours[0]) is None:
            return None
        return Confirmed(ours[0], ours[0].settled_amount)

    def weigh(
        self,
        verdict: Verdict,
        cases: Sequence[Case],
        rows: Sequence[StoredCrediting],
        since: datetime | None,
        *,
        dependable: bool,
    ) -> Verdict:
        """Weigh what the case shows with the creditings of it; `dependable` if the list has what exists.

        If others alone account for all that was taken off the capital, this crediting did not happen. A crediting with the given
        reference and amount that was stored since is this one if the case shows it, or if nothing else is unaccounted for.
        """
        others, ours = [row for row in rows if self._is_of_another(row)], self._ours(rows, since)
        if others and is_accounted_for(cases, others):
            return Absent(by_others=True)
        has_settled = isinstance(verdict, Confirmed)
        if self.reference is None and len(ours) == 1 and (has_settled or is_accounted_for(cases, [*ours, *others])):
            return Confirmed(ours[0], ours[0].settled_amount)
        return Inconclusive(_NOT_LISTED) if has_settled and not ours and dependable else verdict

    def times_listed(self, case: Case, rows: Sequence[StoredCrediting], since: datetime | None) -> int | None:
        """Return how often the creditings of the case have this one; None if it may be more often, since the list lags."""
        ours = self._ours(rows, since)
        is_all = len(ours) > 1 or is_accounted_for([case], [*ours, *filter(self._is_of_another, rows)])
        return len(ours) if ours and is_all else None

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
        """Whether an earlier crediting of the same key, so of case and amount, is the same: not with another given reference."""
        before = earlier.given if isinstance(earlier, CreditingEvidence) else None
        return None in (before, self.given) or before == self.given

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API may refuse this crediting because it has happened: too little remains."""
        return not error.issues or bool(error.issues.keys() & {"amount", "case", "invoice_number"})

    def _ours(self, rows: Sequence[StoredCrediting], since: datetime | None) -> list[StoredCrediting]:
        """Return the creditings with the reference; for one that was given, of this amount, and stored since it was sent."""
        if self.reference is not None:
            return [row for row in rows if _plain(self.reference) in _plain(_reference_of(row))]
        return [
            row
            for row in rows
            if reference_digest(_reference_of(row)) == self.given
            and (row.amount, reports_error(row)) == (self.amount, False)
            and since is not None
            and row.created >= since - TOLERANCE
        ]

    def _is_of_another(self, row: StoredCrediting) -> bool:
        """Whether a crediting certainly has another reference, and not this one cut off."""
        found = _plain(_reference_of(row))
        if self.reference is not None:
            return bool(found) and found not in _plain(self.reference) and _plain(self.reference) not in found
        length = int((self.given or "0").partition(" ")[0])
        return len(found) >= max(length, 1) and reference_digest(found) != self.given

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


def is_accounted_for(cases: Sequence[Case], creditings: Sequence[StoredCrediting]) -> bool:
    """Whether these creditings alone took off all that was ever taken off the capital of the case."""
    if len(cases) != 1:
        return False
    initial, remaining = cases[0].debt.initial_capital, cases[0].total_remaining_capital_amount
    settled = [row.settled_amount for row in creditings]
    with localcontext(EXACT_CONTEXT):
        known = [amount for amount in settled if amount is not None]
        return remaining is not None and len(known) == len(settled) and initial - remaining == sum(known)


def reference_digest(reference: str) -> str:
    """Return the length of a reference and two bytes of a digest, without what an API may change: case, spaces, punctuation."""
    plain = _plain(reference)
    return f"{len(plain)} {hashlib.sha256(plain.encode()).hexdigest()[:4]}"


def _reference_of(row: StoredCrediting) -> str:
    return getattr(row, "creditor_reference", None) or ""


def _plain(reference: str) -> str:
    return "".join(character for character in reference.casefold() if character.isalnum())


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
