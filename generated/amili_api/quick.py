"""Reads a page of cases with msgspec. Made by scripts/regenerate from openapi/amili.yaml; do not edit.

A struct takes what its model takes and nothing else: a property that the contract does not know is a ValueError. Then the page
is for `from_dict`, which keeps it. What is read here is what `from_dict` would have made of it.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder

from .codec import parse_amount, parse_datetime, parse_short_fraction
from .models.case import Case
from .models.case_closed import CaseClosed
from .models.case_page import CasePage
from .models.case_settings import CaseSettings
from .models.case_settings_interest_rate import CaseSettingsInterestRate
from .models.case_state import read_case_state
from .models.case_status import read_case_status
from .models.debt import Debt
from .models.page_meta import PageMeta
from .models.state_change import StateChange
from .models.status_change import StatusChange
from .models.transaction import Transaction


class _CaseSettingsInterestRate(Struct, forbid_unknown_fields=True, gc=False):
    reference_rate: Any = None


def _case_settings_interest_rate(read: _CaseSettingsInterestRate) -> CaseSettingsInterestRate:
    return CaseSettingsInterestRate(
        read.reference_rate,
    )


class _CaseSettings(Struct, forbid_unknown_fields=True, gc=False):
    interest_rate: _CaseSettingsInterestRate | None = None


def _case_settings(read: _CaseSettings) -> CaseSettings:
    return CaseSettings(
        None if read.interest_rate is None else _case_settings_interest_rate(read.interest_rate),
    )


class _Debt(Struct, forbid_unknown_fields=True, gc=False):
    capital_to_claim: Any
    initial_capital: Any
    invoice_date: Any
    invoice_due_days_after_invoice_date: Any
    invoice_number: Any
    debt_description: Any = None
    debt_reference: Any = None
    interest_days_after_invoice_date: Any = None
    payout_reference: Any = None


def _debt(read: _Debt) -> Debt:
    return Debt(
        parse_amount(read.capital_to_claim),
        parse_amount(read.initial_capital),
        parse_datetime(read.invoice_date),
        read.invoice_due_days_after_invoice_date,
        read.invoice_number,
        read.debt_description,
        read.debt_reference,
        read.interest_days_after_invoice_date,
        read.payout_reference,
    )


class _StateChange(Struct, forbid_unknown_fields=True, gc=False):
    state: Any
    state_date: Any


def _state_change(read: _StateChange) -> StateChange:
    return StateChange(
        read_case_state(read.state),
        parse_datetime(read.state_date),
    )


class _StatusChange(Struct, forbid_unknown_fields=True, gc=False):
    status: Any
    status_date: Any


def _status_change(read: _StatusChange) -> StatusChange:
    return StatusChange(
        read_case_status(read.status),
        parse_datetime(read.status_date),
    )


class _Transaction(Struct, forbid_unknown_fields=True, gc=False, rename={"type_": "type"}):
    amount: Any
    registration_date: Any
    type_: Any
    bank_transaction_date: Any = None
    description_locale_tag: Any = None
    origin: Any = None


def _transaction(read: _Transaction) -> Transaction:
    return Transaction(
        parse_amount(read.amount),
        parse_datetime(read.registration_date),
        read.type_,
        None if read.bank_transaction_date is None else parse_datetime(read.bank_transaction_date),
        read.description_locale_tag,
        read.origin,
    )


class _Case(
    Struct,
    forbid_unknown_fields=True,
    gc=False,
    rename={"created": "_created", "etag": "_etag", "id": "_id", "updated": "_updated"},
):
    created: Any
    etag: Any
    id: Any
    updated: Any
    agreement_version: Any
    case_settings: _CaseSettings
    creditor: Any
    creditor_name: Any
    currency: Any
    customer: Any
    customer_id_number: Any
    customer_name: Any
    customer_status: Any
    debt: _Debt
    latest_state_date: Any
    state: Any
    state_history: list[_StateChange]
    status: Any
    status_history: list[_StatusChange]
    account: Any = None
    case_registration: Any = None
    closed: Any = None
    customer_number: Any = None
    invoice: Any = None
    invoice_registration: Any = None
    local_added_capital_amount: Any = None
    local_added_costs_amount: Any = None
    local_added_interest_amount: Any = None
    local_added_transaction_amount: Any = None
    local_remaining_capital_amount: Any = None
    local_remaining_costs_amount: Any = None
    local_remaining_interest_amount: Any = None
    local_remaining_transaction_amount: Any = None
    original_invoice: Any = None
    reference_number: Any = None
    total_added_capital_amount: Any = None
    total_added_costs_amount: Any = None
    total_added_interest_amount: Any = None
    total_added_transaction_amount: Any = None
    total_remaining_capital_amount: Any = None
    total_remaining_costs_amount: Any = None
    total_remaining_interest_amount: Any = None
    total_remaining_transaction_amount: Any = None
    transactions: list[_Transaction] | None = None


def _case(read: _Case) -> Case:
    return Case(
        parse_datetime(read.created),
        read.etag,
        read.id,
        parse_datetime(read.updated),
        read.agreement_version,
        _case_settings(read.case_settings),
        read.creditor,
        read.creditor_name,
        read.currency,
        read.customer,
        read.customer_id_number,
        read.customer_name,
        read.customer_status,
        _debt(read.debt),
        parse_datetime(read.latest_state_date),
        read_case_state(read.state),
        [_state_change(item) for item in read.state_history],
        read_case_status(read.status),
        [_status_change(item) for item in read.status_history],
        read.account,
        read.case_registration,
        None if read.closed is None else CaseClosed.from_dict(read.closed),
        read.customer_number,
        read.invoice,
        read.invoice_registration,
        None if read.local_added_capital_amount is None else parse_amount(read.local_added_capital_amount),
        None if read.local_added_costs_amount is None else parse_amount(read.local_added_costs_amount),
        None if read.local_added_interest_amount is None else parse_amount(read.local_added_interest_amount),
        None if read.local_added_transaction_amount is None else parse_amount(read.local_added_transaction_amount),
        None if read.local_remaining_capital_amount is None else parse_amount(read.local_remaining_capital_amount),
        None if read.local_remaining_costs_amount is None else parse_amount(read.local_remaining_costs_amount),
        None if read.local_remaining_interest_amount is None else parse_amount(read.local_remaining_interest_amount),
        None
        if read.local_remaining_transaction_amount is None
        else parse_amount(read.local_remaining_transaction_amount),
        read.original_invoice,
        read.reference_number,
        None if read.total_added_capital_amount is None else parse_amount(read.total_added_capital_amount),
        None if read.total_added_costs_amount is None else parse_amount(read.total_added_costs_amount),
        None if read.total_added_interest_amount is None else parse_amount(read.total_added_interest_amount),
        None if read.total_added_transaction_amount is None else parse_amount(read.total_added_transaction_amount),
        None if read.total_remaining_capital_amount is None else parse_amount(read.total_remaining_capital_amount),
        None if read.total_remaining_costs_amount is None else parse_amount(read.total_remaining_costs_amount),
        None if read.total_remaining_interest_amount is None else parse_amount(read.total_remaining_interest_amount),
        None
        if read.total_remaining_transaction_amount is None
        else parse_amount(read.total_remaining_transaction_amount),
        None if read.transactions is None else [_transaction(item) for item in read.transactions],
    )


class _PageMeta(Struct, forbid_unknown_fields=True, gc=False):
    max_results: Any
    page: Any
    total: Any


def _page_meta(read: _PageMeta) -> PageMeta:
    return PageMeta(
        read.max_results,
        read.page,
        read.total,
    )


class _CasePage(Struct, forbid_unknown_fields=True, gc=False, rename={"items": "_items", "meta": "_meta"}):
    items: list[_Case]
    meta: _PageMeta


def _case_page(read: _CasePage) -> CasePage:
    return CasePage(
        [_case(item) for item in read.items],
        _page_meta(read.meta),
    )


_structs = Decoder(_CasePage, float_hook=parse_short_fraction).decode


def read_page(content: bytes | str) -> CasePage:
    return _case_page(_structs(content))


# By the function whose work they do.
READERS: dict[Callable[..., Any], Callable[[bytes | str], Any]] = {CasePage.from_dict: read_page}
