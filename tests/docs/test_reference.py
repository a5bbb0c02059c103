"""The reference pages: their tables are complete, and the examples in them work."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import amili
import attrs
import pytest
from amili import Amili
from amili.cli.frame import SETTINGS
from amili_sandbox.testing import SandboxProcess

from tests.docs.pages import ROOT

REFERENCE = ROOT / "docs" / "reference"
MODELS: dict[str, dict[str, Any]] = {
    "invoice.md": {"request": amili.InvoiceRegistration, "receipt": amili.InvoiceRegistrationReceipt},
    "credit-and-cancel.md": {
        "crediting": amili.CreditorCrediting,
        "crediting receipt": amili.CreditorCreditingReceipt,
        "cancellation": amili.CreditorCancellation,
        "cancellation receipt": amili.CreditorCancellationReceipt,
    },
    "case.md": {"case": amili.Case},
}
KINDS = {"`date`": date, "`datetime`": datetime, "`Decimal`": Decimal, "`bool`": bool, "`int`": int}
TABLES = [(page, table, model) for page, tables in MODELS.items() for table, model in tables.items()]


def rows(page: str, table: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table between its markers, by the heads of its columns."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    part = text.partition(f"<!-- {table}: begin -->\n")[2].partition(f"<!-- {table}: end -->")[0]
    heads, _, *lines = ([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in part.splitlines())
    yield from (dict(zip(heads, cells, strict=True)) for cells in lines)


def types(page: str, table: str) -> dict[str, str]:
    """Return the types that a table shows, by the attributes of the model itself."""
    outer = [row for row in rows(page, table) if "." not in row["property"].partition("`")[2].partition("`")[0]]
    return {(re.findall(r"\(`\.(\w+)`\)", row["property"]) or [row["property"].strip("`")])[0]: row["type"] for row in outer}


@pytest.mark.parametrize(("page", "table", "model"), TABLES)
def test_a_table_has_the_attributes_of_its_model(page: str, table: str, model: Any) -> None:
    assert types(page, table).keys() == {field.name for field in attrs.fields(model)} - {"additional_properties", "outcome"}


@pytest.mark.parametrize(("page", "table", "model"), TABLES)
def test_a_table_has_the_types_of_its_model(page: str, table: str, model: Any) -> None:
    held = get_type_hints(model)
    for name, shown in types(page, table).items():
        kinds = (held[name], *get_args(held[name]))
        assert {each for each, kind in KINDS.items() if kind in kinds} == {shown} & KINDS.keys(), name


@pytest.mark.parametrize(("page", "table", "model"), TABLES)
def test_every_property_has_a_meaning(page: str, table: str, model: Any) -> None:
    assert [row["property"] for row in rows(page, table) if len(row["meaning"]) < 4] == []


def from_examples(page: str, table: str, *, required_only: bool) -> dict[str, Any]:
    """Build a document from the examples of a table."""
    document: dict[str, Any] = {}
    for row in rows(page, table):
        path, example = row["property"].strip("`"), row["example"].strip("`")
        if example and (row["required"].startswith("yes") or not required_only) and not row["required"].startswith("never"):
            put(document, path.split("."), {"`bool`": example == "True", "`Decimal`": amount(example)}.get(row["type"], example))
    return document


def amount(example: str) -> float | None:
    return float(example) if re.fullmatch(r"[\d.]+", example) else None


def put(document: dict[str, Any], path: list[str], value: Any) -> None:
    name, *rest = path
    if not rest:
        document[name] = value
    elif name.endswith("[]"):
        put(document.setdefault(name.removesuffix("[]"), [{}])[0], rest, value)
    else:
        put(document.setdefault(name, {}), rest, value)


@pytest.mark.parametrize("required_only", [True, False])
def test_an_invoice_of_the_examples_is_registered(sandbox: SandboxProcess, required_only: bool) -> None:
    invoice = from_examples("invoice.md", "request", required_only=required_only)
    for row in rows("invoice.md", "request"):
        if "Seen on stored invoices only" in row["meaning"]:  # the stand-in has no such property in a request
            invoice.pop(row["property"].strip("`"), None)
    ours = {"account": sandbox.account, "creditor": sandbox.creditor}
    if required_only:
        invoice["customer"]["is_person"] = True
    with Amili(sandbox.base_url, sandbox.token) as client:
        receipt = client.register(invoice | ours)
        assert client.case(receipt).debt.invoice_number == invoice["invoice_number"]


def test_what_is_called_required_is_required(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token) as client:
        for row in rows("invoice.md", "request"):
            path = row["property"].strip("`")
            if row["required"] == "yes" and "." not in path and "[]" not in path:
                invoice = from_examples("invoice.md", "request", required_only=False)
                del invoice[path]
                with pytest.raises(ValueError, match=f"{path}: it is missing"):
                    client.register(invoice)
    assert sandbox.requests() == []


def test_the_variables_are_those_that_the_client_reads() -> None:
    read = {name for file in (ROOT / "overlay").rglob("*.py") for name in re.findall(r'"(AMILI_\w+)"', file.read_text("utf-8"))}
    listed, of_the_command = (
        {row["variable"].strip("`") for row in rows("settings.md", table)} for table in ("variables", "command")
    )
    assert listed == {name for name in read if name not in ("AMILI_CONFIG", "AMILI_PROFILE", "AMILI_LEDGER")}
    assert of_the_command == {f"AMILI_{each.name.upper()}" for each in SETTINGS} - listed | {"AMILI_CONFIG", "AMILI_PROFILE"}
