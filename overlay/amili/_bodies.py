"""The types in the bodies of requests. Made by scripts/regenerate from openapi/amili.yaml; do not edit.

A type that ends in a question mark may be left out; `money` is in whole öre; `=SEK` is that very text.
"""

from typing import Any

BODIES: dict[str, dict[str, Any]] = {
    "register_invoice": {
        "account": "text",
        "creditor": "text",
        "invoice_number": "text",
        "invoice_type": "text",
        "invoice_date": "date",
        "invoice_due_date": "date",
        "invoice_delivery_date": "date?",
        "currency": "=SEK",
        "invoice_headline": "text?",
        "invoice_body_text": "text?",
        "reference_number": "text?",
        "payout_reference": "text?",
        "your_contact": "text?",
        "your_reference": "text?",
        "our_reference": "text?",
        "debt_description": "text?",
        "increment_invoice_number": "flag?",
        "letter_template": "text?",
        "customer": {
            "name": "text",
            "id_number": "text",
            "is_person": "flag?",
            "is_company": "flag?",
            "is_foreign": "flag?",
            "customer_number": "text?",
            "address": {"address_line_1": "text", "zip_code": "text", "city": "text", "country": "text?"},
            "mobile_number": "text?",
            "email": "text?",
        },
        "matrix": [
            {
                "article_description": "text",
                "article_number": "text?",
                "unit_price": "money",
                "number_of_units": "number?",
                "total_price_excluding_vat": "money",
                "unit_vat_percent": "text",
            }
        ],
    },
    "credit_case": {
        "account": "text?",
        "creditor": "text",
        "case": "text?",
        "invoice_number": "text?",
        "currency": "=SEK",
        "amount": "money",
        "credit_invoice": "text?",
        "client_registration_date": "date?",
        "creditor_reference": "text?",
        "file_import_report": "text?",
        "origin": "=creditor_system",
    },
    "cancel_case": {
        "creditor": "text",
        "case": "text?",
        "invoice_number": "text?",
        "file_import_report": "text?",
        "origin": "=creditor_system",
    },
}
