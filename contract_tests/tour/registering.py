"""Steps of registration: what goes in comes out, sums are exact, and what is wrong is refused by name."""

from typing import Any

from contract_tests.guide_documents import guide_documents
from contract_tests.tour.cancelling import cancel, seen_after
from contract_tests.tour.crediting import CREDIT, HUNDRED, credit
from contract_tests.tour.invoices import INVOICE_DATE, line, rfc_1123
from contract_tests.tour.traveller import Stuck, Traveller

OUR_NAME = "Åsa Öström-Ñandú 猫 🧾"
_OPTIONAL = {
    "invoice_delivery_date": rfc_1123(INVOICE_DATE),
    "reference_number": "REF002",
    "payout_reference": "PAY002",
    "your_reference": "REF-YOUR-1",
    "our_reference": "REF-OUR-1",
    "debt_description": "Professional consulting services",
}


def the_flow_of_the_guide(tour: Traveller) -> None:
    """Register, find, credit 100, read, cancel, read: money and state are right at each step."""
    case = tour.register()
    tour.check(case, "a new case is what was registered")
    credit(tour, case, HUNDRED, account=tour.target.own.account)
    found = tour.check(case, "a crediting moves exactly its amount")
    booked = [entry["amount"] for entry in found.get("transactions", []) if entry["type"] == "capital"]
    if len(booked) == 2:
        tour.behaves("sign_of_a_crediting", CREDIT, "negative" if booked[1] < 0 else "positive")
    cancel(tour, case)
    seen_after(tour, case)


def iso_dates_as_in_the_guide(tour: Traveller) -> None:
    """The dates of a registration may be written as the guide writes them, and mean the same moment."""
    sent = guide_documents()["1-register.python.request.json"].content
    document = tour.invoice(invoice_date=sent["invoice_date"], invoice_due_date=sent["invoice_due_date"])
    case = tour.registered(document, tour.caller.call("register_invoice", document))
    tour.behaves("iso_dates", "register_invoice", "refused" if case is None else "accepted")
    if case:
        tour.check(case, "a date means the same moment in either form")


def everything_that_may_be_said_is_accepted(tour: Traveller) -> None:
    """Every optional property is accepted, and what a case shows of it is what was sent."""
    customer = {**tour.invoice()["customer"], "customer_number": "12345"}
    customer["address"] = {**customer["address"], "country": "SE", "zip_code": "543 21"}
    lines = [line("500", units=1, article_number="123")]
    case = tour.register(lines, customer=customer, **_OPTIONAL, your_contact="Jane Smith")
    tour.check(case, "a new case is what was registered")


def sums_and_letters_are_exact(tour: Traveller) -> None:
    """Tax and sums are exact to the öre over many lines, a name comes back letter by letter, and a company is accepted."""
    customer = {**tour.invoice()["customer"], "name": OUR_NAME, "is_company": True}
    del customer["is_person"]
    lines = [line("33.33", "25%", units=3), line("0.10", "12%"), line("100.01", "6%", units=1), line("0.20")]
    tour.check(tour.register(lines, customer=customer), "sums are exact")


def a_number_that_was_used(tour: Traveller) -> None:
    """A second invoice with a number that was used is refused, or makes a second case; never half of one."""
    if not tour.cases:
        raise Stuck("no invoice was registered before")
    first = tour.cases[-1]
    document = tour.invoice(invoice_number=first.number)
    case = tour.registered(document, tour.caller.call("register_invoice", document))
    tour.behaves("duplicate_invoice_number", "register_invoice", "refused" if case is None else "accepted")
    tour.check(first, "a number that was used")


def what_is_missing_is_named(tour: Traveller) -> None:
    """Each required property that is missing is named, at every depth."""
    required = tour.caller.contract.schemas["InvoiceRegistration"]["required"]
    tour.refused("register_invoice", {}, *required)
    inner = tour.invoice(customer={"address": {}}, matrix=[{}])
    wanted = [f"customer.{name}" for name in ("name", "id_number")]
    wanted += [f"customer.address.{name}" for name in ("address_line_1", "zip_code", "city")]
    wanted += [
        f"matrix.0.{name}" for name in ("article_description", "unit_price", "total_price_excluding_vat", "unit_vat_percent")
    ]
    tour.refused("register_invoice", inner, *wanted)
    for name in ("customer", "matrix"):
        document = tour.invoice()
        del document[name]
        tour.refused("register_invoice", document, name)


_WRONG: dict[str, Any] = {
    "account": "not an id",
    "creditor": "674dbeb208847b9501cc913",
    "invoice_number": "",
    "invoice_date": "2025-13-45",
    "invoice_due_date": 20251017,
    "currency": "EUR",
    "customer": "Jane Smith",
    "matrix": [],
}


def what_is_wrong_is_named(tour: Traveller) -> None:
    """Each property with a wrong value is named, alone and among others, and nothing of the invoice is stored."""
    number = tour.number()
    tour.refused("register_invoice", tour.invoice(**{**_WRONG, "invoice_number": 5}), *_WRONG)
    for name in ("currency", "creditor"):
        tour.refused("register_invoice", tour.invoice(invoice_number=number, **{name: _WRONG[name]}), name)
    tour.refused("register_invoice", tour.invoice(invoice_number=""), "invoice_number")
    bad = line("1", unit_price="much", unit_vat_percent="25")
    document = tour.invoice([bad], invoice_number=number)
    tour.refused("register_invoice", document, "matrix.0.unit_price", "matrix.0.unit_vat_percent")
    customer = {**tour.invoice()["customer"], "is_company": True}
    tour.refused("register_invoice", tour.invoice(invoice_number=number, customer=customer), "customer")
    page = tour.look({"debt.invoice_number": number})
    tour.expect("register_invoice", "a refused write leaves nothing behind", "/_meta/total", 0, page["_meta"]["total"])


def what_no_page_says_about_registrations(tour: Traveller) -> None:
    """What is not documented is answered as it was before: unknown properties, endless numbers, odd rates of tax."""
    documents = {
        "unknown_property": tour.invoice(no_such_property="x"),
        "endless_invoice_number": tour.invoice(invoice_number=f"{tour.number()}-{'9' * 486}"),
        "other_vat_rate": tour.invoice([line("1", "13%")]),
    }
    for name, document in documents.items():
        case = tour.registered(document, tour.caller.call("register_invoice", document))
        tour.behaves(name, "register_invoice", "refused" if case is None else "accepted")


def what_is_no_document_is_refused(tour: Traveller) -> None:
    """A body that is no JSON is refused as unreadable."""
    exchange = tour.caller.call("register_invoice", b'{"account": ', forbidden=True)
    tour.expect("register_invoice", "a body that is no JSON: 400", "", 400, exchange.status)


STEPS = (
    the_flow_of_the_guide,
    iso_dates_as_in_the_guide,
    everything_that_may_be_said_is_accepted,
    sums_and_letters_are_exact,
    a_number_that_was_used,
    what_is_missing_is_named,
    what_is_wrong_is_named,
    what_no_page_says_about_registrations,
    what_is_no_document_is_refused,
)
