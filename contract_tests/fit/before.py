"""What a server knew before a run and shows in it: the customer number of a debtor who was registered with one earlier."""

from collections.abc import Iterator, Sequence
from typing import Any

from contract_tests.fit.names import items_of
from contract_tests.messages import Exchange, NotStrictJson, dumps, loads


def earlier_registrations(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return the registrations that a stand-in must have seen to know the customer numbers that a run did not send."""
    registered: dict[str, Exchange] = {}  # by case
    numbers: dict[str, str] = {}  # of each id number
    earlier: list[Exchange] = []
    for exchange in exchanges:
        document = exchange.object_or_empty
        if exchange.method == "POST" and isinstance(case := document.get("_case"), str):
            registered[case] = exchange
            customer = _customer(exchange)
            numbers |= {customer["id_number"]: customer["customer_number"]} if "customer_number" in customer else {}
        for case in _cases(document):
            if case["_id"] in registered and "customer_number" in case and case["customer_id_number"] not in numbers:
                numbers[case["customer_id_number"]] = case["customer_number"]
                earlier.append(_with_number(registered[case["_id"]], case["customer_number"], len(earlier)))
    return earlier


def _cases(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in (document, *items_of(document)):
        if isinstance(item.get("_id"), str) and isinstance(item.get("customer_id_number"), str):
            yield item


def _with_number(exchange: Exchange, customer_number: str, position: int) -> Exchange:
    """Return a registration of the same debtor, with a customer number and an invoice number of its own."""
    sent = loads(exchange.request_body)
    sent |= {"invoice_number": f"before-{position}", "customer": {**sent["customer"], "customer_number": customer_number}}
    return Exchange(exchange.method, exchange.url, 0, exchange.request_headers, dumps(sent).encode())


def _customer(exchange: Exchange) -> dict[str, Any]:
    try:
        customer = loads(exchange.request_body)["customer"]
    except (NotStrictJson, LookupError, TypeError):
        return {}
    return customer if isinstance(customer, dict) and "id_number" in customer else {}
