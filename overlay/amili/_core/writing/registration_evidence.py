"""What a registration leaves at the vendor, and what is found later proves of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from amili_api.models.case import Case
from amili_api.models.invoice_line import InvoiceLine
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._core.operations import matches_capital, total_with_vat
from amili._core.reading import Lookup, Records
from amili._core.writing.verdict import TOLERANCE, Absent, Confirmed, Inconclusive, Verdict
from amili._errors import ApiError, InvalidInputError
from amili._query import is_identifier

if TYPE_CHECKING:
    from amili_api.models.stored_registration import StoredRegistration

_DOUBT = timedelta(minutes=15)  # by how much the clocks of several machines, or an adjusted clock, may differ


@dataclass(frozen=True)
class RegistrationEvidence:
    """A registration is stored, and creates a case, with the invoice number and the creditor."""

    invoice_number: str
    creditor: str
    total: Decimal | None
    debtor: str | None  # a short digest, for comparison only
    lines: int = 1

    operation = "register_invoice"
    is_proven_by_case = True
    is_proven_by_list = True

    @classmethod
    def of(cls, invoice: InvoiceRegistration) -> RegistrationEvidence:
        """Return the evidence of an invoice."""
        debtor = _digest(invoice.customer.id_number)
        return cls(invoice.invoice_number, invoice.creditor, total_with_vat(invoice.matrix), debtor, len(invoice.matrix))

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return f"invoice {self.invoice_number} of creditor {self.creditor}"

    def lookup(self) -> tuple[Lookup, str] | None:
        """Return how its case is looked up, and by which value; None if the API can't search for this invoice number."""
        lookup = Lookup(by_number=True, creditor=self.creditor)
        try:
            lookup.condition([self.invoice_number])
        except InvalidInputError:
            return None
        return lookup, self.invoice_number

    def records(self) -> tuple[Records, str] | None:
        """Return in which list it is looked up, and by which value; None if the API can't search for this invoice number."""
        return None if self.lookup() is None else (Records("list_registrations", self.creditor), self.invoice_number)

    def judge_records(self, rows: Sequence[StoredRegistration], since: datetime | None) -> Verdict | None:
        """Judge by the registrations found, as by cases; None if they do not prove that it happened."""
        verdict = self.judge(rows, since)
        return verdict if isinstance(verdict, Confirmed) and is_identifier(str(getattr(verdict.found, "case", ""))) else None

    def weigh(self, verdict: Verdict, *_: object, dependable: bool) -> Verdict:
        """Return the verdict of the cases: what the list does not have says nothing."""
        return verdict

    def judge(self, cases: Sequence[Case | StoredRegistration], since: datetime | None) -> Verdict:
        """Judge by the cases found; cases created before `since` (server time) belong to other registrations.

        `since` is None if the time is unknown.
        """
        if since is None:
            return (
                Inconclusive("there is a case with this invoice number, but the clocks contradict each other")
                if cases
                else Absent()
            )
        recent = [case for case in cases if case.created >= since - TOLERANCE]
        same = [case for case in recent if self.is_same(case)]
        if not recent:
            shortly_before = [case for case in cases if case.created >= since - _DOUBT and self.is_same(case)]
            return (
                Inconclusive("a matching case was created shortly before the invoice was sent, or the clocks differ")
                if shortly_before
                else Absent()
            )
        if len(recent) == len(same) == 1:
            return Confirmed(same[0])
        if same:
            named = " and ".join(case.id for case in recent)
            return Inconclusive(f"{len(recent)} cases with this invoice number were created since it was sent: {named}")
        return Inconclusive("a case with this invoice number but another amount or debtor was created since it was sent")

    def doubled(self, cases: Sequence[Case], since: datetime | None) -> tuple[str, ...]:
        """Return the identifiers of the cases that this registration left, if there are several."""
        recent = [case.id for case in cases if since is not None and case.created >= since - TOLERANCE and self.is_same(case)]
        return tuple(recent) if len(recent) > 1 else ()

    def is_refused_as_repetition(self, error: ApiError) -> bool:
        """Whether the API refuses this registration because it has it already: the number is taken."""
        return any(path.endswith("invoice_number") or "unique" in text for path, text in error.issues.items())

    def is_repetition_of(self, earlier: object) -> bool:
        """Whether an earlier registration of this number was of the same invoice; the journal has no debtor."""
        return replace(self, debtor=None) == earlier

    def is_same(self, case: Case | StoredRegistration) -> bool:
        """Whether a case, or a registration, has this invoice's total and debtor."""
        if not isinstance(case, Case):
            return self._is_of(case)
        if self.debtor is not None and _digest(_debtor_of(case)) != self.debtor:
            return False
        return self.total is None or matches_capital(self.total, self.lines, case.debt.initial_capital)

    def _is_of(self, registration: StoredRegistration) -> bool:
        """Whether a registration shows this invoice's total and debtor; the total is that of its lines, as they were sent."""
        customer, matrix = registration.customer, registration.matrix
        if customer is None or matrix is None:
            return False
        if self.debtor is not None and _digest(str(customer.additional_properties["id_number"])) != self.debtor:
            return False
        lines = [InvoiceLine.from_dict(line.additional_properties) for line in matrix]
        return self.total is None or total_with_vat(lines) == self.total


def _debtor_of(case: Case) -> str:
    """Return the number of the debtor, also if it was received as a JSON number; raises UnreadablePropertyError."""
    received = case.additional_properties.get("customer_id_number")
    return str(received) if type(received) is int else case.customer_id_number


def _digest(id_number: str) -> str:
    """Return two bytes of a digest of a personal or organisation number, without hyphen and century, which the API may change.

    Enough for comparison; too many numbers share it to find the number.
    """
    plain = "".join(character for character in id_number if character.isalnum())[-10:]
    return hashlib.sha256(plain.encode()).hexdigest()[:4]
