"""Validation keeps nobody waiting, takes time in proportion to the body, and reports what Cerberus reports."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from amili_sandbox.domain import parse_scenario
from amili_sandbox.eve import make_app
from amili_sandbox.http import Reply, Request
from amili_sandbox.server import Sandbox
from amili_sandbox.state import Assumptions, Clock, make_state
from eve.io.mongo import Validator as EveValidator
from eve.validation import SingleErrorAsStringErrorHandler
from flask import g

from tests.sandbox.guide_calls import Api, Json, line


class WatchedAssumptions(Assumptions):
    """Calls a function whenever validation asks which VAT rates there are."""

    watch: Callable[[], None] = staticmethod(lambda: None)

    def __getitem__(self, name: str) -> str:
        if name == "vat_rates":
            self.watch()
        return super().__getitem__(name)


def make(folder: Path, assumptions: Assumptions | None = None) -> Sandbox:
    return Sandbox(folder, assumptions=assumptions or Assumptions(), scenario=parse_scenario("empty"))


def post(sandbox: Sandbox, body: Any) -> Reply:
    headers = [("Host", "localhost"), ("X-API-Key", sandbox.accounts[0]["token"]), ("Content-Type", "application/json")]
    return sandbox(Request("POST", "/invoice-registration", headers, json.dumps(body).encode()))


def bad_lines(count: int) -> Json:
    return {"matrix": [{"unit_price": "x", "unit_vat_percent": "99%", f"unknown{number}": 1} for number in range(count)]}


def test_others_can_write_while_an_invoice_is_validated(tmp_path: Path) -> None:
    assumptions = WatchedAssumptions()
    sandbox = make(tmp_path, assumptions)
    written: list[int] = []

    def write() -> None:
        with sandbox.state.database.transaction():
            sandbox.state.database["notes"].insert_one({"number": len(written)})
            written.append(1)

    def write_in_another_thread() -> None:
        thread = Thread(target=write, daemon=True)
        thread.start()
        thread.join(timeout=60)
        assert not thread.is_alive(), "validation holds the lock of the database"

    assumptions.watch = write_in_another_thread
    assert post(sandbox, bad_lines(3)).status == 422
    assert len(written) == 3


def work_for(sandbox: Sandbox, body: Any) -> int:
    """Return how many functions are called to refuse a body; sorting or merging counts by the length of what it works on."""
    work = 0

    def count(_frame: Any, event: str, function: Any) -> None:
        nonlocal work
        if event == "c_call" and function.__name__ in ("sort", "update") and isinstance(function.__self__, dict | list):
            work += len(function.__self__)
        work += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        reply = post(sandbox, body)
    finally:
        sys.setprofile(None)
    assert reply.status == 422
    return work


@pytest.mark.parametrize(
    "body",
    [bad_lines, lambda count: {f"unknown{number}": 1 for number in range(count, 0, -1)}, lambda count: [bad_lines(1)] * count],
    ids=["lines", "unknown properties", "invoices"],
)
def test_four_times_the_errors_take_four_times_the_work(tmp_path: Path, body: Callable[[int], Any]) -> None:
    sandbox = make(tmp_path)
    work_for(sandbox, body(5))  # what is done once
    few, many = work_for(sandbox, body(50)), work_for(sandbox, body(200))
    assert many < 4.2 * few


@pytest.mark.parametrize(
    ("body", "status"), [({"matrix": [{}] * 10_000}, 413), ({"notes": [1] * 50_002}, 413), (bad_lines(2_000), 422)]
)
def test_a_body_of_more_values_than_can_be_validated_soon_is_refused_before(tmp_path: Path, body: Any, status: int) -> None:
    reply = post(make(tmp_path), body)
    assert reply.status == status
    assert reply.json()["_error"]["code"] == status


@pytest.mark.filterwarnings("ignore:Methods for type testing:DeprecationWarning")
def test_all_errors_are_reported_as_cerberus_reports_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(make_state(Assumptions(), Clock(), tmp_path / "sandbox.db"), lambda _: None)
    ours = app.validator
    stock = type("Stock", (ours,), {"_error": EveValidator._error, "errors": EveValidator.errors})
    schema = app.config["DOMAIN"]["invoice-registration"]["schema"]
    documents: list[Json] = [
        {},
        {"zebra": 1, "apple": 2, "matrix": [], "_case": "x"},
        {"matrix": "none", "customer": 5, "invoice_date": "soon", "currency": "EUR"},
        bad_lines(12) | {"customer": {"name": "", "address": {"zip": 1}, "is_person": "yes", "is_company": True}},
        {"matrix": [line(), 5, {}, line(price=float("nan")), line(unit_price=10**15), line(vat="7%", unit_price="x", more=1)]},
        {"invoice_number": "", "invoice_type": "x", "ocr_number_ocr": "1", "_ocr_number": 5, "account": "none", "creditor": None},
    ]
    with app.test_request_context("/"):
        g.auth_value = None
        for document in documents:
            reports = []
            for kind in (ours, stock):
                monkeypatch.setattr(kind, "known_schemas", {})
                validator = kind(schema, resource="invoice-registration", allow_unknown=False)
                if kind is stock:
                    validator.error_handler = SingleErrorAsStringErrorHandler()
                assert not validator.validate(json.loads(json.dumps(document)))
                reports.append(json.dumps(validator.errors))
            assert reports[0] == reports[1]


def test_a_number_that_was_taken_since_validation_is_refused(api: Api) -> None:
    api.sandbox.assume(duplicate_invoice_numbers="refused")
    answer = api.http.post("/invoice-registration", json=[api.invoice(), api.invoice()])
    assert answer.status_code == 422
    assert answer.json()["_items"][1]["_issues"] == {"invoice_number": "value 'INV-2025-015' is not unique"}
    assert api.cases()["_meta"]["total"] == 0


@pytest.mark.parametrize("amount", [1e308, 1e15, -1e15, 10**30])
def test_amounts_that_no_arithmetic_can_hold_to_the_ore_are_refused(api: Api, amount: float) -> None:
    answer = api.post_invoice(matrix=[line(price=amount)])
    assert answer.status_code == 422
    issues = answer.json()["_issues"]["matrix"]["0"]
    assert issues.keys() == {"unit_price", "total_price_excluding_vat"}


def test_products_of_large_amounts_are_checked(api: Api) -> None:
    api.sandbox.assume(line_totals="checked")
    answer = api.post_invoice(matrix=[line(price=1e14, number_of_units=1e14)])
    assert answer.status_code == 422
    assert "exception" not in answer.json()["_issues"]
