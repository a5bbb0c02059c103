"""Registering an invoice: one request makes a registration, an invoice, a case and perhaps a customer."""

import random
from typing import Any

from bson import ObjectId

from amili_sandbox.domain.cases import FIRST_STATE, Document, new_case, new_etag
from amili_sandbox.domain.money import Totals, add_up, plain
from amili_sandbox.domain.ocr import new_ocr
from amili_sandbox.domain.refusal import Refused
from amili_sandbox.world import World

FIRST_REFERENCE_NUMBER = 49477
INVOICE_FIELDS = (
    "invoice_type", "invoice_number", "invoice_date", "invoice_due_date", "invoice_delivery_date", "currency",
    "reference_number", "payout_reference", "invoice_headline", "invoice_body_text", "your_contact", "your_reference",
    "our_reference", "debt_description", "matrix",
)  # fmt: skip


def register(world: World, registration: Document, chance: random.Random) -> None:
    """Enter everything that belongs to a registration, and tell the registration what was made."""
    creditor = world.database["creditors"].find_one(registration["creditor"])
    assert creditor is not None, "validation lets only known creditors through"
    totals = add_up(registration["matrix"])
    if totals.including_vat <= 0:
        raise Refused({"matrix": "the total including VAT must be above zero"})
    now = world.clock.now()
    registration["_id"] = registration["_invoice"] = world.new_id()
    registration["_case"], registration["_ocr_number"] = world.new_id(), world.new_id()
    registration["ocr_number_ocr"] = _unused_ocr(world, chance)
    customer = _customer(world, registration)
    reference_number = str(FIRST_REFERENCE_NUMBER + world.database["cases"].count_documents({}))
    case = new_case(
        case_id=registration["_case"],
        now=now,
        registration=registration,
        creditor=creditor,
        customer=customer,
        capital=totals.including_vat,
        reference_number=reference_number,
    )
    world.database["cases"].insert_one(case)
    world.database["invoices"].insert_one(_invoice(registration, case, totals))
    world.database["ocr-numbers"].insert_one({"_id": registration["_ocr_number"], "ocr": registration["ocr_number_ocr"]})


def _unused_ocr(world: World, chance: random.Random) -> str:
    while True:
        ocr = new_ocr(world.clock.now(), chance)
        if not world.database["ocr-numbers"].count_documents({"ocr": ocr}):
            return ocr


def _customer(world: World, registration: Document) -> Document:
    """Return the customer with this id number, brought up to date, or a new one."""
    now = world.clock.now()
    told: Document = registration["customer"]
    customers = world.database["customers"]
    known = customers.find_one({"account": registration["account"], "id_number": told["id_number"]})
    if known is not None:
        changes = {**told, "_updated": now, "_etag": new_etag()}
        customers.update_one({"_id": known["_id"]}, {"$set": changes})
        return {**known, **changes}
    meta = {"_updated": now, "_created": now, "_etag": new_etag()}
    customer_id: ObjectId = customers.insert_one({"account": registration["account"], **told, "is_active": True, **meta})
    return {"_id": customer_id, **told}


def _invoice(registration: Document, case: Document, totals: Totals) -> Document:
    vat = {percent: plain(amount) for percent, amount in totals.vat_by_percent.items()}
    party: dict[str, Any] = {
        name: case[name] for name in ("account", "creditor", "creditor_name", "customer", "customer_name", "customer_id_number")
    }
    return {
        "_id": registration["_invoice"],
        "_created": case["_created"],
        "_etag": new_etag(),
        "_updated": case["_updated"],
        **party,
        "customer_status": case["customer_status"],
        **{name: registration[name] for name in INVOICE_FIELDS if name in registration},
        "total_amount_excluding_vat": plain(totals.excluding_vat),
        "total_vat": plain(totals.vat),
        **{f"total_vat_{percent}_percent": vat.get(percent, 0) for percent in ("25", "12", "6")},
        "amount_rounding": 0,
        "total_amount_including_vat": plain(totals.including_vat),
        "ocr_number": registration["_ocr_number"],
        "case": case["_id"],
        "case_state": FIRST_STATE,
        "case_status": FIRST_STATE,
        "agreement_version": case["agreement_version"],
        "invoice_registration": registration["_id"],
        "letter_template": "invoices",
        "increment_invoice_number": False,
    }
