"""Rules that look beyond the field itself: who owns what, and what is sensible money."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from eve.io.mongo import Validator as EveValidator
from flask import current_app, g

from amili_sandbox.world import World

VAT_PERCENT = re.compile(r"(0|6|12|25)%")


def _world() -> World:
    world: World = current_app.config["WORLD"]
    return world


class Validator(EveValidator):
    """Eve's validator with the sandbox's own `check_with` rules."""

    def _check_with_own_account(self, field: str, value: Any) -> None:
        if value != g.get("auth_value"):
            self._error(field, "the account is not yours")

    def _check_with_account_of_action(self, field: str, value: Any) -> None:
        self._check_with_own_account(field, value)

    def _check_with_own_creditor(self, field: str, value: Any) -> Mapping[str, Any] | None:
        creditor = _world().database["creditors"].find_one({"_id": value, "account": g.get("auth_value")})
        if creditor is None:
            self._error(field, "there is no such creditor under your account")
        return creditor

    def _check_with_active_creditor(self, field: str, value: Any) -> None:
        creditor = self._check_with_own_creditor(field, value)
        if creditor is not None and not creditor["is_active"]:
            self._error(field, "the creditor is not active")

    def _check_with_invoice_number(self, field: str, value: str) -> None:
        pass

    def _check_with_customer_type(self, field: str, value: Mapping[str, Any]) -> None:
        if sum(bool(value.get(name)) for name in ("is_person", "is_company", "is_foreign")) > 1:
            self._error(field, "only one of is_person, is_company and is_foreign may be true")

    def _check_with_money(self, field: str, value: float) -> None:
        if not isfinite(value):
            self._error(field, "must be a finite number")

    def _check_with_positive_money(self, field: str, value: float) -> None:
        self._check_with_money(field, value)
        if value <= 0:
            self._error(field, "must be above zero")

    def _check_with_vat_percent(self, field: str, value: str) -> None:
        if not VAT_PERCENT.fullmatch(value):
            self._error(field, f"unallowed value {value}")
