"""The resources, their fields and their rules, written from what the vendor documents.

A field that no page calls required is optional here; a value that no page lists is refused only where the pages say
that nothing else is supported.
"""

from typing import Any

Schema = dict[str, dict[str, Any]]

TEXT = {"type": "string"}
DATE = {"type": "datetime"}
FLAG = {"type": "boolean"}
NUMBER = {"type": "number"}
ID = {"type": "objectid"}
SWEDISH_KRONOR = {"type": "string", "required": True, "allowed": ["SEK"]}
FROM_CREDITOR_SYSTEM = {"type": "string", "required": True, "allowed": ["creditor_system"]}
SET_BY_SERVER = {"readonly": True}
# Checked for what it says by the validator; see validation.py.
ACCOUNT = {**ID, "check_with": "own_account"}
CREDITOR = {**ID, "required": True, "check_with": "own_creditor"}
MONEY = {"type": "number", "required": True, "check_with": "finite"}


def _object(schema: Schema, **rules: Any) -> dict[str, Any]:
    return {"type": "dict", "schema": schema, **rules}


def _required(rule: dict[str, Any]) -> dict[str, Any]:
    return {**rule, "required": True}


def _shown(*names: str, rule: dict[str, Any]) -> Schema:
    return {name: {**rule, **SET_BY_SERVER} for name in names}


NAME = {"type": "string", "required": True, "empty": False}
ADDRESS: Schema = {"address_line_1": NAME, "zip_code": NAME, "city": NAME, "country": {**TEXT}}
CUSTOMER: Schema = {
    "name": NAME,
    "id_number": NAME,
    "is_person": FLAG,
    "is_company": FLAG,
    "is_foreign": FLAG,
    "customer_number": TEXT,
    "address": _object(ADDRESS, required=True),
    "mobile_number": TEXT,
    "email": TEXT,
}
LINE: Schema = {
    "article_description": NAME,
    "article_number": TEXT,
    "unit_price": MONEY,
    "number_of_units": {"type": "number", "check_with": "finite"},
    "total_price_excluding_vat": MONEY,
    "unit_vat_percent": {"type": "string", "required": True, "check_with": "vat_percent"},
}
REGISTRATION: Schema = {
    "account": _required(ACCOUNT),
    "creditor": {**CREDITOR, "check_with": "active_creditor"},
    "invoice_number": {**NAME, "check_with": "invoice_number"},
    "invoice_type": {"type": "string", "required": True, "allowed": ["invoice"]},
    "invoice_date": _required(DATE),
    "invoice_due_date": {**_required(DATE), "check_with": "due_date"},
    "invoice_delivery_date": DATE,
    "currency": SWEDISH_KRONOR,
    "invoice_headline": TEXT,
    "invoice_body_text": TEXT,
    "reference_number": TEXT,
    "payout_reference": TEXT,
    "your_contact": TEXT,
    "your_reference": TEXT,
    "our_reference": TEXT,
    "debt_description": TEXT,
    "customer": _object(CUSTOMER, required=True, check_with="customer_type"),
    "matrix": {"type": "list", "required": True, "minlength": 1, "schema": _object(LINE, check_with="line")},
    **_shown("_invoice", "_case", "_ocr_number", rule=ID),
    **_shown("ocr_number_ocr", rule=TEXT),
}
ACTION: Schema = {
    "creditor": CREDITOR,
    "case": {**ID, "excludes": "invoice_number", "required": True},
    "invoice_number": {**TEXT, "excludes": "case", "required": True},
    "origin": FROM_CREDITOR_SYSTEM,
    **_shown("file_import_report", rule=ID),
    **_shown("status", "status_reason_locale", "case_invoice_number", "case_reference_number", rule=TEXT),
}
CREDITING: Schema = {
    "account": {**ACCOUNT},
    **ACTION,
    "currency": SWEDISH_KRONOR,
    "amount": {**MONEY, "check_with": "positive_money"},
    "credit_invoice": TEXT,
    "client_registration_date": DATE,
    "creditor_reference": TEXT,
    **_shown("_crediting_status", "_payment_status", rule=TEXT),
    **_shown("settled_amount", rule=NUMBER),
}
PAYMENT: Schema = {
    "account": {**ACCOUNT},
    **ACTION,
    "currency": SWEDISH_KRONOR,
    "amount": {**MONEY, "check_with": "positive_money"},
    "bank_transaction_date": _required(DATE),
    "client_registration_date": DATE,
    "creditor_payment_reference": TEXT,
    **_shown("_payment_status", rule=TEXT),
    **_shown("settled_amount", rule=NUMBER),
}
CANCELLATION: Schema = {
    **_shown("account", rule=ID),
    **ACTION,
    **_shown("_cancellation_status", rule=TEXT),
}

