"""A typed client for the Visma Amili invoice and debt-collection API that people trust with money.

    with Amili.from_env() as amili:
        receipt = amili.register(invoice)
        case = amili.case(where.debt.invoice_number == "INV-2025-015")
        amili.credit(case, Decimal("100.00"))

Amounts are `Decimal` in SEK, moments are aware datetimes, and a write whose reply was lost is looked up before anything is
sent again.
"""

from amili_api.models import (
    ActionStatus,
    Address,
    Case,
    CasePage,
    CaseSettings,
    CaseState,
    CaseStatus,
    CreditorCancellation,
    CreditorCrediting,
    Customer,
    Debt,
    EveError,
    InvoiceLine,
    InvoiceRegistration,
    PageMeta,
    PartialCase,
    StateChange,
    StatusChange,
    Transaction,
)

from amili._async_client import AsyncAmili
from amili._client import Amili
from amili._conditions import Condition
from amili._errors import (
    AmiliError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    ManyCases,
    NoAnswerError,
    NoCase,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    ServerError,
    ValidationError,
)
from amili._journal import Pending
from amili._paging import AsyncCases, Cases
from amili._quota import Quota
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._retry import Retry
from amili._tokens import AuthTokenProvider
from amili._version import VERSION as __version__
from amili._where import where

__all__ = [
    "ActionStatus",
    "Address",
    "Amili",
    "AmiliError",
    "ApiError",
    "AsyncAmili",
    "AsyncCases",
    "AuthTokenProvider",
    "AuthenticationError",
    "BadRequestError",
    "Case",
    "CasePage",
    "CaseSettings",
    "CaseState",
    "CaseStatus",
    "Cases",
    "Condition",
    "ConfigurationError",
    "ConflictError",
    "CreditorCancellation",
    "CreditorCancellationReceipt",
    "CreditorCrediting",
    "CreditorCreditingReceipt",
    "Customer",
    "Debt",
    "DecodeError",
    "EveError",
    "InvoiceLine",
    "InvoiceRegistration",
    "InvoiceRegistrationReceipt",
    "ManyCases",
    "NoAnswerError",
    "NoCase",
    "NotFoundError",
    "OutcomeUnknownError",
    "PageMeta",
    "PartialCase",
    "Pending",
    "PermissionDeniedError",
    "Quota",
    "RateLimitedError",
    "RefusedError",
    "Retry",
    "ServerError",
    "StateChange",
    "StatusChange",
    "Transaction",
    "ValidationError",
    "__version__",
    "where",
]

for _name in __all__:
    if getattr(globals()[_name], "__module__", "").startswith("amili._") and _name != "where":
        globals()[_name].__module__ = "amili"  # tracebacks and reprs show the name that users import
del _name
