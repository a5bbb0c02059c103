"""Makes what a row asks for out of its properties, and collects what is wrong with it as path and text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from amili._core.operations import check, check_amount
from amili._errors import InvalidInputError
from amili.bulk.rows import CaseKey, CreditingItem

Found = tuple[str, str, bool]  # the path, the text, and whether it is refused

_LINE = "matrix."
_LOST_ZERO = "a leading zero may be lost: format the column as text, or declare pad = 10 in the map"


def invoice_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the invoice that the properties of its lines are about; lines that differ are found by `differences`."""
    document: dict[str, Any] = {}
    for values in lines:
        for path, value in values.items():
            if not path.startswith(_LINE):
                _put(document, path, value)
    matrix = [{path.removeprefix(_LINE): each for path, each in values.items() if path.startswith(_LINE)} for values in lines]
    return document | ({"matrix": matrix} if any(matrix) else {})


def invoice_problems(document: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what `amili.check` finds in an invoice; an identity number of nine or fewer digits is refused as well."""
    lost = _lost_zero(document)
    if lost:
        yield "customer.id_number", lost, True
    for problem in check(document):
        if not (lost and problem.path == "customer.id_number"):
            yield problem.path, problem.text, problem.refused


def differences(lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield the position of each line, and each property of the invoice in it, whose value is another than in a line above."""
    seen: dict[str, Any] = {}
    for position, values in enumerate(lines):
        for path, value in values.items():
            if not path.startswith(_LINE) and seen.setdefault(path, value) != value:
                yield position, path


def case_of(values: Mapping[str, Any]) -> CaseKey:
    """Return which case a row means: the identifier alone if there is one."""
    identifier = values.get("case")
    if identifier is not None:
        return CaseKey(id=identifier)
    return CaseKey(invoice_number=values.get("invoice_number"), creditor=values.get("creditor"))


def crediting_of(values: Mapping[str, Any]) -> CreditingItem:
    """Return the crediting that a row without problems asks for."""
    return CreditingItem(case_of(values), check_amount(values["amount"]), values.get("reference"))


def case_problems(values: Mapping[str, Any], *, has_amount: bool) -> Iterator[Found]:
    """Yield what is wrong with a row that means a case: none or two are named, or there is no amount above zero in öre."""
    if "case" in values and "invoice_number" in values:
        yield "case", "it has both an identifier and an invoice number: one of them must be empty", True
    elif "case" not in values and "invoice_number" not in values:
        yield "case", "no case is named: its identifier or the invoice number is missing", True
    elif "invoice_number" in values and "creditor" not in values:
        yield "creditor", "it is missing, and an invoice number alone names no case", True
    if has_amount:
        try:
            check_amount(values["amount"])
        except KeyError:
            yield "amount", "it is missing", True
        except InvalidInputError as problem:
            yield "amount", str(problem), True


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *above, name = path.split(".")
    for part in above:
        document = document.setdefault(part, {})
    document[name] = value


def _lost_zero(document: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a Swedish identity number that has too few digits."""
    customer = document.get("customer")
    if not isinstance(customer, Mapping) or customer.get("is_foreign") is True:
        return None
    number = customer.get("id_number")
    if not isinstance(number, str) or not re.fullmatch(r"\d{1,9}|\d{11}", number, re.ASCII):
        return None
    if len(number) == 11:
        return "it has 11 digits: a personal or organisation number has 10, or 12 with the century"
    return f"it has {len(number)} digit{'s' if len(number) > 1 else ''}: {_LOST_ZERO}"
