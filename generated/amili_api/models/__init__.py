"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .action_status import ActionStatus
    from .address import Address
    from .case import Case
    from .case_closed import CaseClosed
    from .case_page import CasePage
    from .case_settings import CaseSettings
    from .case_settings_interest_rate import CaseSettingsInterestRate
    from .case_state import CaseState
    from .case_status import CaseStatus
    from .creditor_cancellation import CreditorCancellation
    from .creditor_cancellation_receipt import CreditorCancellationReceipt
    from .creditor_crediting import CreditorCrediting
    from .creditor_crediting_receipt import CreditorCreditingReceipt
    from .customer import Customer
    from .debt import Debt
    from .eve_error import EveError
    from .eve_error_error import EveErrorError
    from .eve_error_error_details import EveErrorErrorDetails
    from .invoice_line import InvoiceLine
    from .invoice_registration import InvoiceRegistration
    from .invoice_registration_receipt import InvoiceRegistrationReceipt
    from .issue_tree import IssueTree
    from .page_meta import PageMeta
    from .partial_case import PartialCase
    from .partial_case_closed import PartialCaseClosed
    from .partial_case_page import PartialCasePage
    from .partial_case_settings import PartialCaseSettings
    from .partial_case_settings_interest_rate import PartialCaseSettingsInterestRate
    from .partial_debt import PartialDebt
    from .partial_state_change import PartialStateChange
    from .partial_status_change import PartialStatusChange
    from .partial_transaction import PartialTransaction
    from .state_change import StateChange
    from .status_change import StatusChange
    from .transaction import Transaction

_HOMES = {
    "ActionStatus": ".action_status",
    "Address": ".address",
    "Case": ".case",
    "CaseClosed": ".case_closed",
    "CasePage": ".case_page",
    "CaseSettings": ".case_settings",
    "CaseSettingsInterestRate": ".case_settings_interest_rate",
    "CaseState": ".case_state",
    "CaseStatus": ".case_status",
    "CreditorCancellation": ".creditor_cancellation",
    "CreditorCancellationReceipt": ".creditor_cancellation_receipt",
    "CreditorCrediting": ".creditor_crediting",
    "CreditorCreditingReceipt": ".creditor_crediting_receipt",
    "Customer": ".customer",
    "Debt": ".debt",
    "EveError": ".eve_error",
    "EveErrorError": ".eve_error_error",
    "EveErrorErrorDetails": ".eve_error_error_details",
    "InvoiceLine": ".invoice_line",
    "InvoiceRegistration": ".invoice_registration",
    "InvoiceRegistrationReceipt": ".invoice_registration_receipt",
    "IssueTree": ".issue_tree",
    "PageMeta": ".page_meta",
    "PartialCase": ".partial_case",
    "PartialCaseClosed": ".partial_case_closed",
    "PartialCasePage": ".partial_case_page",
    "PartialCaseSettings": ".partial_case_settings",
    "PartialCaseSettingsInterestRate": ".partial_case_settings_interest_rate",
    "PartialDebt": ".partial_debt",
    "PartialStateChange": ".partial_state_change",
    "PartialStatusChange": ".partial_status_change",
    "PartialTransaction": ".partial_transaction",
    "StateChange": ".state_change",
    "StatusChange": ".status_change",
    "Transaction": ".transaction",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
    return value


__all__ = (
    "ActionStatus",
    "Address",
    "Case",
    "CaseClosed",
    "CasePage",
    "CaseSettings",
    "CaseSettingsInterestRate",
    "CaseState",
    "CaseStatus",
    "CreditorCancellation",
    "CreditorCancellationReceipt",
    "CreditorCrediting",
    "CreditorCreditingReceipt",
    "Customer",
    "Debt",
    "EveError",
    "EveErrorError",
    "EveErrorErrorDetails",
    "InvoiceLine",
    "InvoiceRegistration",
    "InvoiceRegistrationReceipt",
    "IssueTree",
    "PageMeta",
    "PartialCase",
    "PartialCaseClosed",
    "PartialCasePage",
    "PartialCaseSettings",
    "PartialCaseSettingsInterestRate",
    "PartialDebt",
    "PartialStateChange",
    "PartialStatusChange",
    "PartialTransaction",
    "StateChange",
    "StatusChange",
    "Transaction",
)
