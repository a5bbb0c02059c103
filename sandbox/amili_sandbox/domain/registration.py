"""Registering an invoice: one request makes a registration, an invoice, a case and perhaps a customer."""

from typing import Any

from amili_sandbox.domain.cases import Document, invoice_fields, make_case, make_etag
from amili_sandbox.domain.lifecycle import schedule
from amili_sandbox.domain.money import Totals, sum_lines, to_json_number
from amili_sandbox.domain.ocr import make_ocr
from amili_sandbox.domain.refusal import Refused
from amili_sandbox.state import State

FIRST_REFERENCE_NUMBER = 49477
INVOICE_FIELDS = (
    "invoice_type", "invoice_number", "invoice_date", "invoice_due_date", "invoice_delivery_date", "currency",
    "reference_number", "payout_reference", "invoice_headline", "invoice_body_text", "your_contact", "your_reference",
    "our_reference", "debt_description", "matrix",
)  # fmt: skip


def register(state: State, registration: Document) -> None:
    """Store everything that belongs to a registration, and write the new ids into it."""
    creditor = state.database["creditors"].find_one(registration["creditor"])
    assert creditor is not None, "validation lets only known creditors through"
    if is_taken(state, registration["invoice_number"], registration["creditor"]):  # since it was validated
        raise Refused({"invoice_number": f"value '{registration['invoice_number']}' is not unique"})
    totals = sum_lines(registration["matrix"], round_each_line=state.assumptions["vat_rounding"] == "per_line")
    if totals.including_vat <= 0 and state.assumptions["totals"] == "positive":
        raise Refused({"matrix": "the total including VAT must be above zero"})
    own_id = registration.setdefault("_id", state.new_id())
    registration["_invoice"] = own_id if state.assumptions["invoice_ids"] == "same" else state.new_id()
    registration["_case"], registration["_ocr_number"] = state.new_id(), state.new_id()
    registration["ocr_number_ocr"] = _unused_ocr(state)
    customer = _customer(state, registration)
    case = make_case(
        state,
        case_id=registration["_case"],
        registration=registration,
        creditor=creditor,
        customer=customer,
        capital=totals.including_vat,
        reference_number=_reference_number(state, registration),
    )
    state.database["cases"].insert_one(case)
    schedule(state, case)
    state.database["invoices"].insert_one(_invoice(state, registration, case, totals))
    state.database["ocr-numbers"].insert_one({"_id": registration["_ocr_number"], "ocr": registration["ocr_number_ocr"]})


def is_taken(state: State, invoice_number: str, creditor: Any) -> bool:
    """Whether the creditor has an invoice with this number and may not have a second one."""
    if state.assumptions["duplicate_invoice_numbers"] == "accepted":
        return False
    return state.database["invoices"].count_documents({"invoice_number": invoice_number, "creditor": creditor}) > 0


def _reference_number(state: State, registration: Document) -> str:
    sent = registration.get("reference_number")
    if sent is not None and state.assumptions["reference_numbers"] == "as_sent":
        return str(sent)
    return str(FIRST_REFERENCE_NUMBER + state.database["cases"].count_documents({}))


def _unused_ocr(state: State) -> str:
    while True:
        ocr = make_ocr(state.clock.now(), state.rng)
        if not state.database["ocr-numbers"].count_documents({"ocr": ocr}):
            return ocr


def _customer(state: State, registration: Document) -> Document:
    """Return the customer with this id number, updated, or a new one."""
    now = state.clock.now()
    sent: Document = registration["customer"]
    customers = state.database["customers"]
    known = customers.find_one({"account": registration["account"], "id_number": sent["id_number"]})
    if known is not None and state.assumptions["customers"] == "matched":
        changes = {**sent, "_updated": now, "_etag": make_etag(state)}
        customers.update_one({"_id": known["_id"]}, {"$set": changes})
        return {**known, **changes}
    meta = {"_updated": now, "_created": now, "_etag": make_etag(state)}
    customer = {"_id": state.new_id(), "account": registration["account"], **sent, "is_active": True, **meta}
    customers.insert_one(customer)
    return customer


def _invoice(state: State, registration: Document, case: Document, totals: Totals) -> Document:
    vat = {percent: to_json_number(amount) for percent, amount in totals.vat_by_percent.items()}
    party: dict[str, Any] = {
        name: case[name] for name in ("account", "creditor", "creditor_name", "customer", "customer_name", "customer_id_number")
    }
    return {
        "_id": registration["_invoice"],
        "_created": case["_created"],
        "_etag": make_etag(state),
        "_updated": case["_updated"],
        **party,
        "customer_status": case["customer_status"],
        **{name: registration[name] for name in INVOICE_FIELDS if name in registration},
        "total_amount_excluding_vat": to_json_number(totals.excluding_vat),
        "total_vat": to_json_number(totals.vat),
        **{f"total_vat_{percent}_percent": vat.get(percent, 0) for percent in ("25", "12", "6")},
        "amount_rounding": 0,
        "total_amount_including_vat": to_json_number(totals.including_vat),
        "ocr_number": registration["_ocr_number"],
        "case": case["_id"],
        **invoice_fields(case),
        "agreement_version": case["agreement_version"],
        "invoice_registration": registration["_id"],
        "letter_template": "invoices",
        "increment_invoice_number": False,
    }
