from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal
from ..models.case_closed import CaseClosed
from ..models.case_settings import CaseSettings
from ..models.case_state import CaseState, read_case_state
from ..models.case_status import CaseStatus, read_case_status
from ..models.debt import Debt
from ..models.state_change import StateChange
from ..models.status_change import StatusChange
from ..models.transaction import Transaction

T = TypeVar("T", bound="Case")
_KNOWN: frozenset[str] = frozenset(
    (
        "_created",
        "_etag",
        "_id",
        "_updated",
        "agreement_version",
        "case_settings",
        "creditor",
        "creditor_name",
        "currency",
        "customer",
        "customer_id_number",
        "customer_name",
        "customer_status",
        "debt",
        "latest_state_date",
        "state",
        "state_history",
        "status",
        "status_history",
        "account",
        "case_registration",
        "closed",
        "customer_number",
        "invoice",
        "invoice_registration",
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
class Case:
    """A debt and where it stands. Optional properties are left out, not null.

    Attributes:
        created (datetime.datetime): When the case was created. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        etag (str): Version of a document. Opaque; 24, 32 and 40 digits were seen. Example:
            808c0829161342bc8566b14cf4547dfb.
        id (str): Identifier of the case. Example: 68e4c40d93ee14723d28fa95.
        updated (datetime.datetime): When the case was last changed. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        agreement_version (str): Version of the agreement that applies. Example: 6790c2ec38ebf4814061f0b5.
        case_settings (CaseSettings): Settings of a case.
        creditor (str): Creditor who claims the money. Example: 674dbeb208847b9501cc9138.
        creditor_name (str): Name of the creditor. Example: Amili Integration Team.
        currency (str): Currency of all amounts. Example: SEK.
        customer (str): The debtor. Example: 68678ed98d8dc95ece127941.
        customer_id_number (str): Personal or organisation number of the debtor. Example: 556789-1234.
        customer_name (str): Name of the debtor. Example: Jane Smith.
        customer_status (str): How the debtor's record stands. Example: initialized.
        debt (Debt): What is claimed.
        latest_state_date (datetime.datetime): When the state last changed. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        state (CaseState): Where in the process the case is. Example: initializing.
        state_history (list[StateChange]): The states of the case, oldest first.
        status (CaseStatus): How the case stands within its state. Example: initializing.
        status_history (list[StatusChange]): The statuses of the case, oldest first.
        account (str | None): Account that owns the creditor. Example: 674dbeaf08847b9501cc9132.
        case_registration (str | None): Registration of the case, if it did not come from an invoice. Example:
            68679d4798d8dc95ece12796.
        closed (CaseClosed | None): Present on a closed case. What it holds is not documented.
        customer_number (str | None): Number of the debtor at the creditor. Example: 12345.
        invoice (str | None): Invoice of the case, if it came from an invoice. Example: 68e4c40d7fcb697a78cb1a32.
        invoice_registration (str | None): Registration of the invoice, if the case came from one. Example:
            68e4c40d7fcb697a78cb1a32.
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
        total_added_capital_amount (Decimal | None): Capital added in all. Example: 500.0.
        total_added_costs_amount (Decimal | None): Costs added in all. Example: 0.
        total_added_interest_amount (Decimal | None): Interest added in all. Example: 0.
        total_added_transaction_amount (Decimal | None): All that was added. Example: 500.0.
        total_remaining_capital_amount (Decimal | None): Capital left to pay: the usual answer to how much is left.
            Example: 500.0.
        total_remaining_costs_amount (Decimal | None): Costs left to pay. Example: 0.
        total_remaining_interest_amount (Decimal | None): Interest left to pay. Example: 0.
        total_remaining_transaction_amount (Decimal | None): All that is left to pay. Example: 500.0.
        transactions (list[Transaction] | None): What was added to and taken from the debt.
    """

    created: datetime.datetime
    etag: str
    id: str
    updated: datetime.datetime
    agreement_version: str
    case_settings: CaseSettings
    creditor: str
    creditor_name: str
    currency: str
    customer: str
    customer_id_number: str
    customer_name: str
    customer_status: str
    debt: Debt
    latest_state_date: datetime.datetime
    state: CaseState
    state_history: list[StateChange]
    status: CaseStatus
    status_history: list[StatusChange]
    account: str | None = None
    case_registration: str | None = None
    closed: CaseClosed | None = None
    customer_number: str | None = None
    invoice: str | None = None
    invoice_registration: str | None = None
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
    total_added_capital_amount: Decimal | None = None
    total_added_costs_amount: Decimal | None = None
    total_added_interest_amount: Decimal | None = None
    total_added_transaction_amount: Decimal | None = None
    total_remaining_capital_amount: Decimal | None = None
    total_remaining_costs_amount: Decimal | None = None
    total_remaining_interest_amount: Decimal | None = None
    total_remaining_transaction_amount: Decimal | None = None
    transactions: list[Transaction] | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        created = dump_datetime(self.created)

        etag = self.etag

        id = self.id

        updated = dump_datetime(self.updated)

        agreement_version = self.agreement_version

        case_settings = self.case_settings.to_dict()

        creditor = self.creditor

        creditor_name = self.creditor_name

        currency = self.currency

        customer = self.customer

        customer_id_number = self.customer_id_number

        customer_name = self.customer_name

        customer_status = self.customer_status

        debt = self.debt.to_dict()

        latest_state_date = dump_datetime(self.latest_state_date)

        state = self.state.value

        state_history = []
        for state_history_item_data in self.state_history:
            state_history_item = state_history_item_data.to_dict()
            state_history.append(state_history_item)

        status = self.status.value

        status_history = []
        for status_history_item_data in self.status_history:
            status_history_item = status_history_item_data.to_dict()
            status_history.append(status_history_item)

        account = self.account

        case_registration = self.case_registration

        closed: dict[str, Any] | None = None
        if self.closed is not None:
            closed = self.closed.to_dict()

        customer_number = self.customer_number

        invoice = self.invoice

        invoice_registration = self.invoice_registration

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
        field_dict.update(
            {
                "_created": created,
                "_etag": etag,
                "_id": id,
                "_updated": updated,
                "agreement_version": agreement_version,
                "case_settings": case_settings,
                "creditor": creditor,
                "creditor_name": creditor_name,
                "currency": currency,
                "customer": customer,
                "customer_id_number": customer_id_number,
                "customer_name": customer_name,
                "customer_status": customer_status,
                "debt": debt,
                "latest_state_date": latest_state_date,
                "state": state,
                "state_history": state_history,
                "status": status,
                "status_history": status_history,
            }
        )
        if account is not None:
            field_dict["account"] = account
        if case_registration is not None:
            field_dict["case_registration"] = case_registration
        if closed is not None:
            field_dict["closed"] = closed
        if customer_number is not None:
            field_dict["customer_number"] = customer_number
        if invoice is not None:
            field_dict["invoice"] = invoice
        if invoice_registration is not None:
            field_dict["invoice_registration"] = invoice_registration
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
        created = parse_datetime(d["_created"])

        etag = d["_etag"]

        id = d["_id"]

        updated = parse_datetime(d["_updated"])

        agreement_version = d["agreement_version"]

        case_settings = CaseSettings.from_dict(d["case_settings"])

        creditor = d["creditor"]

        creditor_name = d["creditor_name"]

        currency = d["currency"]

        customer = d["customer"]

        customer_id_number = d["customer_id_number"]

        customer_name = d["customer_name"]

        customer_status = d["customer_status"]

        debt = Debt.from_dict(d["debt"])

        latest_state_date = parse_datetime(d["latest_state_date"])

        state = read_case_state(d["state"])

        state_history = []
        _state_history = d["state_history"]
        for state_history_item_data in _state_history:
            state_history_item = StateChange.from_dict(state_history_item_data)

            state_history.append(state_history_item)

        status = read_case_status(d["status"])

        status_history = []
        _status_history = d["status_history"]
        for status_history_item_data in _status_history:
            status_history_item = StatusChange.from_dict(status_history_item_data)

            status_history.append(status_history_item)

        account = d.get("account", None)

        case_registration = d.get("case_registration", None)

        _closed = d.get("closed", None)
        closed: CaseClosed | None
        if _closed is None:
            closed = None
        else:
            closed = CaseClosed.from_dict(_closed)

        customer_number = d.get("customer_number", None)

        invoice = d.get("invoice", None)

        invoice_registration = d.get("invoice_registration", None)

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
        transactions: list[Transaction] | None = None
        if _transactions is not None:
            transactions = []
            for transactions_item_data in _transactions:
                transactions_item = Transaction.from_dict(transactions_item_data)

                transactions.append(transactions_item)

        case = cls(
            created,
            etag,
            id,
            updated,
            agreement_version,
            case_settings,
            creditor,
            creditor_name,
            currency,
            customer,
            customer_id_number,
            customer_name,
            customer_status,
            debt,
            latest_state_date,
            state,
            state_history,
            status,
            status_history,
            account,
            case_registration,
            closed,
            customer_number,
            invoice,
            invoice_registration,
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

        return case

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
