"""The fields of a case that `where` knows. Made by scripts/regenerate from openapi/amili.yaml; do not edit."""

from amili._query.fields import Fields, Flag, Identifier, Moment, Number, Text, Whole


class CaseSettingsInterestRateFields(Fields):
    """How interest is computed."""

    reference_rate: Flag = Flag("case_settings.interest_rate.reference_rate")
    """Interest follows the reference rate."""


class CaseSettingsFields(Fields):
    """Settings of a case."""

    interest_rate: CaseSettingsInterestRateFields = CaseSettingsInterestRateFields("case_settings.interest_rate")
    """How interest is computed."""


class DebtFields(Fields):
    """What is claimed."""

    invoice_number: Text = Text("debt.invoice_number")
    """The creditor's own number of the invoice. Whether it must be unique is not documented."""

    invoice_date: Moment = Moment("debt.invoice_date")
    """Date of the invoice."""

    invoice_due_days_after_invoice_date: Whole = Whole("debt.invoice_due_days_after_invoice_date")
    """Days from the invoice date to the due date."""

    interest_days_after_invoice_date: Whole = Whole("debt.interest_days_after_invoice_date")
    """Days from the invoice date to the first day of interest."""

    initial_capital: Number = Number("debt.initial_capital")
    """Capital at the start: the total of the invoice with tax."""

    capital_to_claim: Number = Number("debt.capital_to_claim")
    """Capital that is claimed."""

    debt_description: Text = Text("debt.debt_description")
    """What the debt is for."""

    payout_reference: Text = Text("debt.payout_reference")
    """Reference by which the creditor tracks the payout."""

    debt_reference: Text = Text("debt.debt_reference")
    """Reference of the debt."""


class StateHistoryFields(Fields):
    """When a case came into a state."""

    state: Text = Text("state_history.state")
    """Where in the process the case is."""

    state_date: Moment = Moment("state_history.state_date")
    """When it began."""


class StatusHistoryFields(Fields):
    """When a case came into a status."""

    status: Text = Text("status_history.status")
    """How the case stands within its state."""

    status_date: Moment = Moment("status_history.status_date")
    """When it began."""


class TransactionsFields(Fields):
    """Something added to or taken from a debt."""

    bank_transaction_date: Moment = Moment("transactions.bank_transaction_date")
    """Day at the bank."""

    registration_date: Moment = Moment("transactions.registration_date")
    """When it was booked."""

    origin: Text = Text("transactions.origin")
    """Who caused it."""

    type_: Text = Text("transactions.type")
    """What it concerns."""

    description_locale_tag: Text = Text("transactions.description_locale_tag")
    """Key of its description."""

    amount: Number = Number("transactions.amount")
    """Its amount. The sign of a crediting is not documented."""


class CaseFields(Fields):
    """A debt and where it stands. Optional properties are left out, not null."""

    id: Identifier = Identifier("_id")
    """Identifier of the case."""

    invoice: Identifier = Identifier("invoice")
    """Invoice of the case, if it came from an invoice."""

    created: Moment = Moment("_created")
    """When the case was created."""

    etag: Text = Text("_etag")
    """Version of a document. Opaque; 24, 32 and 40 digits were seen."""

    updated: Moment = Moment("_updated")
    """When the case was last changed."""

    account: Identifier = Identifier("account")
    """Account that owns the creditor."""

    agreement_version: Identifier = Identifier("agreement_version")
    """Version of the agreement that applies."""

    case_registration: Identifier = Identifier("case_registration")
    """Registration of the case, if it did not come from an invoice."""

    case_settings: CaseSettingsFields = CaseSettingsFields("case_settings")
    """Settings of a case."""

    closed: Fields = Fields("closed")
    """Present on a closed case. What it holds is not documented."""

    creditor: Identifier = Identifier("creditor")
    """Creditor who claims the money."""

    creditor_name: Text = Text("creditor_name")
    """Name of the creditor."""

    currency: Text = Text("currency")
    """Currency of all amounts."""

    customer: Identifier = Identifier("customer")
    """The debtor."""

    customer_id_number: Text = Text("customer_id_number")
    """Personal or organisation number of the debtor."""

    customer_name: Text = Text("customer_name")
    """Name of the debtor."""

    customer_number: Text = Text("customer_number")
    """Number of the debtor at the creditor."""

    customer_status: Text = Text("customer_status")
    """How the debtor's record stands."""

    debt: DebtFields = DebtFields("debt")
    """What is claimed."""

    invoice_registration: Identifier = Identifier("invoice_registration")
    """Registration of the invoice, if the case came from one."""

    latest_state_date: Moment = Moment("latest_state_date")
    """When the state last changed."""

    local_added_capital_amount: Number = Number("local_added_capital_amount")
    """Capital added, in the currency of the case."""

    local_added_costs_amount: Number = Number("local_added_costs_amount")
    """Costs added, in the currency of the case."""

    local_added_interest_amount: Number = Number("local_added_interest_amount")
    """Interest added, in the currency of the case."""

    local_added_transaction_amount: Number = Number("local_added_transaction_amount")
    """All that was added, in the currency of the case."""

    local_remaining_capital_amount: Number = Number("local_remaining_capital_amount")
    """Capital left to pay, in the currency of the case."""

    local_remaining_costs_amount: Number = Number("local_remaining_costs_amount")
    """Costs left to pay, in the currency of the case."""

    local_remaining_interest_amount: Number = Number("local_remaining_interest_amount")
    """Interest left to pay, in the currency of the case."""

    local_remaining_transaction_amount: Number = Number("local_remaining_transaction_amount")
    """All that is left to pay, in the currency of the case."""

    original_invoice: Fields = Fields("original_invoice")
    """Media of the original invoice after an upload. Its shape is not documented."""

    reference_number: Text = Text("reference_number")
    """Reference number of the case."""

    state: Text = Text("state")
    """Where in the process the case is."""

    state_history: StateHistoryFields = StateHistoryFields("state_history")
    """The states of the case, oldest first."""

    status: Text = Text("status")
    """How the case stands within its state."""

    status_history: StatusHistoryFields = StatusHistoryFields("status_history")
    """The statuses of the case, oldest first."""

    total_added_capital_amount: Number = Number("total_added_capital_amount")
    """Capital added in all."""

    total_added_costs_amount: Number = Number("total_added_costs_amount")
    """Costs added in all."""

    total_added_interest_amount: Number = Number("total_added_interest_amount")
    """Interest added in all."""

    total_added_transaction_amount: Number = Number("total_added_transaction_amount")
    """All that was added."""

    total_remaining_capital_amount: Number = Number("total_remaining_capital_amount")
    """Capital left to pay: the usual answer to how much is left."""

    total_remaining_costs_amount: Number = Number("total_remaining_costs_amount")
    """Costs left to pay."""

    total_remaining_interest_amount: Number = Number("total_remaining_interest_amount")
    """Interest left to pay."""

    total_remaining_transaction_amount: Number = Number("total_remaining_transaction_amount")
    """All that is left to pay."""

    transactions: TransactionsFields = TransactionsFields("transactions")
    """What was added to and taken from the debt."""
