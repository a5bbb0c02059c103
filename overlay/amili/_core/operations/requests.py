"""The operations as `Request` values, built on the request functions of the generated client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlencode

from amili_api.api.cases import list_cases
from amili_api.models.case_page import CasePage

from amili._core.engine import Request
from amili._errors import InvalidInputError
from amili._query import Condition, canonical_json, where_text

if TYPE_CHECKING:
    import datetime
    from decimal import Decimal

    from amili_api.models.creditor_cancellation import CreditorCancellation
    from amili_api.models.creditor_crediting import CreditorCrediting
    from amili_api.models.invoice_registration import InvoiceRegistration
    from amili_api.models.partial_case_page import PartialCasePage
    from amili_api.request_types import InvoiceRegistrationDict

    _Scalar: TypeAlias = str | Decimal | int | datetime.date | None
    Invoice: TypeAlias = InvoiceRegistration | InvoiceRegistrationDict | Mapping[str, "Unchecked | _Scalar"]

RecordList = Literal["list_registrations", "list_creditings", "list_cancellations"]

MAX_PAGE = 100  # the vendor's maximum of max_results
_LONGEST_QUERY = 60_400  # characters; httpx does not send a URL of more than 65,536
_LONGEST_CHARACTER = 12  # of a query, in percent-encoded UTF-8


class Unchecked:
    """Stands for `Any` among the values of a dict: a type checker accepts a `dict[str, Any]`, also with scalars added to it.

    `Mapping[str, Any]` would accept every dict, and so a wrong key; a dict with another dict or a list must be a TypedDict.
    """


def registration_request(invoice: InvoiceRegistration | Mapping[str, Any]) -> tuple[Request, InvoiceRegistration]:
    """Build the registration of an invoice; raises InvalidInputError naming every property that is missing or wrong."""
    from amili_api.api.invoices import register_invoice

    from amili._core.operations.invoice_check import check_invoice
    from amili._core.operations.receipts import InvoiceRegistrationReceipt

    invoice = check_invoice(invoice)
    return _request("register_invoice", register_invoice._get_kwargs(body=invoice), InvoiceRegistrationReceipt.from_dict), invoice


def crediting_request(crediting: CreditorCrediting) -> Request:
    """Build a crediting."""
    from amili_api.api.actions import credit_case

    from amili._core.operations.receipts import CreditorCreditingReceipt

    return _request("credit_case", credit_case._get_kwargs(body=crediting), CreditorCreditingReceipt.from_dict)


def cancellation_request(cancellation: CreditorCancellation) -> Request:
    """Build a cancellation."""
    from amili_api.api.actions import cancel_case

    from amili._core.operations.receipts import CreditorCancellationReceipt

    return _request("cancel_case", cancel_case._get_kwargs(body=cancellation), CreditorCancellationReceipt.from_dict)


def list_request(
    where: Condition | Mapping[str, Any] | None = None,
    *,
    sort: str | None = None,
    projection: Mapping[str, Any] | None = None,
    page: int | None = None,
    page_size: int | None = None,
) -> Request:
    """Build the request for one page of cases; with a projection its model is a PartialCasePage."""
    shown = None if projection is None else canonical_json(projection)
    arguments = {"where": where_text(where), "sort": sort, "projection": shown}
    kwargs = list_cases._get_kwargs(**arguments, page=page, max_results=page_size)
    return check_length(_request("list_cases", kwargs, CasePage.from_dict if projection is None else _partial_reader()))


def records_request(operation: RecordList, where: Condition | None, *, sort: str, page: int, page_size: int) -> Request:
    """Build the request for one page of registrations, creditings or cancellations as they are stored."""
    tag = "invoices" if operation == "list_registrations" else "actions"
    endpoint: Any = import_module(f"amili_api.api.{tag}.{operation}")
    kwargs = endpoint._get_kwargs(where=where_text(where), sort=sort, page=page, max_results=page_size)
    return check_length(_request(operation, kwargs, endpoint._READERS["200"]))


def _partial_reader() -> Callable[[dict[str, Any]], PartialCasePage]:
    from amili_api.models.partial_case_page import PartialCasePage

    return PartialCasePage.from_dict


def check_length(request: Request, spare: int = 0) -> Request:
    """Return the request; raises InvalidInputError if its query is longer than the longest query minus `spare` characters."""
    most = _LONGEST_QUERY - spare
    if sum(len(str(value)) for value in request.params.values()) * _LONGEST_CHARACTER > most:
        length = len(urlencode(request.params))
        if length > most:
            message = f"the query has {length} characters, but a URL has room for {most}"
            raise InvalidInputError(f"{message}; split the list of values into several queries")
    return request


def _request(operation: str, kwargs: dict[str, Any], parse: Any) -> Request:
    body = kwargs.get("json")
    if body is not None:
        canonical_json(body)  # raises here, before anything is sent, if the body can't be encoded
    return Request(operation, kwargs["method"], kwargs["url"], parse, kwargs.get("params", {}), body)
