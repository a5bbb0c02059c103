"""What the model holds and what it does not: every property of a case is changed in turn, and the change must be noticed."""

import copy
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contract_tests.findings import fact, open_questions
from contract_tests.guide import guide_documents
from contract_tests.messages import any_position, iso_8601, pointer_of, rfc_1123, timestamp
from contract_tests.model.case import ModelCase, moved_on
from contract_tests.model.case_checks import case_invariants, receipt_invariants
from contract_tests.model.invoices import INVOICE_DATE, invoice, line, total_of
from contract_tests.model.page_checks import Query, known_case_differences, page_invariants
from contract_tests.tour import RandomData

RECEIPT = guide_documents()["1-register.reply.json"].content
GUIDE_CASE = guide_documents()["2-find.reply.json"].content["_items"][0]
# What nothing but the contract's own pattern holds at the first look, since no page says what it should be. A second look under
# the same etag holds everything, and one under another etag everything that is settled when a case is made.
NOT_HELD = {
    "/_etag": "opaque",
    "/_updated": "a case may be worked on at any time; no page shows one of the future, see below",
    "/agreement_version": "an id that the vendor gives",
    "/case_settings/interest_rate/reference_rate": "a setting at the vendor",
    "/creditor_name": "the vendor's name of the creditor",
    "/customer": "an id that the vendor gives; each debtor has one of its own, which the tour checks",
    "/customer_status": "its values are not documented",
    "/debt/interest_days_after_invoice_date": "the rule is not documented",
    "/debt/payout_reference": "what it is when none was sent is not documented",
    "/reference_number": "the vendor gives it; receipts must name the same, which the tour checks",
    "/transactions/*/description_locale_tag": "its values are not documented",
}


def fresh() -> tuple[ModelCase, dict[str, Any]]:
    """Return a model and the case as it must look."""
    sample = guide_documents()["1-register.python.request.json"].content
    document = invoice("CT-1", sample["account"], sample["creditor"], [line("400.50", "25%", units=2)], debt_description="Work")
    document["customer"]["customer_number"] = "12345"
    model = ModelCase(RECEIPT["_case"], RECEIPT, document)
    known = model.document()
    case = copy.deepcopy(GUIDE_CASE) | known
    case["debt"] = {**GUIDE_CASE["debt"], **known["debt"]}
    case["transactions"][0]["amount"] = model.capital
    return model, case


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the paths of all values that are no containers."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if not isinstance(node, dict | list):
        yield path
    for name, value in inner:
        yield from leaves(value, (*path, name))


