"""Puts real ids into generated requests, so that a refusal is for the generated mistake and not for a made-up id."""

import json
import re
from collections.abc import Callable, Container
from typing import Any

import schemathesis

from contract_tests.fuzz.intended_error import mistaken
from contract_tests.model import invoice, line
from contract_tests.server import Account

_ID = re.compile("[0-9a-f]{24}")
# The framework reads "1" as a number, and 0 as no: of these only what can't be read counts as wrong.
_READ_AS_MEANT = {
    **dict.fromkeys(("amount", "unit_price", "number_of_units", "total_price_excluding_vat"), (str, bool)),
    "is_person": (str, int, float),
}
_MUCH = "9999999999999.99"  # kronor: more than all generated creditings together, and hard to keep to the öre
Register = Callable[[dict[str, Any]], str | None]  # registers a document and returns the id of its case


class RealIds:
    """One account and its creditor, and cases that take a crediting or a cancellation."""

    def __init__(self, own: Account, register: Register, known: Container[str]) -> None:
        self._own, self._register, self._known = own, register, known
        self._credited: str | None = None
        self._count = 0

    def fill(self, case: schemathesis.Case[Any]) -> None:
        """Replace made-up ids by real ones, unless they are wrong on purpose; what a link brought along stays."""
        where = case.query.get("where") if isinstance(case.query, dict) else None
        if isinstance(where, str) and is_id(where):  # set by a link, which can't write it as JSON
            case.query["where"] = json.dumps({"_id": where})
        body = case.body
        if not isinstance(body, dict):
            return
        for name, value in (("account", self._own.account), ("creditor", self._own.creditor)):
            if is_id(body.get(name)):
                body[name] = value
        if is_id(body.get("case")) and body["case"] not in self._known:
            body["case"] = self._case(case) or body["case"]
        _sensible(body, (mistaken(case) or "").split("."))

    def _case(self, case: schemathesis.Case[Any]) -> str | None:
        if case.operation.definition.raw["operationId"] == "cancel_case":
            return self.new_case()
        self._credited = self._credited or self.new_case()
        return self._credited

    def new_case(self) -> str | None:
        """Register an invoice of much money and return the id of its case."""
        self._count += 1
        number = f"CT-fuzz-{self._count:03}"
        return self._register(invoice(number, self._own.account, self._own.creditor, [line(_MUCH)]))


def is_id(value: Any) -> bool:
    """Return whether a value looks like the id of a document."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _sensible(node: Any, wrong: list[str]) -> None:
    """Make every number in a body whole öre above zero and not beyond the case, and no text empty: the contract names no bounds.

    What is wrong on purpose stays so; `wrong` is the path to it, without positions.
    """
    if isinstance(node, list):
        for item in node:
            _sensible(item, wrong)
    for key, value in node.items() if isinstance(node, dict) else ():
        mine = wrong[:1] == [key]
        if mine and len(wrong) == 1:
            if key in _READ_AS_MEANT and isinstance(value, _READ_AS_MEANT[key]):
                node[key] = "neither a number nor yes or no"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            node[key] = round(1 + abs(value) % 1000, 2)
        elif value == "":
            node[key] = "-"
        else:
            _sensible(value, wrong[1:] if mine else [])