AMOUNTS = [
    f"{scope}_{kind}_{part}_amount"
    for scope in ("local", "total")
    for kind in ("added", "remaining")
    for part in ("capital", "costs", "interest", "transaction")
]
CASE: Schema = {
    **_shown("invoice", "account", "agreement_version", "creditor", "customer", "invoice_registration", rule=ID),
    **_shown("case_settings", "debt", rule={"type": "dict"}),
    **_shown("creditor_name", "currency", "customer_id_number", "customer_name", "customer_number", rule=TEXT),
    **_shown("customer_status", "state", "status", "reference_number", rule=TEXT),
    **_shown("latest_state_date", rule=DATE),
    **_shown("closed", rule={}),  # its shape is unknown; see the assumption `closed_shape`
    **_shown("state_history", "status_history", "transactions", rule={"type": "list"}),
    **_shown(*AMOUNTS, rule=NUMBER),
}
INVOICE: Schema = {
    **{name: rule for name, rule in REGISTRATION.items() if name not in ("customer", "account", "creditor")},
    **_shown("account", "creditor", "customer", "ocr_number", "case", "agreement_version", rule=ID),
    **_shown("invoice_registration", rule=ID),
    **_shown("creditor_name", "customer_name", "customer_id_number", "customer_status", rule=TEXT),
    **_shown("case_state", "case_status", "letter_template", rule=TEXT),
    **_shown(*(f"case_{name}" for name in AMOUNTS if name.startswith("total")), rule=NUMBER),
    **_shown("increment_invoice_number", rule=FLAG),
    **_shown("total_amount_including_vat", "total_amount_excluding_vat", "total_vat", "amount_rounding", rule=NUMBER),
    **_shown("total_vat_25_percent", "total_vat_12_percent", "total_vat_6_percent", rule=NUMBER),
}
ACCOUNTS: Schema = {"name": TEXT, "description": TEXT, "organization_no": TEXT}
CREDITORS: Schema = {
    "account": {**ACCOUNT, "required": True},
    "name": NAME,
    "organization_no": TEXT,
    "is_active": FLAG,
    "standard_debt_description": TEXT,
    "description": TEXT,
    **_shown("creditor_number", rule={"type": "integer"}),
    **_shown("agreement_version", rule=ID),
}


def _resource(url: str, source: str, schema: Schema, *methods: str, **rules: Any) -> dict[str, Any]:
    return {
        "url": url,
        "datasource": {"source": source},
        "schema": schema,
        "resource_methods": list(methods),
        "item_methods": ["GET"],
        **rules,
    }


# The guide's spelling of the three paths, beside the one of the endpoint reference.
GUIDE_PATHS = {
    "invoice-registration": "invoice--registrations",
    "creditor-crediting": "creditor--creditings",
    "creditor-cancellation": "creditor--cancellations",
}
_WRITABLE = {
    "invoice--registrations": REGISTRATION,
    "creditor--creditings": CREDITING,
    "creditor--cancellations": CANCELLATION,
    "creditor--payments": PAYMENT,
}


def domain() -> dict[str, dict[str, Any]]:
    """Return Eve's DOMAIN: every resource under every spelling of its path."""
    resources = {name: _resource(name, name, schema, "GET", "POST") for name, schema in _WRITABLE.items()}
    for guide, reference in GUIDE_PATHS.items():
        resources[guide] = _resource(guide, reference, _WRITABLE[reference], "GET", "POST")
    resources |= {
        "cases": _resource("cases", "cases", CASE, "GET"),
        "invoices": _resource("invoices", "invoices", INVOICE, "GET"),
        "customers": _resource("customers", "customers", {**CUSTOMER, "account": ID, "is_active": FLAG}, "GET"),
        "accounts": _resource("accounts", "accounts", ACCOUNTS, "GET", auth_field=None),
        "creditors": _resource("creditors", "creditors", CREDITORS, "GET"),
    }
    return resources
