"""One sample of each document, which the tests of the client share; all persons and numbers are invented."""

from typing import Any

Json = dict[str, Any]

ACCOUNT, CREDITOR = "5f1a3c0b9d8e7f6a5b4c3d2e", "5f1a3c0b9d8e7f6a5b4c3d2f"
CASE, OTHER_CASE = "68e4c1ab0000000000000001", "68e4c1ab0000000000000002"
PERSONAL_NUMBER = "19900101-0017"  # synthetic, as all persons here
MOMENT = "Tue, 07 Oct 2025 07:41:01 GMT"


def invoice(number: str = "INV-2025-015", /, **changes: Any) -> Json:
    """An invoice as a dict."""
    document: Json = {
        "account": ACCOUNT,
        "creditor": CREDITOR,
        "invoice_number": number,
        "invoice_date": "2025-10-07T10:11:22Z",
        "invoice_due_date": "2025-10-17T00:00:00Z",
        "currency": "SEK",
        "invoice_type": "invoice",
        "customer": {
            "name": "Test Person",
            "id_number": PERSONAL_NUMBER,
            "is_person": True,
            "address": {"address_line_1": "Testgatan 1", "zip_code": "54321", "city": "Teststad"},
        },
        "matrix": [
            {
                "article_description": "Consulting hours",
                "unit_price": 500,
                "total_price_excluding_vat": 500,
                "unit_vat_percent": "0%",
            }
        ],
    }
    return document | changes


def case(identifier: str = CASE, /, **changes: Any) -> Json:
    """A case as the API writes it."""
    document: Json = {
        "_id": identifier,
        "_created": MOMENT,
        "_updated": MOMENT,
        "_etag": "0123456789abcdef0123456789abcdef",
        "agreement_version": CREDITOR,
        "case_settings": {"interest_rate": {"reference_rate": True}},
        "creditor": CREDITOR,
        "creditor_name": "Test Creditor",
        "currency": "SEK",
        "customer": ACCOUNT,
        "customer_id_number": PERSONAL_NUMBER,
        "customer_name": "Test Person",
        "customer_status": "active",
        "debt": {
            "capital_to_claim": 500.0,
            "initial_capital": 500.0,
            "invoice_date": MOMENT,
            "invoice_due_days_after_invoice_date": 10,
            "invoice_number": "INV-2025-015",
        },
        "latest_state_date": MOMENT,
        "state": "invoice",
        "state_history": [{"state": "invoice", "state_date": MOMENT}],
        "status": "active",
        "status_history": [{"status": "active", "status_date": MOMENT}],
        "total_remaining_capital_amount": 500.0,
    }
    return document | changes


def page(*cases: Json, total: int | None = None, number: int = 1, size: int = 100) -> Json:
    """A page of cases as the API writes it."""
    return {
        "_items": list(cases),
        "_meta": {"page": number, "max_results": size, "total": len(cases) if total is None else total},
    }
