"""The details of a crediting, and the reference by which it is known among others of the same amount."""

import secrets
from dataclasses import dataclass

from amili_api.codec import Amount
from amili_api.models.case import Case
from amili_api.models.creditor_crediting import CreditorCrediting

from amili._core.engine import Context, logger
from amili._core.operations import check_amount
from amili._core.reading import CaseRef, case_id
from amili._errors import DecodeError, InvalidInputError, ValidationError
from amili._query import is_identifier, text_problem


@dataclass(frozen=True)
class Crediting:
    """The details of a crediting: an amount in SEK, currency, account and reference."""

    amount: Amount
    currency: str = "SEK"
    account: str | None = None
    reference: str | None = None

    def check(self, case: CaseRef) -> str:
        """Return the identifier of the case to credit; raises InvalidInputError naming everything that can't be sent."""
        issues, identifier = dict[str, str](), ""
        try:
            identifier = case_id(case)
        except InvalidInputError as problem:
            issues["case"] = str(problem)
        try:
            check_amount(self.amount)
        except InvalidInputError as problem:
            issues["amount"] = str(problem)
        if self.currency != "SEK":
            issues["currency"] = "the API accepts only SEK"
        for name, text in (("account", self.account), ("reference", self.reference)):
            if text is not None and (problem_of_text := text_problem(text)):
                issues[name] = problem_of_text
        if issues:
            raise InvalidInputError.of_document("crediting", issues, operation="credit_case")
        return identifier

    def of(self, before: Case, made: str | None = None) -> CreditorCrediting:
        """Return the request body for a case, with the reference that was made if none was given."""
        request = CreditorCrediting(
            amount=check_amount(self.amount), creditor=creditor_of(before), case=before.id, account=self.account
        )
        request.creditor_reference = made if self.reference is None else self.reference
        return request


def new_reference(context: Context, crediting: Crediting) -> str | None:
    """Return a reference that no other crediting has; None if one was given, or none is wanted, or the API refused one."""
    wanted = context.crediting_references and context.support.references is not False
    return f"amili-{secrets.token_hex(12)}" if wanted and crediting.reference is None else None


def refused_properties(context: Context, problem: ValidationError, crediting: Crediting, made: str | None) -> set[str]:
    """Return what to leave out where an API refuses a crediting only for that: the account, the reference that was made.

    The vendor's newer pages call `account` read-only. A reference that was made and refused is not made again.
    """
    droppable = set[str]()
    if crediting.account is not None and "read-only" in problem.issues.get("account", ""):
        droppable.add("account")
    if made is not None and "creditor_reference" in problem.issues:
        droppable.add("creditor_reference")
    refused = droppable if droppable == problem.issues.keys() else set[str]()
    if "creditor_reference" in refused:
        logger.warning("credit_case: this API refuses a reference, so creditings of one amount can't be distinguished")
        context.support.references = False
    return refused


def creditor_of(case: Case) -> str:
    """Return the creditor, as whom a case is credited or cancelled; raises DecodeError if the case does not name it."""
    if not is_identifier(case.creditor):
        raise DecodeError("the creditor of the case is not an identifier, so nothing was sent", path="/creditor")
    return case.creditor
