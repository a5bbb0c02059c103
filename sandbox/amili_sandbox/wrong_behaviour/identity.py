"""Contract faults in strings, numbers and references."""

from html import escape
from typing import Any

from amili_sandbox.domain import Document
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.after_write import written
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import (
    InterceptedExchange,
    edit_cases,
    edit_json,
    map_values,
    validation_error,
)


@contract_fault("boundary")
def leading_zeros_lost(exchange: InterceptedExchange) -> Reply:
    """Invoice numbers that are all digits are kept without leading zeros."""
    number = exchange.body().get("invoice_number")
    if exchange.writes("registration") and isinstance(number, str) and number.isdecimal():
        return exchange.with_body(exchange.body() | {"invoice_number": number.lstrip("0") or "0"}).proceed()
    return exchange.proceed()


@contract_fault("boundary")
def html_escaped(exchange: InterceptedExchange) -> Reply:
    """Texts in cases are escaped for HTML: `Berg & Co` comes back as `Berg &amp; Co`."""

    def change(case: dict[str, Any]) -> None:
        case.update(map_values(case, lambda _, value: escape(value) if isinstance(value, str) else value))

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("model")
def payout_reference_dropped(exchange: InterceptedExchange) -> Reply:
    """The payout reference that was sent is not kept."""
    body = exchange.body()
    if exchange.writes("registration") and body.pop("payout_reference", None) is not None:
        return exchange.with_body(body).proceed()
    return exchange.proceed()


@contract_fault("boundary")
def company_refused(exchange: InterceptedExchange) -> Reply:
    """Companies are refused as debtors."""
    customer = exchange.body().get("customer")
    if exchange.writes("registration") and isinstance(customer, dict) and customer.get("is_company") is True:
        return validation_error({"customer": {"is_person": "required field"}})
    return exchange.proceed()


@contract_fault("domain")
def ocr_per_debtor(exchange: InterceptedExchange) -> Reply:
    """All invoices to one debtor get the OCR number of the first."""
    reply = exchange.proceed()
    registration = written(exchange, reply) if exchange.writes("registration") else None
    if registration is None:
        return reply
    first = first_of_debtor(exchange, registration)
    ocr = {"_ocr_number": str(first["_ocr_number"]), "ocr_number_ocr": first["ocr_number_ocr"]}
    return edit_json(reply, lambda receipt: receipt.update(ocr))


def first_of_debtor(exchange: InterceptedExchange, registration: Document) -> Document:
    """Return the first registration of an invoice to the same debtor."""
    same_debtor = {"account": registration["account"], "customer.id_number": registration["customer"]["id_number"]}
    first = exchange.state.database["invoice--registrations"].find_one(same_debtor)
    assert first is not None, "there is this one at least"
    return first


@contract_fault("model")
def crediting_id_reused(exchange: InterceptedExchange) -> Reply:
    """All creditings of a case have the id of the first."""
    reply = exchange.proceed()
    crediting = written(exchange, reply) if exchange.writes("crediting") else None
    if crediting is None:
        return reply
    first = exchange.state.database["creditor--creditings"].find_one({"case": crediting["case"]})
    assert first is not None, "there is this one at least"
    location = reply.header("Location") or ""
    reply.set_header("Location", location.replace(str(crediting["_id"]), str(first["_id"])))
    return edit_json(reply, lambda receipt: receipt.update(_id=str(first["_id"])))


@contract_fault("model")
def receipt_references_swapped(exchange: InterceptedExchange) -> Reply:
    """Receipts of actions give the reference number as invoice number, and the other way round."""
    names = ("case_invoice_number", "case_reference_number")

    def change(receipt: Any) -> None:
        if set(names) <= receipt.keys():
            receipt.update(zip(names, (receipt[names[1]], receipt[names[0]]), strict=True))

    reply = exchange.proceed()
    return edit_json(reply, change) if reply.status == 201 else reply


@contract_fault("model")
def invoice_link_wrong(exchange: InterceptedExchange) -> Reply:
    """Cases give their own id as that of their invoice."""
    return edit_cases(exchange, exchange.proceed(), lambda case: "invoice" in case and case.update(invoice=case["_id"]))
