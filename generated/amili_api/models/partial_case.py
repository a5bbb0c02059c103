from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal
from ..models.case_state import CaseState, read_case_state
from ..models.case_status import CaseStatus, read_case_status
from ..models.partial_case_closed import PartialCaseClosed
from ..models.partial_case_settings import PartialCaseSettings
from ..models.partial_debt import PartialDebt
from ..models.partial_state_change import PartialStateChange
from ..models.partial_status_change import PartialStatusChange
from ..models.partial_transaction import PartialTransaction

T = TypeVar("T", bound="PartialCase")
_KNOWN: frozenset[str] = frozenset(
    (
        "_created",
        "_etag",
        "_id",
        "_updated",
        "account",
        "agreement_version",
        "case_registration",
        "case_settings",
        "closed",
        "creditor",
        "creditor_name",
        "currency",
        "customer",
        "customer_id_number",
        "customer_name",
        "customer_number",
        "customer_status",
        "debt",
        "invoice",
        "invoice_registration",
        "latest_state_date",
        "local_added_capital_amount",
        "local_added_costs_amount",
        "local_added_interest_amount",
        "local_added_transaction_amount",
        "local_remaining_capital_amount",
        "local_remaining_costs_amount",
        "local_remaining_interest_amount",
        "local_remaining_transaction_amount",
        "original_invoice",
        "reference_number",
        "state",
        "state_history",
        "status",
        "status_history",
        "total_added_capital_amount",
        "total_added_costs_amount",
        "total_added_interest_amount",
        "total_added_transaction_amount",
        "total_remaining_capital_amount",
        "total_remaining_costs_amount",
        "total_remaining_interest_amount",
        "total_remaining_transaction_amount",
        "transactions",
    )
)


