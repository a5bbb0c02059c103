"""A typed client for the Visma Amili invoice and debt-collection API that people trust with money.

    with Amili.from_env() as amili:
        receipt = amili.register(invoice)
        case = amili.case(where.debt.invoice_number == "INV-2025-015")
        amili.credit(case, Decimal("100.00"))

Amounts are `Decimal` in SEK, moments are aware datetimes, and a write whose reply was lost is looked up before anything is
sent again.
"""

import importlib
import typing

from amili._version import VERSION as __version__

if typing.TYPE_CHECKING:
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
    from amili._drift import Deviation, Drift
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
    from amili._where import where

__all__ = [
    "ActionStatus", "Address", "Amili", "AmiliError", "ApiError", "AsyncAmili", "AsyncCases",
    "AuthTokenProvider", "AuthenticationError", "BadRequestError", "Case", "CasePage", "CaseSettings",
    "CaseState", "CaseStatus", "Cases", "Condition", "ConfigurationError", "ConflictError",
    "CreditorCancellation", "CreditorCancellationReceipt", "CreditorCrediting", "CreditorCreditingReceipt",
    "Customer", "Debt", "DecodeError", "Deviation", "Drift", "EveError", "InvoiceLine", "InvoiceRegistration",
    "InvoiceRegistrationReceipt", "ManyCases", "NoAnswerError", "NoCase", "NotFoundError",
    "OutcomeUnknownError", "PageMeta", "PartialCase", "Pending", "PermissionDeniedError", "Quota",
    "RateLimitedError", "RefusedError", "Retry", "ServerError", "StateChange", "StatusChange", "Transaction",
    "ValidationError", "__version__", "where",
]  # fmt: skip

# Where each name is, so that it is imported when it is first used; a test compares with `__all__`.
_HOMES = {
    "amili_api.models": (
        "ActionStatus Address Case CasePage CaseSettings CaseState CaseStatus CreditorCancellation "
        "CreditorCrediting Customer Debt EveError InvoiceLine InvoiceRegistration PageMeta PartialCase "
        "StateChange StatusChange Transaction"
    ),
    "amili._async_client": "AsyncAmili",
    "amili._client": "Amili",
    "amili._conditions": "Condition",
    "amili._drift": "Deviation Drift",
    "amili._errors": (
        "AmiliError ApiError AuthenticationError BadRequestError ConfigurationError ConflictError "
        "DecodeError ManyCases NoAnswerError NoCase NotFoundError OutcomeUnknownError PermissionDeniedError "
        "RateLimitedError RefusedError ServerError ValidationError"
    ),
    "amili._journal": "Pending",
    "amili._paging": "AsyncCases Cases",
    "amili._quota": "Quota",
    "amili._receipts": "CreditorCancellationReceipt CreditorCreditingReceipt InvoiceRegistrationReceipt",
    "amili._retry": "Retry",
    "amili._tokens": "AuthTokenProvider",
    "amili._where": "where",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> typing.Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOME_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
