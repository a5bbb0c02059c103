"""The same page of cases in pydantic: Decimal, aware datetimes from RFC 1123, open enums, unknown properties kept.

It is given a date reader as quick as one can be written by hand, and not
`email.utils.parsedate_to_datetime`, which is what most would use and takes five times as long.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self, get_args

import pydantic

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name: f"{number:02}" for number, name in enumerate(_MONTHS, 1)}


def read_date(text: Any) -> datetime:
    """Parse 'Tue, 07 Oct 2025 07:41:01 GMT'."""
    return datetime.fromisoformat(f"{text[12:16]}-{_NUMBERS[text[8:11]]}-{text[5:7]}T{text[17:25]}+00:00")


class _Open(StrEnum):
    @classmethod
    def _missing_(cls, value: object) -> Self:
        unknown = str.__new__(cls, value)
        unknown._name_, unknown._value_ = "UNKNOWN", str(value)
        return unknown


class State(_Open):
    """The state of a case."""

    DEBT_COLLECTION = "debt_collection"
    INITIALIZING = "initializing"
    INVOICE = "invoice"
    REMINDER = "reminder"


class Status(_Open):
    """The status of a case."""

    DEBT_COLLECTION_ACTIVE = "debt_collection_active"
    INITIALIZED = "initialized"
    INITIALIZING = "initializing"
    INVOICE = "invoice"


_DATE = Annotated[datetime, pydantic.BeforeValidator(read_date)]
_AMOUNTS = [f"{where}_{what}_{kind}_amount" for where in ("local", "total") for what in ("added", "remaining")
            for kind in ("capital", "costs", "interest", "transaction")]  # fmt: skip
_TEXTS = ("account", "agreement_version", "creditor", "creditor_name", "currency", "customer", "customer_id_number",
          "customer_name", "customer_status")  # fmt: skip
_MAYBE_TEXTS = ("case_registration", "customer_number", "invoice", "invoice_registration", "reference_number")

Shape = dict[str, dict[str, Any]]


def _shapes(date: Any) -> Shape:
    """Return the properties of each object with their types, the required ones first; `Date` is given by the caller."""
    return {
        "Rate": {"reference_rate": bool},
        "Settings": {"interest_rate": "Rate"},
        "Debt": {
            "capital_to_claim": Decimal, "initial_capital": Decimal, "invoice_date": date,
            "invoice_due_days_after_invoice_date": int, "invoice_number": str, "debt_description": str | None,
            "debt_reference": str | None, "interest_days_after_invoice_date": int | None, "payout_reference": str | None,
        },
        "StateChange": {"state": State, "state_date": date},
        "StatusChange": {"status": Status, "status_date": date},
        "Transaction": {
            "amount": Decimal, "registration_date": date, "type": str, "bank_transaction_date": date | None,
            "description_locale_tag": str | None, "origin": str | None,
        },
        "Case": {
            "_created": date, "_etag": str, "_id": str, "_updated": date, **dict.fromkeys(_TEXTS, str),
            "case_settings": "Settings", "debt": "Debt", "latest_state_date": date, "state": State,
            "state_history": "StateChange[]", "status": Status, "status_history": "StatusChange[]",
            **dict.fromkeys(_MAYBE_TEXTS, str | None), **dict.fromkeys(_AMOUNTS, Decimal | None),
            "closed": dict[str, Any] | None, "original_invoice": Any | None, "transactions": "Transaction[]",
        },
        "Meta": {"page": int, "max_results": int, "total": int},
        "Page": {"_items": "Case[]", "_meta": "Meta"},
    }  # fmt: skip


def _resolved(kind: Any, made: dict[str, Any]) -> Any:
    if not isinstance(kind, str):
        return kind
    return list[made[kind[:-2]]] if kind.endswith("[]") else made[kind]  # type: ignore[misc]


def _is_optional(kind: Any) -> bool:
    return type(None) in get_args(kind)


def pydantic_page() -> Any:
    """Return the pydantic model of a page; unknown properties are kept."""
    made: dict[str, Any] = {}
    for name, properties in _shapes(_DATE).items():
        fields: dict[str, Any] = {}
        for key, kind in properties.items():
            default = None if _is_optional(kind) else ...
            fields[key.lstrip("_")] = (_resolved(kind, made), pydantic.Field(default, alias=key))
        made[name] = pydantic.create_model(name, __config__=pydantic.ConfigDict(extra="allow"), **fields)
    return made["Page"]