@_attrs_define
class PartialCase:
    """A debt and where it stands. Optional properties are left out, not null.

    Attributes:
        created (datetime.datetime | None): When the case was created. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        etag (str | None): Version of a document. Opaque; 24, 32 and 40 digits were seen. Example:
            808c0829161342bc8566b14cf4547dfb.
        id (str | None): Identifier of the case. Example: 68e4c40d93ee14723d28fa95.
        updated (datetime.datetime | None): When the case was last changed. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        account (str | None): Account that owns the creditor. Example: 674dbeaf08847b9501cc9132.
        agreement_version (str | None): Version of the agreement that applies. Example: 6790c2ec38ebf4814061f0b5.
        case_registration (str | None): Registration of the case, if it did not come from an invoice. Example:
            68679d4798d8dc95ece12796.
        case_settings (PartialCaseSettings | None): Settings of a case.
        closed (PartialCaseClosed | None): Present on a closed case. What it holds is not documented.
        creditor (str | None): Creditor who claims the money. Example: 674dbeb208847b9501cc9138.
        creditor_name (str | None): Name of the creditor. Example: Amili Integration Team.
        currency (str | None): Currency of all amounts. Example: SEK.
        customer (str | None): The debtor. Example: 68678ed98d8dc95ece127941.
        customer_id_number (str | None): Personal or organisation number of the debtor. Example: 556789-1234.
        customer_name (str | None): Name of the debtor. Example: Jane Smith.
        customer_number (str | None): Number of the debtor at the creditor. Example: 12345.
        customer_status (str | None): How the debtor's record stands. Example: initialized.
        debt (PartialDebt | None): What is claimed.
        invoice (str | None): Invoice of the case, if it came from an invoice. Example: 68e4c40d7fcb697a78cb1a32.
        invoice_registration (str | None): Registration of the invoice, if the case came from one. Example:
            68e4c40d7fcb697a78cb1a32.
        latest_state_date (datetime.datetime | None): When the state last changed. Example: Tue, 07 Oct 2025 07:41:01
            GMT.
        local_added_capital_amount (Decimal | None): Capital added, in the currency of the case. Example: 500.0.
        local_added_costs_amount (Decimal | None): Costs added, in the currency of the case. Example: 0.
        local_added_interest_amount (Decimal | None): Interest added, in the currency of the case. Example: 0.
        local_added_transaction_amount (Decimal | None): All that was added, in the currency of the case. Example:
            500.0.
        local_remaining_capital_amount (Decimal | None): Capital left to pay, in the currency of the case. Example:
            500.0.
        local_remaining_costs_amount (Decimal | None): Costs left to pay, in the currency of the case. Example: 0.
        local_remaining_interest_amount (Decimal | None): Interest left to pay, in the currency of the case. Example:
            0.
        local_remaining_transaction_amount (Decimal | None): All that is left to pay, in the currency of the case.
            Example: 500.0.
        original_invoice (Any | None): Media of the original invoice after an upload. Its shape is not documented.
        reference_number (str | None): Reference number of the case. Example: 49477.
        state (CaseState | None): Where in the process the case is. Example: initializing.
        state_history (list[PartialStateChange] | None): The states of the case, oldest first.
        status (CaseStatus | None): How the case stands within its state. Example: initializing.
        status_history (list[PartialStatusChange] | None): The statuses of the case, oldest first.
        total_added_capital_amount (Decimal | None): Capital added in all. Example: 500.0.
        total_added_costs_amount (Decimal | None): Costs added in all. Example: 0.
        total_added_interest_amount (Decimal | None): Interest added in all. Example: 0.
        total_added_transaction_amount (Decimal | None): All that was added. Example: 500.0.
        total_remaining_capital_amount (Decimal | None): Capital left to pay: the usual answer to how much is left.
            Example: 500.0.
        total_remaining_costs_amount (Decimal | None): Costs left to pay. Example: 0.
        total_remaining_interest_amount (Decimal | None): Interest left to pay. Example: 0.
        total_remaining_transaction_amount (Decimal | None): All that is left to pay. Example: 500.0.
        transactions (list[PartialTransaction] | None): What was added to and taken from the debt.
    """

    created: datetime.datetime | None = None
    etag: str | None = None
    id: str | None = None
    updated: datetime.datetime | None = None
    account: str | None = None
    agreement_version: str | None = None
    case_registration: str | None = None
    case_settings: PartialCaseSettings | None = None
    closed: PartialCaseClosed | None = None
    creditor: str | None = None
    creditor_name: str | None = None
    currency: str | None = None
    customer: str | None = None
    customer_id_number: str | None = None
    customer_name: str | None = None
    customer_number: str | None = None
    customer_status: str | None = None
    debt: PartialDebt | None = None
    invoice: str | None = None
    invoice_registration: str | None = None
    latest_state_date: datetime.datetime | None = None
    local_added_capital_amount: Decimal | None = None
    local_added_costs_amount: Decimal | None = None
    local_added_interest_amount: Decimal | None = None
    local_added_transaction_amount: Decimal | None = None
    local_remaining_capital_amount: Decimal | None = None
    local_remaining_costs_amount: Decimal | None = None
    local_remaining_interest_amount: Decimal | None = None
    local_remaining_transaction_amount: Decimal | None = None
    original_invoice: Any | None = None
    reference_number: str | None = None
    state: CaseState | None = None
    state_history: list[PartialStateChange] | None = None
    status: CaseStatus | None = None
    status_history: list[PartialStatusChange] | None = None
    total_added_capital_amount: Decimal | None = None
    total_added_costs_amount: Decimal | None = None
    total_added_interest_amount: Decimal | None = None
    total_added_transaction_amount: Decimal | None = None
    total_remaining_capital_amount: Decimal | None = None
    total_remaining_costs_amount: Decimal | None = None
    total_remaining_interest_amount: Decimal | None = None
    total_remaining_transaction_amount: Decimal | None = None
    transactions: list[PartialTransaction] | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        created: str | None = None
        if self.created is not None:
            created = dump_datetime(self.created)

        etag = self.etag

        id = self.id

        updated: str | None = None
        if self.updated is not None:
            updated = dump_datetime(self.updated)

        account = self.account

        agreement_version = self.agreement_version

        case_registration = self.case_registration

        case_settings: dict[str, Any] | None = None
        if self.case_settings is not None:
            case_settings = self.case_settings.to_dict()

        closed: dict[str, Any] | None = None
        if self.closed is not None:
            closed = self.closed.to_dict()

        creditor = self.creditor

        creditor_name = self.creditor_name

        currency = self.currency

        customer = self.customer

        customer_id_number = self.customer_id_number

        customer_name = self.customer_name

        customer_number = self.customer_number

        customer_status = self.customer_status

        debt: dict[str, Any] | None = None
        if self.debt is not None:
            debt = self.debt.to_dict()

        invoice = self.invoice

        invoice_registration = self.invoice_registration

        latest_state_date: str | None = None
        if self.latest_state_date is not None:
            latest_state_date = dump_datetime(self.latest_state_date)

        local_added_capital_amount: int | float | None = None
        if self.local_added_capital_amount is not None:
            local_added_capital_amount = dump_decimal(self.local_added_capital_amount)

        local_added_costs_amount: int | float | None = None
        if self.local_added_costs_amount is not None:
            local_added_costs_amount = dump_decimal(self.local_added_costs_amount)

        local_added_interest_amount: int | float | None = None
        if self.local_added_interest_amount is not None:
            local_added_interest_amount = dump_decimal(self.local_added_interest_amount)

        local_added_transaction_amount: int | float | None = None
        if self.local_added_transaction_amount is not None:
            local_added_transaction_amount = dump_decimal(self.local_added_transaction_amount)

        local_remaining_capital_amount: int | float | None = None
        if self.local_remaining_capital_amount is not None:
            local_remaining_capital_amount = dump_decimal(self.local_remaining_capital_amount)

        local_remaining_costs_amount: int | float | None = None
        if self.local_remaining_costs_amount is not None:
            local_remaining_costs_amount = dump_decimal(self.local_remaining_costs_amount)

        local_remaining_interest_amount: int | float | None = None
        if self.local_remaining_interest_amount is not None:
            local_remaining_interest_amount = dump_decimal(self.local_remaining_interest_amount)

        local_remaining_transaction_amount: int | float | None = None
        if self.local_remaining_transaction_amount is not None:
            local_remaining_transaction_amount = dump_decimal(self.local_remaining_transaction_amount)

        original_invoice = self.original_invoice

        reference_number = self.reference_number

        state: str | None = None
        if self.state is not None:
            state = self.state.value

        state_history: list[dict[str, Any]] | None = None
        if self.state_history is not None:
            state_history = []
            for state_history_item_data in self.state_history:
                state_history_item = state_history_item_data.to_dict()
                state_history.append(state_history_item)

        status: str | None = None
        if self.status is not None:
            status = self.status.value

        status_history: list[dict[str, Any]] | None = None
        if self.status_history is not None:
            status_history = []
            for status_history_item_data in self.status_history:
                status_history_item = status_history_item_data.to_dict()
                status_history.append(status_history_item)

        total_added_capital_amount: int | float | None = None
        if self.total_added_capital_amount is not None:
            total_added_capital_amount = dump_decimal(self.total_added_capital_amount)

        total_added_costs_amount: int | float | None = None
        if self.total_added_costs_amount is not None:
            total_added_costs_amount = dump_decimal(self.total_added_costs_amount)

        total_added_interest_amount: int | float | None = None
        if self.total_added_interest_amount is not None:
            total_added_interest_amount = dump_decimal(self.total_added_interest_amount)

        total_added_transaction_amount: int | float | None = None
        if self.total_added_transaction_amount is not None:
            total_added_transaction_amount = dump_decimal(self.total_added_transaction_amount)

        total_remaining_capital_amount: int | float | None = None
        if self.total_remaining_capital_amount is not None:
            total_remaining_capital_amount = dump_decimal(self.total_remaining_capital_amount)

        total_remaining_costs_amount: int | float | None = None
        if self.total_remaining_costs_amount is not None:
            total_remaining_costs_amount = dump_decimal(self.total_remaining_costs_amount)

        total_remaining_interest_amount: int | float | None = None
        if self.total_remaining_interest_amount is not None:
            total_remaining_interest_amount = dump_decimal(self.total_remaining_interest_amount)

        total_remaining_transaction_amount: int | float | None = None
        if self.total_remaining_transaction_amount is not None:
            total_remaining_transaction_amount = dump_decimal(self.total_remaining_transaction_amount)

        transactions: list[dict[str, Any]] | None = None
        if self.transactions is not None:
            transactions = []
            for transactions_item_data in self.transactions:
                transactions_item = transactions_item_data.to_dict()
                transactions.append(transactions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update({})
        if created is not None:
            field_dict["_created"] = created
        if etag is not None:
            field_dict["_etag"] = etag
        if id is not None:
            field_dict["_id"] = id
        if updated is not None:
            field_dict["_updated"] = updated
        if account is not None:
            field_dict["account"] = account
        if agreement_version is not None:
            field_dict["agreement_version"] = agreement_version
        if case_registration is not None:
            field_dict["case_registration"] = case_registration
        if case_settings is not None:
            field_dict["case_settings"] = case_settings
        if closed is not None:
            field_dict["closed"] = closed
        if creditor is not None:
            field_dict["creditor"] = creditor
        if creditor_name is not None:
            field_dict["creditor_name"] = creditor_name
        if currency is not None:
            field_dict["currency"] = currency
        if customer is not None:
            field_dict["customer"] = customer
        if customer_id_number is not None:
            field_dict["customer_id_number"] = customer_id_number
        if customer_name is not None:
            field_dict["customer_name"] = customer_name
        if customer_number is not None:
            field_dict["customer_number"] = customer_number
        if customer_status is not None:
            field_dict["customer_status"] = customer_status
        if debt is not None:
            field_dict["debt"] = debt
        if invoice is not None:
            field_dict["invoice"] = invoice
        if invoice_registration is not None:
            field_dict["invoice_registration"] = invoice_registration
        if latest_state_date is not None:
            field_dict["latest_state_date"] = latest_state_date
        if local_added_capital_amount is not None:
            field_dict["local_added_capital_amount"] = local_added_capital_amount
        if local_added_costs_amount is not None:
            field_dict["local_added_costs_amount"] = local_added_costs_amount
        if local_added_interest_amount is not None:
            field_dict["local_added_interest_amount"] = local_added_interest_amount
        if local_added_transaction_amount is not None:
            field_dict["local_added_transaction_amount"] = local_added_transaction_amount
        if local_remaining_capital_amount is not None:
            field_dict["local_remaining_capital_amount"] = local_remaining_capital_amount
        if local_remaining_costs_amount is not None:
            field_dict["local_remaining_costs_amount"] = local_remaining_costs_amount
        if local_remaining_interest_amount is not None:
            field_dict["local_remaining_interest_amount"] = local_remaining_interest_amount
        if local_remaining_transaction_amount is not None:
            field_dict["local_remaining_transaction_amount"] = local_remaining_transaction_amount
        if original_invoice is not None:
            field_dict["original_invoice"] = original_invoice
        if reference_number is not None:
            field_dict["reference_number"] = reference_number
        if state is not None:
            field_dict["state"] = state
        if state_history is not None:
            field_dict["state_history"] = state_history
        if status is not None:
            field_dict["status"] = status
        if status_history is not None:
            field_dict["status_history"] = status_history
        if total_added_capital_amount is not None:
            field_dict["total_added_capital_amount"] = total_added_capital_amount
        if total_added_costs_amount is not None:
            field_dict["total_added_costs_amount"] = total_added_costs_amount
        if total_added_interest_amount is not None:
            field_dict["total_added_interest_amount"] = total_added_interest_amount
        if total_added_transaction_amount is not None:
            field_dict["total_added_transaction_amount"] = total_added_transaction_amount
        if total_remaining_capital_amount is not None:
            field_dict["total_remaining_capital_amount"] = total_remaining_capital_amount
        if total_remaining_costs_amount is not None:
            field_dict["total_remaining_costs_amount"] = total_remaining_costs_amount
        if total_remaining_interest_amount is not None:
            field_dict["total_remaining_interest_amount"] = total_remaining_interest_amount
        if total_remaining_transaction_amount is not None:
            field_dict["total_remaining_transaction_amount"] = total_remaining_transaction_amount
        if transactions is not None:
            field_dict["transactions"] = transactions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        _created = d.get("_created", None)
        created: datetime.datetime | None
        if _created is None:
            created = None
        else:
            created = parse_datetime(_created)

        etag = d.get("_etag", None)

        id = d.get("_id", None)

        _updated = d.get("_updated", None)
        updated: datetime.datetime | None
        if _updated is None:
            updated = None
        else:
            updated = parse_datetime(_updated)

        account = d.get("account", None)

        agreement_version = d.get("agreement_version", None)

        case_registration = d.get("case_registration", None)

        _case_settings = d.get("case_settings", None)
        case_settings: PartialCaseSettings | None
        if _case_settings is None:
            case_settings = None
        else:
            case_settings = PartialCaseSettings.from_dict(_case_settings)

        _closed = d.get("closed", None)
        closed: PartialCaseClosed | None
        if _closed is None:
            closed = None
        else:
            closed = PartialCaseClosed.from_dict(_closed)

        creditor = d.get("creditor", None)

        creditor_name = d.get("creditor_name", None)

        currency = d.get("currency", None)

        customer = d.get("customer", None)

        customer_id_number = d.get("customer_id_number", None)

        customer_name = d.get("customer_name", None)

        customer_number = d.get("customer_number", None)

        customer_status = d.get("customer_status", None)

        _debt = d.get("debt", None)
        debt: PartialDebt | None
        if _debt is None:
            debt = None
        else:
            debt = PartialDebt.from_dict(_debt)

        invoice = d.get("invoice", None)

        invoice_registration = d.get("invoice_registration", None)

        _latest_state_date = d.get("latest_state_date", None)
        latest_state_date: datetime.datetime | None
        if _latest_state_date is None:
            latest_state_date = None
        else:
            latest_state_date = parse_datetime(_latest_state_date)

        _local_added_capital_amount = d.get("local_added_capital_amount", None)
        local_added_capital_amount: Decimal | None
        if _local_added_capital_amount is None:
            local_added_capital_amount = None
        else:
            local_added_capital_amount = parse_decimal(_local_added_capital_amount)

        _local_added_costs_amount = d.get("local_added_costs_amount", None)
        local_added_costs_amount: Decimal | None
        if _local_added_costs_amount is None:
            local_added_costs_amount = None
        else:
            local_added_costs_amount = parse_decimal(_local_added_costs_amount)

        _local_added_interest_amount = d.get("local_added_interest_amount", None)
        local_added_interest_amount: Decimal | None
        if _local_added_interest_amount is None:
            local_added_interest_amount = None
        else:
            local_added_interest_amount = parse_decimal(_local_added_interest_amount)

        _local_added_transaction_amount = d.get("local_added_transaction_amount", None)
        local_added_transaction_amount: Decimal | None
        if _local_added_transaction_amount is None:
            local_added_transaction_amount = None
        else:
            local_added_transaction_amount = parse_decimal(_local_added_transaction_amount)

        _local_remaining_capital_amount = d.get("local_remaining_capital_amount", None)
        local_remaining_capital_amount: Decimal | None
        if _local_remaining_capital_amount is None:
            local_remaining_capital_amount = None
        else:
            local_remaining_capital_amount = parse_decimal(_local_remaining_capital_amount)

        _local_remaining_costs_amount = d.get("local_remaining_costs_amount", None)
        local_remaining_costs_amount: Decimal | None
        if _local_remaining_costs_amount is None:
            local_remaining_costs_amount = None
        else:
            local_remaining_costs_amount = parse_decimal(_local_remaining_costs_amount)

        _local_remaining_interest_amount = d.get("local_remaining_interest_amount", None)
        local_remaining_interest_amount: Decimal | None
        if _local_remaining_interest_amount is None:
            local_remaining_interest_amount = None
        else:
            local_remaining_interest_amount = parse_decimal(_local_remaining_interest_amount)

        _local_remaining_transaction_amount = d.get("local_remaining_transaction_amount", None)
        local_remaining_transaction_amount: Decimal | None
        if _local_remaining_transaction_amount is None:
            local_remaining_transaction_amount = None
        else:
            local_remaining_transaction_amount = parse_decimal(_local_remaining_transaction_amount)

        original_invoice = d.get("original_invoice", None)

        reference_number = d.get("reference_number", None)

        _state = d.get("state", None)
        state: CaseState | None
        if _state is None:
            state = None
        else:
            state = read_case_state(_state)

        _state_history = d.get("state_history", None)
        state_history: list[PartialStateChange] | None = None
        if _state_history is not None:
            state_history = []
            for state_history_item_data in _state_history:
                state_history_item = PartialStateChange.from_dict(state_history_item_data)

                state_history.append(state_history_item)

        _status = d.get("status", None)
        status: CaseStatus | None
        if _status is None:
            status = None
        else:
            status = read_case_status(_status)

        _status_history = d.get("status_history", None)
        status_history: list[PartialStatusChange] | None = None
        if _status_history is not None:
            status_history = []
            for status_history_item_data in _status_history:
                status_history_item = PartialStatusChange.from_dict(status_history_item_data)

                status_history.append(status_history_item)

        _total_added_capital_amount = d.get("total_added_capital_amount", None)
        total_added_capital_amount: Decimal | None
        if _total_added_capital_amount is None:
            total_added_capital_amount = None
        else:
            total_added_capital_amount = parse_decimal(_total_added_capital_amount)

        _total_added_costs_amount = d.get("total_added_costs_amount", None)
        total_added_costs_amount: Decimal | None
        if _total_added_costs_amount is None:
            total_added_costs_amount = None
        else:
            total_added_costs_amount = parse_decimal(_total_added_costs_amount)

        _total_added_interest_amount = d.get("total_added_interest_amount", None)
        total_added_interest_amount: Decimal | None
        if _total_added_interest_amount is None:
            total_added_interest_amount = None
        else:
            total_added_interest_amount = parse_decimal(_total_added_interest_amount)

        _total_added_transaction_amount = d.get("total_added_transaction_amount", None)
        total_added_transaction_amount: Decimal | None
        if _total_added_transaction_amount is None:
            total_added_transaction_amount = None
        else:
            total_added_transaction_amount = parse_decimal(_total_added_transaction_amount)

        _total_remaining_capital_amount = d.get("total_remaining_capital_amount", None)
        total_remaining_capital_amount: Decimal | None
        if _total_remaining_capital_amount is None:
            total_remaining_capital_amount = None
        else:
            total_remaining_capital_amount = parse_decimal(_total_remaining_capital_amount)

        _total_remaining_costs_amount = d.get("total_remaining_costs_amount", None)
        total_remaining_costs_amount: Decimal | None
        if _total_remaining_costs_amount is None:
            total_remaining_costs_amount = None
        else:
            total_remaining_costs_amount = parse_decimal(_total_remaining_costs_amount)

        _total_remaining_interest_amount = d.get("total_remaining_interest_amount", None)
        total_remaining_interest_amount: Decimal | None
        if _total_remaining_interest_amount is None:
            total_remaining_interest_amount = None
        else:
            total_remaining_interest_amount = parse_decimal(_total_remaining_interest_amount)

        _total_remaining_transaction_amount = d.get("total_remaining_transaction_amount", None)
        total_remaining_transaction_amount: Decimal | None
        if _total_remaining_transaction_amount is None:
            total_remaining_transaction_amount = None
        else:
            total_remaining_transaction_amount = parse_decimal(_total_remaining_transaction_amount)

        _transactions = d.get("transactions", None)
        transactions: list[PartialTransaction] | None = None
        if _transactions is not None:
            transactions = []
            for transactions_item_data in _transactions:
                transactions_item = PartialTransaction.from_dict(transactions_item_data)

                transactions.append(transactions_item)

        partial_case = cls(
            created,
            etag,
            id,
            updated,
            account,
            agreement_version,
            case_registration,
            case_settings,
            closed,
            creditor,
            creditor_name,
            currency,
            customer,
            customer_id_number,
            customer_name,
            customer_number,
            customer_status,
            debt,
            invoice,
            invoice_registration,
            latest_state_date,
            local_added_capital_amount,
            local_added_costs_amount,
            local_added_interest_amount,
            local_added_transaction_amount,
            local_remaining_capital_amount,
            local_remaining_costs_amount,
            local_remaining_interest_amount,
            local_remaining_transaction_amount,
            original_invoice,
            reference_number,
            state,
            state_history,
            status,
            status_history,
            total_added_capital_amount,
            total_added_costs_amount,
            total_added_interest_amount,
            total_added_transaction_amount,
            total_remaining_capital_amount,
            total_remaining_costs_amount,
            total_remaining_interest_amount,
            total_remaining_transaction_amount,
            transactions,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return partial_case

    @property
    def additional_properties(self) -> dict[str, Any]:
        if self._additional_properties is None:
            self._additional_properties = {}
        return self._additional_properties

    @additional_properties.setter
    def additional_properties(self, value: dict[str, Any]) -> None:
        self._additional_properties = value

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
