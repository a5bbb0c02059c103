"""Pages of cases in the vendor's form, the same in every run; all persons and numbers are invented."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

_STATES = ("initializing", "invoice", "reminder", "debt_collection")
_STATUSES = ("initializing", "initialized", "invoice", "debt_collection_active")
_CREDITORS = [(f"674dbeb208847b9501cc91{number:02x}", f"Exempelbolaget {number} AB") for number in range(5)]
_START = datetime(2025, 1, 1, tzinfo=UTC)
_AMOUNTS = ("capital", "costs", "interest", "transaction")


def case(number: int) -> dict[str, Any]:
    """Return case `number`: every amount, two or more dates that differ from case to case, and a history."""
    chance = random.Random(number)  # noqa: S311 - test data
    created = _START + timedelta(seconds=number * 97 + chance.randrange(90))
    changes = [created + timedelta(days=14 * step, seconds=chance.randrange(3600)) for step in range(1 + number % 3)]
    capital, creditor = chance.randrange(10_000, 900_000) / 100, _CREDITORS[number % len(_CREDITORS)]
    amounts = {"capital": capital, "costs": number % 3 * 60, "interest": round(capital * 0.0117 * (number % 2), 2)}
    amounts["transaction"] = round(sum(amounts.values()), 2)
    invoice = f"68e4c40d7fcb697a{number:08x}"
    return {
        "_id": f"68e4c40d93ee1472{number:08x}",
        "_created": _http_date(created),
        "_etag": f"{chance.getrandbits(128):032x}",
        "_updated": _http_date(changes[-1]),
        "account": "674dbeaf08847b9501cc9132",
        "agreement_version": "6790c2ec38ebf4814061f0b5",
        "case_settings": {"interest_rate": {"reference_rate": True}},
        "creditor": creditor[0],
        "creditor_name": creditor[1],
        "currency": "SEK",
        "customer": f"68678ed98d8dc95e{number:08x}",
        "customer_id_number": f"{556000 + number % 1000:06}-{number % 10_000:04}",
        "customer_name": f"Exempel Exempelsson {number}",
        "customer_number": str(10_000 + number),
        "customer_status": "initialized",
        "debt": _debt(number, created, capital),
        "invoice": invoice,
        "invoice_registration": invoice,
        "latest_state_date": _http_date(changes[-1]),
        **{f"local_added_{kind}_amount": amounts[kind] for kind in _AMOUNTS},
        **{f"local_remaining_{kind}_amount": amounts[kind] for kind in _AMOUNTS},
        "reference_number": str(40_000 + number),
        "state": _STATES[number % 4],
        "state_history": [{"state": _STATES[step], "state_date": _http_date(at)} for step, at in enumerate(changes)],
        "status": _STATUSES[number % 4],
        "status_history": [{"status": _STATUSES[step], "status_date": _http_date(at)} for step, at in enumerate(changes)],
        **{f"total_added_{kind}_amount": amounts[kind] for kind in _AMOUNTS},
        **{f"total_remaining_{kind}_amount": amounts[kind] for kind in _AMOUNTS},
        "transactions": [_transaction(created, capital)],
    }


def _debt(number: int, created: datetime, capital: float) -> dict[str, Any]:
    return {
        "invoice_number": f"INV-2025-{number:06}",
        "invoice_date": _http_date(created.replace(hour=0, minute=0, second=0)),
        "invoice_due_days_after_invoice_date": 30,
        "interest_days_after_invoice_date": 30,
        "initial_capital": capital,
        "capital_to_claim": capital,
        "debt_description": "Konsulttjänster enligt avtal",
        "payout_reference": f"INV-2025-{number:06}",
    }


def _transaction(created: datetime, capital: float) -> dict[str, Any]:
    return {
        "bank_transaction_date": _http_date(created.replace(hour=0, minute=0, second=0)),
        "registration_date": _http_date(created),
        "origin": "creditor_system",
        "type": "capital",
        "description_locale_tag": "api.transaction.case_registration",
        "amount": capital,
    }


def invoice(number: int = 0, lines: int = 1) -> dict[str, Any]:
    """Return invoice `number` as it is registered."""
    line = {
        "article_description": "Konsulttjänster",
        "unit_price": 500,
        "total_price_excluding_vat": 500,
        "unit_vat_percent": "0%",
    }
    return {
        "account": "674dbeaf08847b9501cc9132",
        "creditor": _CREDITORS[0][0],
        "invoice_number": f"INV-2025-{number:06}",
        "invoice_date": "Tue, 07 Oct 2025 00:00:00 GMT",
        "invoice_due_date": "Fri, 17 Oct 2025 00:00:00 GMT",
        "invoice_type": "invoice",
        "currency": "SEK",
        "customer": {
            "name": f"Exempel Exempelsson {number}",
            "id_number": f"{556000 + number % 1000:06}-{number % 10_000:04}",
            "is_person": False,
            "address": {"address_line_1": "Exempelgatan 1", "zip_code": "12345", "city": "Exempelstad"},
        },
        "matrix": [line] * lines,
    }


def receipt() -> bytes:
    """Return the bytes of the response to a registration."""
    created = _http_date(_START)
    document = {
        "_id": "68e4c40d7fcb697a00000000",
        "_created": created,
        "_updated": created,
        "_etag": "8bfdf8614dc48aa763568c6e6a914e3f0503e18e",
        "_status": "OK",
        "_invoice": "68e4c40d7fcb697a00000000",
        "_case": "68e4c40d93ee147200000000",
        "_ocr_number": "68e4c40e7fcb697a00000001",
        "ocr_number_ocr": "20252806663259506081",
    }
    return json.dumps(document, separators=(",", ":")).encode()


def page(number: int = 1, size: int = 100, total: int = 100_000) -> bytes:
    """Return the bytes of one page; no two pages hold the same case."""
    first = (number - 1) * size
    items = [case(first + place) for place in range(min(size, max(0, total - first)))]
    meta = {"page": number, "max_results": size, "total": total}
    return json.dumps({"_items": items, "_meta": meta}, ensure_ascii=False, separators=(",", ":")).encode()


def pages(count: int, size: int = 100, change: Callable[[bytes], bytes] = bytes) -> Iterator[bytes]:
    """Cycle through `count` pages, so that a cache sees new dates and amounts as in real use."""
    made = [change(page(number, size)) for number in range(1, count + 1)]
    while True:
        yield from made


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
