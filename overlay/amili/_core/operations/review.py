"""Reviews an invoice before it is sent: what `register()` refuses, and what only looks wrong. No text quotes a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, TypeVar

from amili_api.codec import parse_day
from amili_api.contract.requests import REQUESTS

from amili._core.operations.identity_number import identity_number_problem
from amili._core.operations.invoice_check import to_plain
from amili._core.operations.money import EXACT_CONTEXT
from amili._core.operations.requests import registration_request
from amili._core.operations.undocumented import name_problem
from amili._core.operations.vat import SWEDISH_RATES, vat_percent
from amili._core.schema import UNDOCUMENTED_PROPERTY, Comparison
from amili._errors import InvalidInputError
from amili._query import exact_amount

if TYPE_CHECKING:
    from amili._core.operations.requests import Invoice

T = TypeVar("T")
_KINDS = ("is_person", "is_company", "is_foreign")
_ORE, _RATES = Decimal("0.01"), {Decimal(rate.removesuffix("%")) for rate in SWEDISH_RATES}


@dataclass(frozen=True)
class InvoiceProblem:
    """A problem of an invoice: the dotted `path` of a property, such as `matrix.0.unit_price`, and a `text` that quotes no value.

    If it is `refused`, `register()` raises InvalidInputError for it; else it is a warning, and the invoice can be sent. The path
    is empty if the whole document is meant.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    path: str
    text: str
    refused: bool

    def __str__(self) -> str:
        return f"{self.path or 'invoice'}: {self.text}"


def check(invoice: Invoice) -> list[InvoiceProblem]:
    """Return the problems of an invoice, an InvoiceRegistration or a dict, without sending anything; those `refused` come first.

    Warnings are: a property that the contract does not list; a row whose total is not its price times its units; a VAT rate that
    Sweden does not have; a due date before the invoice date; a Swedish identity number with a wrong form or check digit; a person
    with an organisation number; a debtor who is not exactly one of person, company and foreign.
    """
    document = to_plain(invoice)
    warnings = dict(_warnings(document)) if isinstance(document, dict) else {}
    refused = {path: text for path, text in _refusals(invoice).items() if text != warnings.get(path)}
    found = [InvoiceProblem(path, text, refused=True) for path, text in refused.items()]
    return found + [InvoiceProblem(path, text, refused=False) for path, text in warnings.items() if path not in refused]


def _refusals(invoice: Invoice) -> Mapping[str, str]:
    try:
        registration_request(invoice)
    except InvalidInputError as problem:
        return problem.issues or {"": str(problem)}
    return {}


def _warnings(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each warning; values that can't be read are left to `register()`."""
    schema = REQUESTS["register_invoice"]
    for path, problem in Comparison({}).differences(schema, document):
        if problem == UNDOCUMENTED_PROPERTY:
            yield ".".join(map(str, path)), name_problem(path, schema)
    first, last = (_read(parse_day, document.get(name)) for name in ("invoice_date", "invoice_due_date"))
    if first and last and last < first:
        yield "invoice_due_date", "it is before invoice_date"
    customer, lines = document.get("customer"), document.get("matrix")
    if isinstance(customer, dict):
        yield from _of_customer(customer)
    for position, line in enumerate(lines if isinstance(lines, list) else ()):
        if isinstance(line, dict):
            yield from ((f"matrix.{position}.{name}", text) for name, text in _of_line(line))


def _of_customer(customer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kinds = [kind for kind in _KINDS if customer.get(kind) is True]
    if len(kinds) != 1:
        yield "customer", f"exactly one of {', '.join(_KINDS)} must be True"
    number = customer.get("id_number")
    if isinstance(number, str) and "is_foreign" not in kinds:
        problem = identity_number_problem(number, is_person=kinds == ["is_person"])
        if problem:
            yield "customer.id_number", problem


def _of_line(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    rate = _read(_rate, line.get("unit_vat_percent"))
    if rate is not None and rate not in _RATES:
        yield "unit_vat_percent", f"Sweden has only {', '.join(SWEDISH_RATES)}"
    units = line.get("number_of_units")
    values = (line.get("unit_price"), 1 if units is None else units, line.get("total_price_excluding_vat"))
    price, count, total = (_read(exact_amount, value) for value in values)
    if price is None or count is None or total is None:
        return
    with localcontext(EXACT_CONTEXT):
        product = price * count
        differs, with_vat = abs(product - total) >= _ORE, product * (100 + (rate or 0)) / 100
        has_vat = abs(with_vat - total) < _ORE
    if differs:
        other = "unit_price times number_of_units" if units is not None else "unit_price: without number_of_units it is one unit"
        yield "total_price_excluding_vat", "it includes VAT" if has_vat else f"it is not {other}"


def _read(read: Callable[[Any], T], value: Any) -> T | None:
    """Return what `read` makes of a value, or None if it can't read it."""
    try:
        return read(value)
    except (ValueError, TypeError):
        return None


def _rate(value: Any) -> Decimal:
    return Decimal(vat_percent(value).removesuffix("%"))