def changed(case: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """Return a case with one value changed to another of its kind."""
    other = copy.deepcopy(case)
    holder: Any = other
    for step in path[:-1]:
        holder = holder[step]
    value = holder[path[-1]]
    if isinstance(value, bool):
        holder[path[-1]] = not value
    elif isinstance(value, int | Decimal):
        holder[path[-1]] = value + 1
    elif value.endswith(" GMT"):
        holder[path[-1]] = rfc_1123(timestamp(value) + timedelta(days=2))
    elif len(value) >= 24:
        holder[path[-1]] = value[:-1] + ("0" if value[-1] != "0" else "1")
    else:
        holder[path[-1]] = {"initializing": "invoice"}.get(value, f"{value}x")
    return other


MODEL, CASE = fresh()
LATER = "Tue, 07 Oct 2025 09:41:01 GMT"
PATHS = list(leaves(CASE))


def test_a_case_as_it_must_look_has_no_difference() -> None:
    model, case = fresh()
    assert [*model.differences(case), *case_invariants(case)] == []
    assert [*model.differences(case)] == [], "nor at the second look"


def test_only_what_no_page_says_is_not_held_at_the_first_look() -> None:
    unnoticed = set()
    for path in PATHS:
        model, case = fresh()
        other = changed(case, path)
        if not [*model.differences(other), *case_invariants(other)]:
            unnoticed.add(any_position(pointer_of(path)))
    assert unnoticed == NOT_HELD.keys()


def test_a_number_that_a_debtor_had_before_is_known_from_the_first_look_on() -> None:
    model, case = fresh()
    del model.registration["customer"]["customer_number"]
    asked = Query({"customer_number": {"$exists": False}})
    assert [*model.differences(case)] == []
    assert [*known_case_differences(asked, page(), [model], "CT-")] == []
    assert [found for _, found, *_ in known_case_differences(Query({"customer_number": "12345"}), page(), [model], "CT-")] == [
        "/_items"
    ]
    assert [found for _, found, *_ in model.differences(changed(case, ("customer_number",)))] == ["/customer_number"] * 2


@pytest.mark.parametrize("path", PATHS, ids=pointer_of)
def test_whatever_changes_under_the_same_etag_is_noticed(path: tuple[Any, ...]) -> None:
    if path != ("_etag",):
        assert [*moved_on(CASE, changed(CASE, path), "")]


@pytest.mark.parametrize("path", PATHS, ids=pointer_of)
def test_whatever_is_settled_when_a_case_is_made_does_not_change_later(path: tuple[Any, ...]) -> None:
    later = changed(CASE, path) | {"_etag": "0" * 32}
    may = ("_etag", "_updated", "latest_state_date", "state", "status", "customer_status")
    assert bool([*moved_on(CASE, later, "")]) == (path[0] not in may and not str(path[0]).endswith("_amount"))


def test_a_change_that_leaves_the_etag_or_the_time_as_they_were_is_noticed() -> None:
    when = "Tue, 07 Oct 2025 08:00:00 GMT"
    assert {pointer for _, pointer, *_ in moved_on(CASE, CASE, when)} == {"/_etag"}
    assert {pointer for _, pointer, *_ in moved_on(CASE, CASE | {"_etag": "0" * 32}, when)} == {"/_updated"}
    assert [*moved_on(CASE, CASE | {"_etag": "0" * 32, "_updated": when}, when)] == []


def test_a_crediting_is_held_in_every_amount_and_in_the_transactions() -> None:
    model, case = fresh()
    model.seen = case
    model.credit(Decimal("0.10"), case["_updated"])
    pointers = {pointer for _, pointer, *_ in model.differences(case | {"_etag": "0" * 32})}
    remaining = {f"/{scope}_remaining_{part}_amount" for scope in ("local", "total") for part in ("capital", "transaction")}
    assert pointers == remaining | {"/transactions"}


@pytest.mark.parametrize(("change", "pointer"), [
    (lambda receipt: receipt.update(_updated="Tue, 07 Oct 2025 07:41:02 GMT"), "/_updated"),
    (lambda receipt: receipt.update(_created=LATER, _updated=LATER), "/_created"),
    (lambda receipt: receipt.update(ocr_number_ocr="20252806663259506082"), "/ocr_number_ocr"),
    (lambda receipt: receipt.pop("_ocr_number"), "/_ocr_number"),
    (lambda receipt: receipt.update(_id="f" * 24), "/headers/Location"),
])  # fmt: skip
def test_a_receipt_that_is_not_true_is_noticed(change: Any, pointer: str) -> None:
    headers = {"date": RECEIPT["_created"], "location": f"http://127.0.0.1/x/{RECEIPT['_id']}"}
    receipt = dict(RECEIPT)
    change(receipt)
    reported = {found for _, found, *_ in receipt_invariants("register_invoice", receipt, headers, timedelta(seconds=90))}
    assert reported == {pointer}


def page(*cases: Any, total: int | None = None, number: int = 1, size: int = 25) -> dict[str, Any]:
    items = list(cases)
    return {"_items": items, "_meta": {"page": number, "max_results": size, "total": len(items) if total is None else total}}


@pytest.mark.parametrize(("query", "answer", "pointer"), [
    (Query(), page(CASE), None),
    (Query(), page(CASE, total=2), "/_meta/total"),
    (Query(max_results=1, page=2), page(CASE, total=1, number=2, size=1), "/_meta/total"),
    (Query(), page(CASE, size=20), "/_meta/max_results"),
    (Query(page=2), page(CASE, total=26), "/_meta/page"),
    (Query(page=2), page(total=26, number=2), "/_items"),
    (Query(max_results=1), page(CASE, CASE | {"_id": "f" * 24}, size=1), "/_items"),
    (Query(), page(CASE, CASE), "/_items"),
    (Query({"currency": "EUR"}), page(CASE), "/_items/0"),
    (Query(sort="-debt.initial_capital"), page(CASE | {"_id": "f" * 24, "debt": {"initial_capital": 1}}, CASE), "/_items"),
    (Query(projection={"state": 1}), page({name: CASE[name] for name in ("_id", "state", "currency")}), "/_items/0/currency"),
    (Query(max_results=1000), page(CASE, size=100), None),
])  # fmt: skip
def test_a_page_that_is_no_answer_to_its_question_is_noticed(query: Query, answer: Any, pointer: str | None) -> None:
    assert {found for _, found, *_ in page_invariants(query, answer, {})} == ({pointer} if pointer else set())


def test_no_case_is_of_the_future() -> None:
    headers = {"date": CASE["_updated"]}
    assert [*page_invariants(Query(), page(CASE), headers)] == []
    reported = [found for _, found, *_ in page_invariants(Query(), page(CASE | {"_updated": LATER}), headers)]
    assert reported == ["/_items/0/_updated"]


def test_a_total_in_the_headers_must_be_the_same() -> None:
    assert [*page_invariants(Query(), page(CASE), {"x-total-count": "1"})] == []
    assert [found for _, found, *_ in page_invariants(Query(), page(CASE), {"x-total-count": "2"})] == ["/headers/X-Total-Count"]


def test_what_is_known_must_come_and_what_was_never_confirmed_must_not() -> None:
    model, case = fresh()
    assert [*known_case_differences(Query(), page(case), [model], "CT-")] == []
    assert [found for _, found, *_ in known_case_differences(Query(), page(case), [], "CT-")] == ["/_items/0"]
    assert [*known_case_differences(Query(), page(), [model], "CT-")] == [], "a case that was never seen may come later"
    model.seen = case
    assert [found for _, found, *_ in known_case_differences(Query(), page(), [model], "CT-")] == ["/_items"]
    wanted = Query(projection={"debt.invoice_number": 1, "total_remaining_capital_amount": 1})
    shown = {
        "_id": case["_id"],
        "_etag": "0" * 32,
        "debt": {"invoice_number": "CT-2"},
        "total_remaining_capital_amount": model.capital,
    }
    assert "/_items/0/debt/invoice_number" in [
        found for _, found, *_ in known_case_differences(wanted, page(shown), [model], "CT-")
    ]


def test_a_page_has_the_cases_that_belong_there_as_far_as_the_order_is_known() -> None:
    first, case = fresh()
    second = copy.deepcopy(first)
    second.id, second.number = "f" * 24, "CT-2"
    first.seen = second.seen = case
    for sort, places in (("_id", ["/_items"]), ("state,_id", []), ("_created,_id", []), ("debt.initial_capital", [])):
        query = Query(sort=sort, page=2, max_results=1)
        reported = [
            found for _, found, *_ in known_case_differences(query, page(case, total=2, number=2, size=1), [first, second], "CT-")
        ]
        assert reported == places, sort


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_drawn_comes_to_one_sum_however_tax_is_rounded(seed: int) -> None:
    lines = RandomData(seed).lines(20)
    assert lines == RandomData(seed).lines(20), "a seed always gives the same"
    by_line = sum((total_of({"matrix": [item]}) for item in lines), Decimal(0))
    assert by_line == total_of({"matrix": lines})


def test_moments_are_read_as_they_are_written() -> None:
    assert timestamp(rfc_1123(INVOICE_DATE)) == timestamp(iso_8601(INVOICE_DATE)) == INVOICE_DATE


def test_nothing_is_known_of_what_follows_a_date_of_the_server_in_an_order() -> None:
    first, second = CASE, CASE | {"_id": "0" * 24}
    assert "/_items" not in {found for _, found, *_ in page_invariants(Query(sort="-_updated,_id"), page(first, second), {})}
    assert "/_items" in {found for _, found, *_ in page_invariants(Query(sort="_id"), page(first, second), {})}
    later = CASE | {"_id": "0" * 24, "_updated": LATER}
    assert "/_items" in {found for _, found, *_ in page_invariants(Query(sort="-_updated,_id"), page(first, later), {})}


def test_a_second_between_two_clocks_is_no_difference() -> None:
    a_second_ago = rfc_1123(timestamp(CASE["_updated"]) - timedelta(seconds=1))
    assert [*case_invariants(CASE | {"_updated": a_second_ago})] == []
    assert [*receipt_invariants("register_invoice", {**RECEIPT, "_updated": a_second_ago}, {}, timedelta(0))] == []


@pytest.mark.parametrize(("pointer", "state", "name"), [
    ("/local_added_costs_amount", "invoice", "local_is_total"),
    ("/total_added_costs_amount", "invoice", "no_costs_at_first"),
    ("/total_added_costs_amount", "reminder", "no_fees"),
    ("/total_remaining_transaction_amount", "debt_collection", "no_fees"),
    ("/total_remaining_capital_amount", "reminder", "credited"),
    ("/debt/initial_capital", "invoice", "registered_capital"),
    ("/debt/invoice_number", "invoice", "registered_case"),
    ("/debt/invoice_date", "invoice", "registered_texts"),
])  # fmt: skip
def test_a_value_rests_on_what_is_known_of_its_property(pointer: str, state: str, name: str) -> None:
    model, _ = fresh()
    assert model.why(pointer, state) == fact(name)
    model.registration["matrix"][:] = [line("0.30", "25%"), line("0.30", "25%")]
    rounded = pointer in ("/total_remaining_capital_amount", "/debt/initial_capital")
    assert model.why(pointer, state) == fact("rounded_tax" if rounded else name)
    model.cancel(Decimal(0), LATER)
    left = open_questions()["cancelled_capital"].fact
    assert (model.why(pointer, state) == left) == ("_remaining_" in pointer), "what remains after a cancellation is asked for"


@pytest.mark.parametrize(("query", "name"), [
    (Query({"debt.invoice_number": "CT-1"}, sort="-_created", projection={"state": 1}), "one_property"),
    (Query(), "one_property"),
    (Query({"state": {"$in": ["invoice"]}}), "operators"),
    (Query({"$or": []}), "operators"),
    (Query('_id=="x"'), "operators"),
    (Query(sort="state,_id"), "operators"),
    (Query(projection={"debt": 0}), "operators"),
])  # fmt: skip
def test_only_what_the_pages_show_of_queries_is_documented(query: Query, name: str) -> None:
    assert query.rests_on == fact(name)
