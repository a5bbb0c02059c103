"""Contract faults in properties that are unknown, missing or unreadable, at every depth of requests and responses.

The sentences they break, in the OpenAPI document: the properties that it describes and the `required` ones; HttpDate and
RequestDay.
"""

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

from amili_sandbox.eve import CANCELLATION, CREDITING, CUSTOMER, LINE
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.contract_fault import ContractFault, contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_json
from amili_sandbox.wrong_behaviour.values import is_date

Json = dict[str, Any]
ADDRESS = CUSTOMER["address"]["schema"]
SOME_DAY = "Tue, 07 Oct 2025 00:00:00 GMT"


def parts(document: Any, path: str) -> list[Json]:
    """Return the objects at a path, `*` for each item of a list."""
    found = [document]
    for step in filter(None, path.split("/")):
        lists = [each for each in found if isinstance(each, list)] if step == "*" else []
        found = [item for each in lists for item in each] or [
            each[step] for each in found if isinstance(each, dict) and step in each
        ]
    return [each for each in found if isinstance(each, dict)]


def _unknown_accepted(name: str, where: str, place: str, known: Json, first: int = 0) -> ContractFault:
    """Return the fault that drops what is unknown in one part of a request; `place` is a resource and a path in it."""
    resource, _, path = place.partition("/")

    def apply(exchange: InterceptedExchange) -> Reply:
        body = exchange.body()
        if not exchange.writes(resource) or not body:
            return exchange.proceed()
        for part in parts(body, path)[first:]:
            for unknown in part.keys() - known.keys():
                del part[unknown]
        return exchange.with_body(body).proceed()

    return ContractFault(name, "negative", f"Unknown properties of {where} are accepted and dropped.", apply)


UNKNOWN_ACCEPTED = (
    _unknown_accepted("unknown_in_customer_dropped", "a customer", "registration/customer", CUSTOMER),
    _unknown_accepted("unknown_in_address_dropped", "an address", "registration/customer/address", ADDRESS),
    _unknown_accepted("unknown_in_later_line_dropped", "the second line and those after it", "registration/matrix/*", LINE, 1),
    _unknown_accepted("unknown_in_crediting_dropped", "a crediting", "crediting/", CREDITING),
    _unknown_accepted("unknown_in_cancellation_dropped", "a cancellation", "cancellation/", CANCELLATION),
)


def _changed_request(name: str, description: str, resource: str, path: str, change: Callable[[Json], Any]) -> ContractFault:
    """Return the fault that reads one part of a request otherwise."""

    def apply(exchange: InterceptedExchange) -> Reply:
        body = exchange.body()
        if not exchange.writes(resource) or not body:
            return exchange.proceed()
        for part in parts(body, path):
            change(part)
        return exchange.with_body(body).proceed()

    return ContractFault(name, "negative", description, apply)


