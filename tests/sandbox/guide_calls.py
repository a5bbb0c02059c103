"""The calls of the vendor's guide, for tests to make."""

import json
import ssl
from typing import Any

import httpx
from amili_sandbox.testing import SandboxProcess

Json = dict[str, Any]
# Never used, but without it each client loads all root certificates.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Api:
    """A client with the sandbox's token that uses the guide's paths."""

    def __init__(self, sandbox: SandboxProcess, token: str | None = None, creditor: str | None = None) -> None:
        self.sandbox = sandbox
        self.account = sandbox.account
        self.creditor = creditor or sandbox.creditor
        self.http = httpx.Client(base_url=sandbox.base_url, headers={"X-API-Key": token or sandbox.token}, timeout=30, verify=TLS)

    def invoice(self, **changes: Any) -> Json:
        """Return the guide's registration body exactly as printed, but for what a test changes."""
        body: Json = {
            "account": self.account,
            "creditor": self.creditor,
            "invoice_number": "INV-2025-015",
            "invoice_date": "2025-10-07T10:11:22.123456Z",
            "invoice_due_date": "2025-10-17T00:00:00Z",
            "currency": "SEK",
            "invoice_type": "invoice",
            "invoice_headline": "Consulting Services",
            "invoice_body_text": "Thank you for your business",
            "customer": {
                "name": "Jane Smith",
                "id_number": "556789-1234",
                "is_person": True,
                "address": {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg"},
                "mobile_number": "+46709876543",
                "email": "jane.smith@domain.se",
            },
            "matrix": [line()],
        }
        return body | changes

    def post_invoice(self, **changes: Any) -> httpx.Response:
        """Register the guide's invoice, or try to."""
        return self.http.post("/invoice-registration", json=self.invoice(**changes))

    def register(self, **changes: Any) -> Json:
        """Register the guide's invoice and return the receipt."""
        answer = self.post_invoice(**changes)
        assert answer.status_code == 201, answer.text
        receipt: Json = answer.json()
        return receipt

    def crediting(self, case: str, amount: float = 100.0, **changes: Any) -> Json:
        """Return the guide's crediting body."""
        body = {"account": self.account, "creditor": self.creditor, "case": case, "currency": "SEK"}
        return body | {"amount": amount, "origin": "creditor_system"} | changes

    def credit(self, case: str, amount: float = 100.0, **changes: Any) -> httpx.Response:
        """Credit a case."""
        return self.http.post("/creditor-crediting", json=self.crediting(case, amount, **changes))

    def cancellation(self, case: str, **changes: Any) -> Json:
        """Return the guide's cancellation body."""
        return {"creditor": self.creditor, "case": case, "origin": "creditor_system"} | changes

    def cancel(self, case: str, **changes: Any) -> httpx.Response:
        """Cancel a case."""
        return self.http.post("/creditor-cancellation", json=self.cancellation(case, **changes))

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Read, with structured query parameters as JSON."""
        as_text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
        return self.http.get(path, params=as_text)

    def second_creditor(self) -> str:
        """Return the id of the account's other creditor."""
        creditors = self.http.get("/creditors").json()["_items"]
        return next(str(item["_id"]) for item in creditors if "second" in item["name"])

    def case(self, case: str) -> Json:
        """Return one case."""
        answer = self.http.get(f"/cases/{case}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def cases(self, **query: Any) -> Json:
        """Return a page of cases."""
        answer = self.get("/cases", **query)
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        return page


def line(price: float = 500.0, vat: str = "0%", **changes: Any) -> Json:
    """Return an invoice line."""
    fixed = {"article_description": "Consulting hours", "unit_price": price, "total_price_excluding_vat": price}
    return fixed | {"unit_vat_percent": vat} | changes
