"""Contract faults that are assumptions with values that the contract rules out."""

from amili_sandbox.wrong_behaviour.contract_fault import ContractFault


def _assumed(name: str, caught_by: str, description: str, **assumptions: str | float) -> ContractFault:
    return ContractFault(name, caught_by, description, assumptions=assumptions)


FAULTS = (
    _assumed("overcredit_ok", "model", "More than what remains is credited.", overcrediting="completed"),
    _assumed("cancelled_credit_ok", "model", "A cancelled case is credited.", crediting_closed_case="completed"),
    _assumed("not_visible", "model", "Cases never show up.", case_visible_after=1e9),
    _assumed("cancel_leaves_debt", "model", "A cancelled case keeps its debt.", cancelled_capital="kept"),
    _assumed("dup_ok", "model", "An invoice number is accepted twice.", duplicate_invoice_numbers="accepted"),
    _assumed(
        "cross_creditor",
        "model",
        "Another creditor's case is credited and cancelled.",
        crediting_foreign_case="completed",
        cancelling_foreign_case="completed",
    ),
    _assumed("double_cancel_ok", "model", "A second cancellation is confirmed.", second_cancellation="completed"),
    _assumed("maxlen_ignored", "negative", "Invoice numbers of any length are accepted.", invoice_number_length=1e9),
    _assumed("eventual", "model", "A new case shows up two seconds later.", case_visible_after=2.0),
)
