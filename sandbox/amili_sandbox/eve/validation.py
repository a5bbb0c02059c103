"""Rules that need more than the field itself: ownership, amounts, and what is assumed."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, ClassVar

from cerberus.errors import ErrorList
from cerberus.schema import DefinitionSchema
from eve.io.mongo import Validator as EveValidator
from eve.validation import SingleErrorAsStringErrorHandler
from flask import current_app, g

from amili_sandbox.domain import is_taken, round_to_ore, to_decimal
from amili_sandbox.state import State

ANY_PERCENT = re.compile(r"\d{1,2}(\.\d{1,2})?%")
SWEDISH_PERCENT = re.compile(r"(0|6|12|25)%")
TOO_MUCH = 10**15  # from here on a JSON number does not hold every öre
CUSTOMER_TYPES = ("is_person", "is_company", "is_foreign")


def _state() -> State:
    state: State = current_app.config["STATE"]
    return state


def _assumed(name: str) -> str:
    return _state().assumptions[name]


class CheckedSchema(DefinitionSchema):
    """A schema that Cerberus has found correct once.

    Eve makes a validator for each request, and Cerberus checks its schema again each time, which takes as long as the rest
    of a registration.
    """

    def copy(self) -> Any:
        """Return the schema as a plain dictionary, which is not checked when it is changed."""
        return dict(self.schema)


class Report(SingleErrorAsStringErrorHandler):
    """Eve's report of errors by field; Cerberus copies everything reported so far for each error, this does not."""

    def _insert_error(self, path: tuple[Any, ...], node: Any) -> None:
        tree = self.tree
        for name in path[:-1]:
            tree = tree.setdefault(name, [{}])[-1]
        tree.setdefault(path[-1], [{}]).insert(-1, node)  # messages, then what lies below


class Validator(EveValidator):
    """Eve's validator with the sandbox's own `check_with` rules."""

    known_schemas: ClassVar[dict[str, CheckedSchema]] = {}

    def __init__(self, schema: Any = None, **config: Any) -> None:
        resource = "" if config.get("is_child") else config.get("resource", "")
        super().__init__(self.known_schemas.get(resource, schema), **config)
        self.error_handler = Report()
        if resource and resource not in self.known_schemas:
            self.known_schemas[resource] = CheckedSchema(self, schema)

    def _error(self, *args: Any) -> None:
        """Add errors, as Cerberus does, which sorts all of them again each time and keeps a second tree that nobody reads."""
        if len(args) != 1:
            for children in args[2:]:
                if isinstance(children, ErrorList):
                    children.sort()
            super()._error(*args)  # makes a single error of them
            return
        self._errors.extend(args[0])
        for error in args[0]:
            self.document_error_tree.add(error)

    @property
    def errors(self) -> Any:
        """The report of the last validation."""
        self._errors.sort()
        return super().errors

    def _validate_check_with(self, checks: Any, field: str, value: Any) -> None:
        if value is not None:  # Cerberus has refused null already, and calls the checks nonetheless
            super()._validate_check_with(checks, field, value)

    _validate_check_with.__doc__ = EveValidator._validate_check_with.__doc__  # Cerberus reads the rule's own schema there

    def _check_with_own_account(self, field: str, value: Any) -> None:
        if value != g.get("auth_value"):
            self._error(field, "the account is not yours")

    def _check_with_own_creditor(self, field: str, value: Any) -> Mapping[str, Any] | None:
        creditor = _state().database["creditors"].find_one({"_id": value, "account": g.get("auth_value")})
        if creditor is None:
            self._error(field, "there is no such creditor under your account")
        return creditor

    def _check_with_active_creditor(self, field: str, value: Any) -> None:
        creditor = self._check_with_own_creditor(field, value)
        if creditor is not None and not creditor["is_active"]:
            self._error(field, "the creditor is not active")

    def _check_with_invoice_number(self, field: str, value: str) -> None:
        longest = int(_state().assumptions.number("invoice_number_length"))
        if len(value) > longest:
            self._error(field, f"max length is {longest}")
        if is_taken(_state(), value, self.document.get("creditor")):
            self._error(field, f"value '{value}' is not unique")

    def _check_with_due_date(self, field: str, value: Any) -> None:
        day = self.document.get("invoice_date")
        if _assumed("due_dates") == "after_invoice_date" and type(day) is type(value) and value < day:
            self._error(field, "is before the invoice date")

    def _check_with_customer_type(self, field: str, value: Mapping[str, Any]) -> None:
        chosen = sum(value.get(name) is True for name in CUSTOMER_TYPES)
        if chosen > 1 or (chosen == 0 and _assumed("customer_type") == "exactly_one"):
            self._error(field, "exactly one of is_person, is_company and is_foreign must be true")

    def _check_with_line(self, field: str, value: Mapping[str, Any]) -> None:
        numbers = [value.get("unit_price"), value.get("number_of_units", 1), value.get("total_price_excluding_vat")]
        if _assumed("line_totals") == "checked" and all(isinstance(number, int | float) for number in numbers):
            price, units, total = (to_decimal(number) for number in numbers)
            if round_to_ore(price * units) != round_to_ore(total):
                self._error(field, "total_price_excluding_vat is not unit_price times number_of_units")

    def _check_with_finite(self, field: str, value: float) -> None:
        # Eve lets NaN and Infinity in; there is no arithmetic with them, so the domain cannot.
        if not isfinite(value):
            self._error(field, "must be a finite number")
        elif not -TOO_MUCH < value < TOO_MUCH:
            self._error(field, f"must be below {TOO_MUCH}")

    def _check_with_positive_money(self, field: str, value: float) -> None:
        if not isfinite(value) or value >= TOO_MUCH:
            self._check_with_finite(field, value)
        elif value <= 0:
            self._error(field, "must be above zero")
        elif _assumed("amount_decimals") == "two" and to_decimal(value) != round_to_ore(to_decimal(value)):
            self._error(field, "has more than two decimals")

    def _check_with_vat_percent(self, field: str, value: str) -> None:
        allowed = SWEDISH_PERCENT if _assumed("vat_rates") == "swedish" else ANY_PERCENT
        if not allowed.fullmatch(value):
            self._error(field, f"unallowed value {value}")
