"""The repr of a model, in tracebacks, logs and test reports: identifiers, states, amounts and dates, and no data on a person."""

import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, get_type_hints

import amili
import attrs
import pytest
import yaml
from amili_api import models
from amili_api.models import Case, CasePage, InvoiceRegistration, PartialCase, PartialCasePage

from tests.samples import PERSONAL_NUMBER, case, invoice, page

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "amili.yaml").read_text(encoding="utf-8"))["components"]["schemas"]
PERSON = {"name": "Testa Persson", "email": "testa@example.test", "mobile_number": "+46700000000", "customer_number": "K-77"}
FREE_TEXT = "Free text about Testa"


def a_case(**changes: Any) -> Any:
    debt = case()["debt"] | {"debt_description": FREE_TEXT, "payout_reference": FREE_TEXT}
    personal = {"customer_name": PERSON["name"], "customer_number": PERSON["customer_number"], "original_invoice": [FREE_TEXT]}
    return case(debt=debt, note=FREE_TEXT, closed={"by": FREE_TEXT}, **personal, **changes)


def an_invoice() -> Any:
    document = invoice(your_contact=PERSON["name"], invoice_body_text=FREE_TEXT, note=FREE_TEXT)
    document["customer"] |= PERSON
    document["matrix"][0]["article_description"] = FREE_TEXT
    return document


PERSONAL = [*PERSON.values(), FREE_TEXT, PERSONAL_NUMBER, "Testgatan", "54321", "Teststad", "Test Creditor"]
SHOWN = ["68e4c1ab0000000000000001", "INV-2025-015", "Decimal('500.0')", "<CaseState.INVOICE: 'invoice'>", "customer_name=…"]


@pytest.mark.parametrize("kind", [Case, PartialCase, CasePage, PartialCasePage])
@pytest.mark.parametrize("changes", [{}, {"creditor_name": 5, "state_history": {}}, {"debt": FREE_TEXT, "customer": {"a": FREE_TEXT}}])
def test_a_case_shows_what_it_is_and_not_who(kind: Any, changes: Any) -> None:
    document = a_case() | changes
    shown = repr(kind.from_dict(page(document) if "Page" in kind.__name__ else document))
    assert not [text for text in PERSONAL if text in shown]
    assert [text for text in SHOWN if text not in shown] == [] or "debt" in changes
    assert "=None" not in shown


def test_an_invoice_shows_what_it_is_and_not_who() -> None:
    made = InvoiceRegistration.from_dict(an_invoice())
    for model in (made, attrs.evolve(made, invoice_type="invoice"), made.customer, made.customer.address, made.matrix[0]):
        assert not [text for text in PERSONAL if text in repr(model)]
        assert str(model) == repr(model)
    assert "invoice_number='INV-2025-015'" in repr(made)
    assert "Customer(name=…, id_number=…, is_person=True" in repr(made)


def test_a_receipt_shows_its_case_and_outcome() -> None:
    shown = repr(amili.InvoiceRegistrationReceipt(case="68e4c1ab0000000000000001", outcome="existing"))
    assert shown == "InvoiceRegistrationReceipt(case='68e4c1ab0000000000000001', outcome='existing')"


def properties(name: str) -> dict[str, Any]:
    """The properties of a model in the contract, with what stands in the schemas that they refer to."""
    schema = SCHEMAS.get(name.removeprefix("Partial"), {})
    found = {}
    for key, stated in schema.get("properties", {}).items():
        referred = SCHEMAS[stated["$ref"].rpartition("/")[2]] if "$ref" in stated else {}
        found[stated.get("x-python-name") or key.lstrip("_")] = referred | stated
    return found


@pytest.mark.parametrize("name", sorted(set(models.__all__) & {*SCHEMAS, *(f"Partial{schema}" for schema in SCHEMAS)}))
def test_every_text_that_is_shown_is_said_not_to_be_personal(name: str) -> None:
    model = getattr(models, name)
    fields = {field.name.rstrip("_"): field for field in attrs.fields(model)} if attrs.has(model) else {}
    for key, stated in properties(name).items():
        if stated.get("type") not in ("number", "integer", "boolean", "object", "array"):
            classified = {"pattern", "enum", "const", "x-not-personal"} & stated.keys()
            assert bool(classified) is bool(fields[key].repr), f"{name}.{key}"


def test_lists_that_are_shown_hold_models_only() -> None:
    for name in models.__all__:
        model = getattr(models, name)
        hints = get_type_hints(model)
        for field in attrs.fields(model) if attrs.has(model) else ():
            if field.repr and "list[" in str(hints[field.name]):
                assert "amili_api.models." in str(hints[field.name]), f"{name}.{field.name}"


def test_neither_a_traceback_with_locals_nor_a_failed_assertion_shows_a_person(tmp_path: Path) -> None:
    found, made = Case.from_dict(a_case()), InvoiceRegistration.from_dict(an_invoice())

    def fail(case: Case, invoice: InvoiceRegistration) -> None:
        raise ValueError(f"{case} {invoice!r}")

    try:
        fail(found, made)
    except ValueError as problem:
        shown = "".join(traceback.TracebackException.from_exception(problem, capture_locals=True).format())
    shown = shown[shown.index("in fail") :]
    test = tmp_path / "test_it.py"
    test.write_text(
        "from tests.generated.test_repr import Case, InvoiceRegistration, a_case, an_invoice\n"
        "ONE, OTHER = (Case.from_dict(a_case(state=state)) for state in ('invoice', 'reminder'))\n"
        "INVOICE = InvoiceRegistration.from_dict(an_invoice())\n"
        "def test_equal():\n    one, other = ONE, OTHER\n    assert one == other\n"
        "def test_invoice():\n    invoice, cases = INVOICE, [ONE]\n    assert invoice in cases\n"
    )
    command = [sys.executable, "-m", "pytest", "-vv", "-l", "-p", "no:cacheprovider", "-n", "0", "-k", "test_equal or test_invoice"]
    done = subprocess.run([*command, str(test)], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert "2 failed" in done.stdout, done.stdout + done.stderr
    for text in PERSONAL:
        assert text not in shown + done.stdout
