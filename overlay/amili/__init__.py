"""A typed client for the Visma Amili invoice and debt-collection API.

    with Amili.from_env() as amili:
        receipt = amili.register(invoice)
        case = amili.case(where.debt.invoice_number == "INV-2025-015")
        amili.credit(case, Decimal("100.00"))

Amounts are `Decimal` in SEK, dates are aware datetimes, and a write whose response was lost is looked up before it is sent again.

The packages: `_client` and `_async_client` are the two clients, with `_base_client` and `_config` below them; `_auth` exchanges
a credential for tokens; `_query` is `where`; `_errors` has the error classes; `_core` has the rest (engine, quota, transport,
schema, operations, reading, writing, drift). Each package's `__init__` states its purpose and what other packages may import.
"""

from __future__ import annotations

from amili._version import VERSION as __version__

TYPE_CHECKING = False  # as type checkers understand it, without the import of typing
if TYPE_CHECKING:
    from typing import Any

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
    from amili_api.request_types import (
        AddressDict,
        CreditorCancellationDict,
        CreditorCreditingDict,
        CustomerDict,
        InvoiceLineDict,
        InvoiceRegistrationDict,
    )

    from amili._async_client import AsyncAmili
    from amili._auth import AuthTokenProvider
    from amili._client import Amili
    from amili._core.drift import Deviation, Drift
    from amili._core.engine import RequestAttempt, Retry
    from amili._core.operations import (
        CreditorCancellationReceipt,
        CreditorCreditingReceipt,
        InvoiceProblem,
        InvoiceRegistrationReceipt,
        check,
    )
    from amili._core.quota import Quota
    from amili._core.reading import AsyncCases, AsyncChanges, Cases, Changes
    from amili._core.writing import Pending, WriteResult
    from amili._errors import (
        ActionFailedError,
        AlreadyRegisteredError,
        AmiliError,
        ApiError,
        AuthenticationError,
        BadRequestError,
        ConfigurationError,
        ConflictError,
        DecodeError,
        InvalidInputError,
        MultipleCasesFound,
        NoCaseFound,
        NoResponseError,
        NotFoundError,
        OutcomeUnknownError,
        PermissionDeniedError,
        RateLimitedError,
        ServerError,
        UnreadablePropertyError,
        ValidationError,
        WaitTimeoutError,
        WrittenTwiceError,
    )
    from amili._query import Condition, where

__all__ = [
    "ActionFailedError", "ActionStatus", "Address", "AddressDict", "AlreadyRegisteredError", "Amili", "AmiliError",
    "ApiError", "AsyncAmili", "AsyncCases", "AsyncChanges", "AuthTokenProvider", "AuthenticationError", "BadRequestError", "Case",
    "CasePage", "CaseSettings", "CaseState", "CaseStatus", "Cases", "Changes", "Condition", "ConfigurationError", "ConflictError",
    "CreditorCancellation", "CreditorCancellationDict", "CreditorCancellationReceipt", "CreditorCrediting",
    "CreditorCreditingDict", "CreditorCreditingReceipt", "Customer", "CustomerDict", "Debt", "DecodeError", "Deviation",
    "Drift", "EveError", "InvalidInputError", "InvoiceLine", "InvoiceLineDict", "InvoiceProblem", "InvoiceRegistration",
    "InvoiceRegistrationDict", "InvoiceRegistrationReceipt", "MultipleCasesFound", "NoCaseFound", "NoResponseError",
    "NotFoundError", "OutcomeUnknownError", "PageMeta", "PartialCase", "Pending", "PermissionDeniedError", "Quota",
    "RateLimitedError", "RequestAttempt", "Retry", "ServerError", "StateChange", "StatusChange", "Transaction",
    "UnreadablePropertyError", "ValidationError", "WaitTimeoutError", "WriteResult", "WrittenTwiceError", "__version__",
    "check", "where",
]  # fmt: skip

# Everything is imported on first use, for a quick start: the first name brings the clients, the errors and `where`, ...
_FIRST = (
    "amili._errors",
    "amili._query",
    "amili._core.engine",
    "amili._core.quota",
    "amili._auth",
    "amili._client",
    "amili._async_client",
)
# ... and those that need the generated models, which take longer to import than httpx, come one by one.
_LATE = (
    "amili_api.request_types",
    "amili._core.drift",
    "amili._core.operations",
    "amili._core.reading",
    "amili._core.writing",
    "amili_api.models",
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        import importlib  # noqa: PLC0415 - not needed for `amili --help`

        if "AsyncAmili" not in globals():  # which comes last
            _import_first()
        for room in () if name in globals() else _LATE:
            if hasattr(importlib.import_module(room), name):
                globals()[name] = getattr(importlib.import_module(room), name)
                break
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _import_first() -> None:
    import importlib  # noqa: PLC0415

    for room in map(importlib.import_module, _FIRST):
        found = {name: vars(room)[name] for name in __all__ if name in vars(room)}
        globals().update(found)
        for each in found.values():
            if isinstance(each, type):  # tracebacks and reprs show the name that users import
                each.__module__ = __name__


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("_"))})
