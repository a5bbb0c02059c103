"""Steps of registration: a case shows what was registered, totals are exact, and errors are named."""

from collections.abc import Iterable, Mapping
from typing import Any

from contract_tests.findings import fact
from contract_tests.model import issues, line
from contract_tests.tour.cancellation import cancel, check_after_cancellation
from contract_tests.tour.crediting import CREDIT, credit
from contract_tests.tour.random_data import NO_SUCH_DAYS
from contract_tests.tour.sample_cases import REGISTER, sample_cases
from contract_tests.tour.session import TourSession

UNKNOWN_ID = "f" * 24


def the_flow_of_the_guide(tour: TourSession) -> None:
    """Register, find, credit 100, read, cancel, read: money and state are right at each step."""
    case = tour.register([line(str(tour.random_data.amount("400", "900")))])
    tour.check_case(case)
    credit(tour, case, tour.random_data.amount("50", "150"), account=tour.target.account.account)
    found = tour.read_case(case)
    booked = [entry["amount"] for entry in found.get("transactions", []) if entry["type"] == "capital"]
    if len(booked) == 2:
        tour.record_answer("sign_of_a_crediting", CREDIT, "negative" if booked[1] < 0 else "positive")
    cancel(tour, case)
    check_after_cancellation(tour, case)


def a_case_of_each_kind(tour: TourSession) -> None:
    """Cases of all kinds are accepted, and each is found and shows what was sent, to the öre and to the letter."""
    sample_cases(tour)
    page = tour.check_cases(tour.cases)
    numbers = {case.receipt.get("ocr_number_ocr", "")[:7] for case in tour.cases}
    days = {f"{case.receipt['_created'][12:16]}" for case in tour.cases}
    begins = all(number[:4] in days for number in numbers if number)
    tour.record_answer("ocr_begins_with_the_year", REGISTER, "it does" if begins else "it does not")
    same = all(len(ids) == 1 for ids in by_debtor(page["_items"], "customer").values())
    tour.record_answer("known_customer", REGISTER, "the same customer" if same else "another customer")
    statuses = {id_number: seen for id_number, seen in by_debtor(page["_items"], "customer_status").items() if len(seen) > 1}
    if statuses:
        rule, why = "one debtor has one status", fact("customer_status")
        tour.add_finding("list_cases", rule, "/_items/*/customer_status", "one for each id_number", statuses, rests_on=why)
    _record_name(tour, page["_items"])
    for name in ("customer", "customer_number"):
        values = by_debtor(page["_items"], name)
        if sum(map(len, values.values())) > len(set().union(*values.values())):
            tour.add_finding(
                "list_cases",
                "each debtor is a customer of its own",
                f"/_items/*/{name}",
                "none that two id_numbers share",
                values,
                rests_on=fact("customers_apart"),
            )


def _record_name(tour: TourSession, cases: Iterable[Mapping[str, Any]]) -> None:
    """Record under which name the cases of a debtor stand who has several."""
    shown = {case["_id"]: case["customer_name"] for case in cases}
    of_one = [case for case in tour.cases if case.other_names and case.id in shown]
    names = {case.name for case in of_one}
    seen = {shown[case.id] for case in of_one}
    as_registered = all(shown[case.id] == case.name for case in of_one)
    which = "first" if seen == {case.name for case in of_one[:1]} else "latest"
    answer = "the name that was registered with each case" if as_registered else f"the {which} name"
    tour.record_answer("renamed_debtor", "list_cases", answer if as_registered or len(seen & names) == 1 else "other names")


def by_debtor(cases: Iterable[Mapping[str, Any]], name: str) -> dict[str, set[str]]:
    """Return the values that a property has in the cases of each id number."""
    found: dict[str, set[str]] = {}
    for case in cases:
        found.setdefault(case["customer_id_number"], set()).update({case[name]} if name in case else ())
    return found


def a_number_that_was_used(tour: TourSession) -> None:
    """A second invoice with a number that was used is refused, or makes a second case, which later steps look for."""
    first = sample_cases(tour)["tax"]
    document = tour.invoice([line("1")], invoice_number=first.number)
    case = tour.registered(document, tour.caller.call(REGISTER, document))
    tour.record_answer("duplicate_invoice_number", REGISTER, "refused" if case is None else "accepted")


def what_is_missing_is_named(tour: TourSession) -> None:
    """Each required property that is missing is named, at every depth, alone and among others."""
    schemas = tour.caller.contract.schemas
    required = schemas["InvoiceRegistration"]["required"]
    tour.refused(REGISTER, {}, *required)
    inner = tour.invoice(customer={"address": {}}, matrix=[{}, line("1"), {}])
    wanted = [f"customer.{name}" for name in schemas["Customer"]["required"] if name != "address"]
    wanted += [f"customer.address.{name}" for name in schemas["Address"]["required"]]
    wanted += [f"matrix.{position}.{name}" for position in (0, 2) for name in schemas["InvoiceLine"]["required"]]
    tour.refused(REGISTER, inner, *wanted)
    name = tour.random_data.choice(*required)
    document = tour.invoice()
    del document[name]
    tour.refused(REGISTER, document, name)


