"""Puts what exists into generated requests, so that a refusal is for the mistake that was made and not for a made-up id."""

import re
from typing import Any

import httpx
import schemathesis
from amili_sandbox.process import SandboxProcess
from schemathesis import GenerationMode

from contract_tests.exchange import from_httpx
from contract_tests.guide_documents import guide_documents

_ID = re.compile("[0-9a-f]{24}")


class Live:
    """The stand-in's account, its creditor, and cases that take a crediting or a cancellation."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self._http = httpx.Client(base_url=sandbox.base_url, headers={"X-API-Key": sandbox.token}, timeout=30)
        self._credited: str | None = None

    def fill(self, case: schemathesis.Case[Any]) -> None:
        """Replace the ids in a generated body by living ones, unless the body is wrong just there."""
        body = case.body
        if not isinstance(body, dict):
            return
        for name, value in (("account", self.sandbox.account), ("creditor", self.sandbox.creditor)):
            if _is_id(body.get(name)):
                body[name] = value
        if _is_id(body.get("case")):
            body["case"] = self._case(case)
        if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
            _sensible(body)

    def _case(self, case: schemathesis.Case[Any]) -> str:
        if case.operation.definition.raw["operationId"] == "cancel_case":
            return self._register()
        self._credited = self._credited or self._register()
        return self._credited

    def _register(self) -> str:
        document = guide_documents()["1-register.python.request.json"].content
        line = {
            "article_description": "Work",
            "unit_price": 9999999,
            "total_price_excluding_vat": 9999999,
            "unit_vat_percent": "0%",
        }
        body = {**document, "account": self.sandbox.account, "creditor": self.sandbox.creditor, "matrix": [line]}
        answer = self._http.post("/invoice-registration", json=body)
        assert answer.status_code == 201, from_httpx(answer).curl
        receipt: dict[str, Any] = answer.json()
        case: str = receipt["_case"]
        return case

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _sensible(node: Any) -> None:
    """Make every number in a valid body whole öre above zero and not beyond the case: the contract names no bounds."""
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, value in items:
        if isinstance(value, int | float) and not isinstance(value, bool):
            node[key] = round(1 + abs(value) % 1000, 2)
        else:
            _sensible(value)
