"""Contract faults in what is accepted, stored and found."""

import time
from typing import Any

from amili_sandbox.eve import CANCELLATION, CREDITING, CUSTOMER, LINE, REGISTRATION
from amili_sandbox.http import Reply, error_reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_json, strings_in, validation_error

FIELDS = {"registration": REGISTRATION, "crediting": CREDITING, "cancellation": CANCELLATION}
INVENTED_DEBTOR = {
    "name": "Invented Person",
    "id_number": "000000-0000",
    "is_person": True,
    "address": {"address_line_1": "Nowhere 1", "zip_code": "00000", "city": "Nowhere"},
}
SLOW = 0.6


def html_page_500() -> Reply:
    """Return the page that Flask shows after an unexpected exception."""
    return Reply(500, [("Content-Type", "text/html; charset=utf-8")], b"<!doctype html><title>500</title>")


@contract_fault("model")
def where_ignored(exchange: InterceptedExchange) -> Reply:
    """`where` has no effect."""
    return exchange.with_query(lambda query: query.pop("where", None)).proceed()


@contract_fault("model")
def sort_ignored(exchange: InterceptedExchange) -> Reply:
    """`sort` has no effect."""
    return exchange.with_query(lambda query: query.pop("sort", None)).proceed()


@contract_fault("model")
def max_results_ignored(exchange: InterceptedExchange) -> Reply:
    """`max_results` has no effect."""
    return exchange.with_query(lambda query: query.pop("max_results", None)).proceed()


@contract_fault("auth")
def auth_off(exchange: InterceptedExchange) -> Reply:
    """Any key is accepted, and a missing one too."""
    reply = exchange.proceed()
    return exchange.with_header("X-API-Key", exchange.token).proceed() if reply.status == 401 else reply


@contract_fault("auth")
def auth_403(exchange: InterceptedExchange) -> Reply:
    """Bad keys are answered with 403."""
    reply = exchange.proceed()
    return error_reply(403, "Forbidden") if reply.status == 401 else reply


@contract_fault("boundary")
def unicode_500(exchange: InterceptedExchange) -> Reply:
    """Letters beyond ASCII in a request are an internal error."""
    if all(text.isascii() for text in strings_in(exchange.body())):
        return exchange.proceed()
    return html_page_500()


@contract_fault("model")
def page_overlap(exchange: InterceptedExchange) -> Reply:
    """Each page begins with the last item of the one before."""
    page = exchange.query("page") or "1"
    if not exchange.lists_cases() or not page.isdigit() or int(page) < 2:
        return exchange.proceed()
    before = exchange.with_query(lambda query: query.update(page=str(int(page) - 1))).proceed().json()["_items"]
    return edit_json(exchange.proceed(), lambda body: body.update(_items=[before[-1], *body["_items"][:-1]]))


@contract_fault("model")
def lost_every_3(exchange: InterceptedExchange) -> Reply:
    """Every third registration is lost after it was confirmed."""
    if exchange.writes("registration") and exchange.count() % 3 == 0:
        return exchange.proceed_and_roll_back()
    return exchange.proceed()


@contract_fault("negative")
def negative_accepted(exchange: InterceptedExchange) -> Reply:
    """Crediting nothing, or less, is confirmed."""
    body = exchange.body()
    amount = body.get("amount")
    if not exchange.writes("crediting") or not isinstance(amount, int | float) or amount > 0:
        return exchange.proceed()
    reply = exchange.with_body(body | {"amount": 0.01}).proceed_and_roll_back()
    return edit_json(reply, lambda receipt: receipt.update(settled_amount=amount) if reply.status == 201 else None)


@contract_fault("negative")
def required_missing_accepted(exchange: InterceptedExchange) -> Reply:
    """A registration without a customer is accepted."""
    body = exchange.body()
    if exchange.writes("registration") and "customer" not in body:
        return exchange.with_body(body | {"customer": INVENTED_DEBTOR}).proceed()
    return exchange.proceed()


@contract_fault("negative")
def extra_accepted(exchange: InterceptedExchange) -> Reply:
    """Unknown fields are accepted and dropped."""
    if not exchange.writes():
        return exchange.proceed()
    body = _known(exchange.body(), FIELDS[exchange.resource])
    if isinstance(body.get("customer"), dict):
        body["customer"] = _known(body["customer"], CUSTOMER)
    if isinstance(body.get("matrix"), list):
        body["matrix"] = [_known(line, LINE) if isinstance(line, dict) else line for line in body["matrix"]]
    return exchange.with_body(body).proceed()


@contract_fault("negative")
def enum_in_accepted(exchange: InterceptedExchange) -> Reply:
    """Any currency is accepted."""
    body = exchange.body()
    if exchange.writes() and isinstance(body.get("currency"), str):
        return exchange.with_body(body | {"currency": "SEK"}).proceed()
    return exchange.proceed()


@contract_fault("model")
def credit_noop(exchange: InterceptedExchange) -> Reply:
    """Crediting is confirmed but changes nothing."""
    return exchange.proceed_and_roll_back() if exchange.writes("crediting") else exchange.proceed()


@contract_fault("model")
def cancel_noop(exchange: InterceptedExchange) -> Reply:
    """Cancelling is confirmed but changes nothing."""
    return exchange.proceed_and_roll_back() if exchange.writes("cancellation") else exchange.proceed()


@contract_fault("status")
def delete_ok(exchange: InterceptedExchange) -> Reply:
    """DELETE is answered as if it had worked."""
    reply = exchange.proceed()
    return Reply(200, [("Content-Type", "application/json")], b"{}") if exchange.request.method == "DELETE" else reply


@contract_fault("negative")
def where_500(exchange: InterceptedExchange) -> Reply:
    """A `where` that cannot be read is an internal error."""
    reply = exchange.proceed()
    return html_page_500() if reply.status == 400 and exchange.query("where") else reply


@contract_fault("negative")
def page0_500(exchange: InterceptedExchange) -> Reply:
    """Page 0 is an internal error."""
    return html_page_500() if exchange.query("page") == "0" else exchange.proceed()


@contract_fault("boundary")
def zip_stricter(exchange: InterceptedExchange) -> Reply:
    """Zip codes with the customary space are refused."""
    customer = exchange.body().get("customer")
    address = customer.get("address") if isinstance(customer, dict) else None
    code = address.get("zip_code") if isinstance(address, dict) else None
    if not exchange.writes("registration") or not isinstance(code, str) or " " not in code:
        return exchange.proceed()
    return validation_error({"customer": {"address": {"zip_code": "value does not match regex '[0-9]{5}'"}}})


@contract_fault("performance")
def slow(exchange: InterceptedExchange) -> Reply:
    """Lists take more than half a second."""
    if exchange.lists_cases():
        time.sleep(SLOW)
    return exchange.proceed()


@contract_fault("model")
def partial_write(exchange: InterceptedExchange) -> Reply:
    """A registration ends in an internal error, but its case is there."""
    reply = exchange.proceed()
    return html_page_500() if exchange.writes("registration") and reply.status == 201 else reply


@contract_fault("status", name="429_no_retry_after")
def too_many_without_retry_after(exchange: InterceptedExchange) -> Reply:
    """Every fourth request is refused with 429, without Retry-After."""
    if exchange.count() % 4 == 0:
        return error_reply(429, "Rate limit exceeded")
    reply = exchange.proceed()
    reply.set_header("Retry-After", None)
    return reply


def _known(body: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in fields}