def what_is_wrong_is_named(tour: TourSession) -> None:
    """Each property with a wrong value is named, alone and among others."""
    wrong: Mapping[str, Any] = {
        "account": "not an id",
        "creditor": "674dbeb208847b9501cc913",
        "invoice_number": 5,
        "invoice_date": "2025-13-45",
        "invoice_due_date": 20251017,
        "invoice_delivery_date": "tomorrow",
        "currency": "EUR",
        "customer": "Jane Smith",
        "matrix": [],
    }
    empty = {
        "account": None,
        "creditor": 7,
        "invoice_number": "",
        "invoice_type": None,
        "invoice_date": None,
        "invoice_due_date": tour.random_data.choice(*NO_SUCH_DAYS),
        "invoice_delivery_date": NO_SUCH_DAYS[0],
        "currency": "sek",
        "customer": None,
    }
    for values in (wrong, empty, {"currency": tour.random_data.choice("EUR", "NOK", "XXX")}):
        tour.refused(REGISTER, tour.invoice(**values), *values)
    bad = line("1", unit_price="much", unit_vat_percent="25", total_price_excluding_vat=None)
    named = ("unit_price", "unit_vat_percent", "total_price_excluding_vat")
    tour.refused(REGISTER, tour.invoice([line("1"), bad]), *(f"matrix.1.{name}" for name in named))
    customer = {
        **tour.invoice()["customer"],
        "name": 7,
        "is_person": "yes",
        "email": None,
        "address": {"address_line_1": 1, "zip_code": 2, "city": 3},
    }
    properties = ("name", "is_person", "email", "address.address_line_1", "address.zip_code", "address.city")
    tour.refused(REGISTER, tour.invoice(customer=customer), *(f"customer.{name}" for name in properties))
    two = {**tour.invoice()["customer"], "is_company": True}
    tour.refused(REGISTER, tour.invoice(customer=two), "customer")


def registering_needs_an_active_creditor_of_the_account(tour: TourSession) -> None:
    """An invoice can't be registered for a creditor that does not exist, is inactive, or belongs to another account."""
    tour.refused(REGISTER, tour.invoice(creditor=UNKNOWN_ID), "creditor", violates_contract=False)
    if tour.target.inactive_creditor:
        tour.refused(REGISTER, tour.invoice(creditor=tour.target.inactive_creditor), "creditor", violates_contract=False)
    if tour.target.other_account:
        document = tour.invoice()
        exchange = tour.caller.call(REGISTER, document, as_=tour.target.other_account)
        tour.registered(document, exchange)
        seen = "refused" if exchange.status in (403, 404, 422) else "carried out"
        tour.record_answer("foreign_case", REGISTER, seen)


def what_no_page_says_about_registrations(tour: TourSession) -> None:
    """Open questions: unknown properties, very long numbers, foreign tax rates, properties that only the server sets."""
    odd = {
        "endless_invoice_number": "invoice_number",
        "other_vat_rate": "matrix.1.unit_vat_percent",
        "set_by_the_server": "ocr_number_ocr",
    }
    x = {"no_such_property": "x"}
    lines = [{**line("1"), **x}, {**line("1", "13%"), **x}]
    document = tour.invoice(lines, invoice_number=f"{tour.number()}-{'9' * 486}", **x)
    document["customer"] = {**document["customer"], "address": {**document["customer"]["address"], **x}, **x}
    document["ocr_number_ocr"] = "20252806663259506081"
    exchange = tour.caller.call(REGISTER, document)
    tour.registered(document, exchange)
    named = issues(exchange.object_or_empty)
    for name, property_name in odd.items():
        refused = any(path == property_name or path.startswith(f"{property_name}.") for path in named)
        tour.record_answer(name, REGISTER, "refused" if refused else "accepted")
    places = ("", "customer.", "customer.address.", "matrix.0.", "matrix.1.")
    tour.record_unknown(REGISTER, [f"{place}no_such_property" for place in places], named)
    if exchange.status not in (201, 422):
        rule = "a document that breaks a rule: 422"
        tour.add_finding(REGISTER, rule, "", 422, exchange.status, rests_on=fact("unprocessable_is_422"))


def what_is_no_document_is_refused(tour: TourSession) -> None:
    """A body that is no JSON is refused as unreadable."""
    exchange = tour.caller.call(REGISTER, b'{"account": ', violates_contract=True)
    rule, why = "a body that is no JSON: 400", fact("unreadable_is_400")
    tour.expect(REGISTER, rule, "", 400, exchange.status, rests_on=why)
    if "_id" in exchange.object_or_empty:
        tour.add_finding(REGISTER, rule, "/_id", "no receipt", "a receipt", rests_on=why)


STEPS = (
    the_flow_of_the_guide,
    a_case_of_each_kind,
    a_number_that_was_used,
    what_is_missing_is_named,
    what_is_wrong_is_named,
    registering_needs_an_active_creditor_of_the_account,
    what_no_page_says_about_registrations,
    what_is_no_document_is_refused,
)
