"""The cases that the steps of the tour share: one of each kind, with numbers and amounts that are easily confused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from contract_tests.findings import fact
from contract_tests.messages import iso_8601, rfc_1123, timestamp
from contract_tests.model import ModelCase, line
from contract_tests.tour.session import TourSession

REGISTER = "register_invoice"
TIE = Decimal("100.50")  # two cases of this amount
OUR_NAME = 'Åsa "Ö" Ñandú-O\u2019Brien & Söner <猫> \\ 🧾'
_OF_TWO_NAMES = "0001011234"  # the id number of a debtor with two names
_LONG = "Ett år med arbete:\n12 månader,\t3  städer. " * 6


def register_sample_cases(tour: TourSession) -> None:
    """Register a case of each kind; what a server refuses although it must not is a finding."""
    for kind, make in _KINDS.items():
        document = make(tour) | {"invoice_number": _number(tour, kind)}
        if kind == "company":
            case = tour.registered(document, tour.caller.call(REGISTER, document))
            tour.record_answer("iso_dates", REGISTER, "refused" if case is None else "accepted")
            if case is not None:
                tour.sample_cases[kind] = case
                continue
            document |= {name: rfc_1123(timestamp(document[name])) for name in ("invoice_date", "invoice_due_date")}
        tour.sample_cases[kind] = tour.must_register(document, fact("sample_invoices"), alternate_path=kind == "full")


def sample_cases(tour: TourSession) -> dict[str, ModelCase]:
    """Return the batch, which is registered at the first use."""
    if not tour.sample_cases:
        register_sample_cases(tour)
    return tour.sample_cases


def _number(tour: TourSession, kind: str) -> str:
    """Return an invoice number that is easily confused with another. Elsewhere all begin alike, so that what is left is found."""
    return "0047011" if kind == "great" and tour.target.is_stand_in else f"{tour.ours}{_NUMBERS[kind]}"


# One begins as another does, and two differ in the case of a letter only.
_NUMBERS = {"minimal": "B1", "full": "b1", "many": "B10", "company": "B", "tax": "B01", "great": "1B"}


def dated(tour: TourSession, days: int | None = None) -> dict[str, str]:
    """Return an invoice date and a due date so many days later, up to three months if none is given."""
    return {name: rfc_1123(day) for name, day in tour.random_data.dates(days).items()}


def _minimal(tour: TourSession) -> dict[str, Any]:
    """Only required properties, texts that look like numbers, and the smallest amount there is."""
    document = tour.invoice([line("0.01")], payout_reference="00100", debt_description="007", **dated(tour, days=9))
    document["customer"] |= {"id_number": _OF_TWO_NAMES, "name": "0120"}
    for name in ("invoice_headline", "invoice_body_text"):
        del document[name]
    for name in ("mobile_number", "email"):
        del document["customer"][name]
    return document


def _full(tour: TourSession) -> dict[str, Any]:
    """Every optional property, letters of many kinds, and the customary space in the postal code."""
    dates = dated(tour, days=10)
    customer = {**tour.invoice()["customer"], "name": OUR_NAME, "id_number": "19900101-1234", "customer_number": "00012345"}
    customer["address"] = {"address_line_1": "Höga Gatan 1 b", "zip_code": "543 21", "city": "Åmål", "country": "SE"}
    optional = {
        "invoice_delivery_date": dates["invoice_date"],
        "reference_number": "REF002",
        "payout_reference": "PAY/002 & co",
        "your_contact": "Jane Smith",
        "your_reference": "REF-YOUR-1",
        "our_reference": "REF-OUR-1",
        "debt_description": _LONG + "slut",
    }
    lines = [line(str(TIE), units=1, article_number="123")]
    return {**tour.invoice(lines), "customer": customer, **dates, **optional}


def _many(tour: TourSession) -> dict[str, Any]:
    """Many lines at all rates, a discount among them, for a foreign debtor."""
    customer = {**tour.invoice()["customer"], "id_number": "DE 123456789", "is_foreign": True}
    customer["address"] = {**customer["address"], "country": "DE"}
    del customer["is_person"]
    return {**tour.invoice(tour.random_data.lines(tour.random_data.choice(23, 31, 47))), "customer": customer, **dated(tour)}


def _company(tour: TourSession) -> dict[str, Any]:
    """A company; dates as the guide writes them."""
    customer = {**tour.invoice()["customer"], "name": "Synthetic Trading AB", "id_number": "5560000002", "is_company": True}
    del customer["is_person"]
    dates = {name: iso_8601(day) for name, day in tour.random_data.dates().items()}
    return {**tour.invoice([line("50.25", "0%", units=2)]), "customer": customer, **dates}


def _tax(tour: TourSession) -> dict[str, Any]:
    """Tax with another total if it is rounded line by line, or half to even; a debtor who had another name before."""
    document = tour.invoice([line("0.30", "25%"), line("0.30", "25%"), line("0.30", "25%")], **dated(tour))
    document["customer"] |= {"id_number": _OF_TWO_NAMES, "customer_number": "0047"}
    return document


def _great(tour: TourSession) -> dict[str, Any]:
    """As many digits as a binary fraction can represent to the öre."""
    return tour.invoice([line(f"9999999999{tour.random_data.amount('100.01', '999.99')}")])


_KINDS: dict[str, Callable[[TourSession], dict[str, Any]]] = {
    "minimal": _minimal,
    "full": _full,
    "many": _many,
    "company": _company,
    "tax": _tax,
    "great": _great,
}
