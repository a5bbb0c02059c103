"""Contains all the data models used in inputs/outputs"""

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