def _readable(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(parsedate_to_datetime(value)) and is_date(value)
    except ValueError:
        return False


def _rolled_over(part: Json) -> None:
    text = part.get("invoice_due_date")
    if isinstance(text, str) and is_date(text) and not _readable(text):
        part["invoice_due_date"] = SOME_DAY


def _dropped(*names: str) -> Callable[[Json], Any]:
    return lambda part: [part.pop(name) for name in names if name in part and not _readable(part[name]) and part[name] != ""]


REQUESTS = (
    _changed_request(
        "later_line_unchecked",
        "Lines without a description are accepted.",
        "registration",
        "matrix/*",
        lambda line: line.setdefault("article_description", "-"),
    ),
    _changed_request(
        "address_without_city_accepted",
        "Addresses without a city are accepted.",
        "registration",
        "customer/address",
        lambda address: address.setdefault("city", "-"),
    ),
    _changed_request(
        "null_left_out",
        "What is null in a customer is taken for left out.",
        "registration",
        "customer",
        lambda customer: [customer.pop(name) for name in ("email", "customer_number") if customer.get(name, 0) is None],
    ),
    _changed_request(
        "no_such_day_accepted", "A due date that no calendar has is taken for another day.", "registration", "", _rolled_over
    ),
    _changed_request(
        "delivery_date_unread",
        "An invoice delivery date that can't be read is dropped.",
        "registration",
        "",
        _dropped("invoice_delivery_date"),
    ),
    _changed_request(
        "client_date_unread",
        "A client registration date that is no day of a calendar is dropped.",
        "crediting",
        "",
        lambda part: is_date(part.get("client_registration_date")) and _dropped("client_registration_date")(part),
    ),
)


def _changed_response(name: str, description: str, what: str, path: str, change: Callable[[Json], Any]) -> ContractFault:
    """Return the fault that shows one part of what is read or refused otherwise: `what` is a resource, or `refusal`."""

    def apply(exchange: InterceptedExchange) -> Reply:
        reply = exchange.proceed()
        mine = reply.status == 422 if what == "refusal" else exchange.reads(what) and reply.status == 200

        def each(body: Any) -> None:
            documents = body["_items"] if "_items" in body and not path.startswith(("_", "/")) else [body]
            for document in documents:
                for part in parts(document, path):
                    change(part)

        return edit_json(reply, each) if mine else reply

    return ContractFault(name, "schema", description, apply)


def _shown(name: str, where: str, what: str, path: str) -> ContractFault:
    return _changed_response(name, f"{where} shows an internal property.", what, path, lambda part: part.update(internal_score=3))


RESPONSES = (
    _shown("leak_in_debt", "The debt of a case", "cases", "debt"),
    _shown("leak_in_transaction", "A transaction of a case", "cases", "transactions/*"),
    _shown("leak_in_history", "The history of a case", "cases", "status_history/*"),
    _shown("leak_in_page", "A page", "cases", "/"),
    _shown("leak_in_meta", "The `_meta` of a page", "cases", "_meta"),
    _shown("leak_in_refusal", "The `_error` of a refusal", "refusal", "_error"),
    _shown("leak_in_stored_customer", "The customer of a stored registration", "registration", "customer"),
    _shown("leak_in_stored_line", "A line of a stored registration", "registration", "matrix/*"),
    _changed_response(
        "due_days_left_out",
        "The debt of a case lacks the days until interest.",
        "cases",
        "debt",
        lambda debt: debt.pop("interest_days_after_invoice_date", None),
    ),
    _changed_response(
        "origin_left_out",
        "Transactions lack their origin.",
        "cases",
        "transactions/*",
        lambda entry: entry.pop("origin", None),
    ),
    _changed_response(
        "no_such_day_in_history",
        "The history of a case has a day that no calendar has.",
        "cases",
        "status_history/*",
        lambda entry: _respell(entry, "status_date", r"\d\d \w{3}", "31 Feb"),
    ),
    _changed_response(
        "short_year_in_transaction",
        "Transactions have years of two digits.",
        "cases",
        "transactions/*",
        lambda entry: _respell(entry, "registration_date", r" \d\d(\d\d) ", r" \1 "),
    ),
    _changed_response(
        "stored_due_date_iso",
        "The due date of a stored registration is ISO 8601.",
        "registration",
        "",
        lambda document: _respell(document, "invoice_due_date", ".*", lambda match: str(_iso(match[0]))),
    ),
)


def _respell(part: Json, name: str, pattern: str, by: Any) -> None:
    if isinstance(part.get(name), str):
        part[name] = re.sub(pattern, by, part[name], count=1)


def _iso(value: Any) -> Any:
    return parsedate_to_datetime(value).isoformat() if is_date(value) else value


@contract_fault("status")
def date_header_iso(exchange: InterceptedExchange) -> Reply:
    """The Date of a response is ISO 8601."""
    reply = exchange.proceed()
    reply.set_header("Date", f"{exchange.state.clock.now():%Y-%m-%dT%H:%M:%SZ}")
    return reply
