"""The documents that a tour sends, with what a server has shown that it wants besides what the guide has."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from contract_tests.model import ModelCase, invoice
from contract_tests.server import Account

_WANTED = {"a country": r"customer\.address\.country", "a number of units": r"matrix\.\d+\.number_of_units"}


class Documents:
    """Makes registrations, creditings and cancellations of one run; registrations have the numbers of the run."""

    def __init__(self, run: str, own: Account) -> None:
        self.run, self._own = run, own
        self._wanted: set[str] = set()  # among _WANTED
        self._account_is_refused = False  # of an action
        self._count = 0

    @property
    def ours(self) -> str:
        """How every invoice number of this run begins."""
        return f"CT-{self.run}-"

    def number(self) -> str:
        """Return an invoice number that was never used."""
        self._count += 1
        return f"{self.ours}{self._count:03}"

    def invoice(self, lines: Iterable[Mapping[str, Any]] = (), **changes: Any) -> dict[str, Any]:
        """Return a registration with a new number."""
        number = changes.pop("invoice_number") if "invoice_number" in changes else self.number()
        document = invoice(str(number), self._own.account, self._own.creditor, lines)
        return {**self.completed(document), "invoice_number": number, **changes}

    def learn(self, named: Collection[str]) -> bool:
        """Take up what the refusal of a registration names, if newer pages of the vendor have that and the guide has not."""
        wanted = {what for what, names in _WANTED.items() if any(re.fullmatch(names, name) for name in named)}
        if self._wanted >= wanted or not all(re.fullmatch("|".join(_WANTED.values()), name) for name in named):
            return False
        self._wanted |= wanted
        return True

    def learn_of_action(self, named: Collection[str]) -> bool:
        """Take up that an action is refused for its account alone, which is in the guide and read-only by newer pages."""
        learned = {*named} == {"account"} and not self._account_is_refused
        self._account_is_refused = self._account_is_refused or learned
        return learned

    def accepted(self, action: Mapping[str, Any]) -> dict[str, Any]:
        """Return an action without its account, if the server refuses that."""
        return {name: value for name, value in action.items() if name != "account" or not self._account_is_refused}

    def is_wanted(self, name: str) -> bool:
        """Return whether a property is one that the server has shown that it wants."""
        return any(re.fullmatch(_WANTED[what], name) for what in self._wanted)

    def completed(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a registration with all that the server wants."""
        customer, lines = document["customer"], document["matrix"]
        if "a country" in self._wanted:
            customer = {**customer, "address": {"country": "SE", **customer["address"]}}
        if "a number of units" in self._wanted:
            lines = [{"number_of_units": 1, **line} for line in lines]
        return {**document, "customer": customer, "matrix": lines}

    def crediting(self, of: ModelCase, amount_: Any, /, **changes: Any) -> dict[str, Any]:
        """Return a crediting; a value of None leaves a property out."""
        body = {"creditor": of.registration["creditor"], "case": of.id, "currency": "SEK", "amount": amount_}
        return _without_none({**body, "origin": "creditor_system", **changes})

    def cancellation(self, of: ModelCase, /, **changes: Any) -> dict[str, Any]:
        """Return a cancellation; a value of None leaves a property out."""
        body = {"creditor": of.registration["creditor"], "case": of.id, "origin": "creditor_system"}
        return _without_none({**body, **changes})


def _without_none(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
