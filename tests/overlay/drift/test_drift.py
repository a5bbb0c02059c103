"""What `Drift` counts in live responses, that it never holds a value, and that no call fails because of it."""

import contextlib
import copy
import itertools
import logging
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from amili import AmiliError, ConfigurationError, Deviation, Drift, where
from amili_api.contract.responses import RESPONSES
from amili_sandbox.testing import SandboxProcess
from hypothesis import given
from hypothesis import strategies as st

from tests.overlay.support import Clients, answer
from tests.overlay.support import reply as http_reply
from tests.samples import CREDITOR, MOMENT, case, invoice, page

MARKER = "Marker-77193"
JSON: dict[str, Any] = {"content_type": "application/json"}
RECEIPT = {"_id": CREDITOR, "_case": CREDITOR, "_created": MOMENT, "_updated": MOMENT, "_etag": "a" * 40, "_status": "OK"}


def told(drift: Drift) -> set[tuple[str, str, str]]:
    return {(each.operation, each.rule, each.pointer) for each in drift.findings()}


def looked(document: Any, status: int = 200, operation: str = "list_cases", projected: bool = False, **headers: str) -> Drift:
    drift = Drift()
    drift.observe(operation, answer(status, document, **(JSON | headers)), projected)
    return drift


def rules(document: Any, status: int = 200, **options: Any) -> set[tuple[str, str]]:
    return {(each.rule, each.pointer) for each in looked(document, status, **options).findings()}


def test_the_flow_of_the_guide_has_nothing_but_what_the_contract_says(clients: Clients, sandbox: SandboxProcess) -> None:
    drift = Drift()
    amili = clients(sandbox.base_url, sandbox.token, drift=drift)
    receipt = amili.register(invoice(account=sandbox.account, creditor=sandbox.creditor))
    amili.credit(receipt, Decimal("0.10"))
    assert amili.cases(projection=["state"]).first() is not None
    assert drift.findings() == []
    assert drift.responses == len(sandbox.requests()) > 0


@pytest.mark.parametrize(
    ("fault", "deviation"),
    [
        ("etag_missing", ("register_invoice", "missing property in 201", "/_etag")),
        ("date_iso", ("register_invoice", "wrong format in 201", "/_created")),
        ("id_uuid", ("register_invoice", "wrong format in 201", "/_id")),
        ("ocr_number_type", ("register_invoice", "wrong type in 201", "/ocr_number_ocr")),
        ("status_case", ("register_invoice", "wrong value in 201", "/_status")),
        ("content_type_html", ("register_invoice", "wrong content type in 201", "")),
        ("dup_json_key", ("register_invoice", "no strict JSON in 201", "")),
        ("amount_string", ("list_cases", "wrong type in 200", "/_items/*/total_remaining_capital_amount")),
        ("float_rounding", ("list_cases", "wrong value in 200", "/_items/*/total_remaining_capital_amount")),
        ("enum_new", ("list_cases", "undocumented value in 200", "/_items/*/state")),
        ("leak", ("list_cases", "undocumented property in 200", "/_items/*/_internal_note")),
        ("err_shape", ("register_invoice", "missing property in 422", "/_status")),
    ],
)
def test_each_kind_of_deviation_is_counted_over_http(
    clients: Clients, sandbox: SandboxProcess, fault: str, deviation: tuple[str, str, str]
) -> None:
    sandbox.control("PUT", "contract-faults", [fault])
    drift, ours = Drift(), {"account": sandbox.account, "creditor": sandbox.creditor}
    amili = clients(sandbox.base_url, sandbox.token, drift=drift)
    lines = [{**invoice()["matrix"][0], "unit_price": 19.99, "total_price_excluding_vat": 19.99}]
    for document in (invoice(matrix=lines, **ours), invoice(invoice_number="", **ours)):
        with contextlib.suppress(AmiliError):
            amili.register(document)
    with contextlib.suppress(AmiliError):
        amili.cases(where.debt.invoice_number == "INV-2025-015").first()
    assert deviation in told(drift)
    assert not any(rule.startswith("not checked") for _, rule, _ in told(drift))


def test_every_response_is_looked_at_also_of_attempts_that_are_tried_again(clients: Clients) -> None:
    drift, waiting = (
        Drift(),
        [http_reply({}, 503), http_reply({"_status": "ERR"}, 418), http_reply(page(), content_type="text/html")],
    )
    amili = clients.answering(lambda _: waiting.pop(0), drift=drift)
    for _ in range(2):
        with contextlib.suppress(AmiliError):
            amili.cases().count()
    assert drift.responses == 3
    assert told(drift) == {
        ("list_cases", "wrong content type in 503", ""),
        ("list_cases", "undocumented status in 418", ""),
        ("list_cases", "wrong content type in 200", ""),
    }


def test_a_client_without_one_does_not_miss_it(clients: Clients) -> None:
    assert clients.answering(lambda _: http_reply(page(), **JSON), drift=None).cases().count() == 0


@pytest.mark.parametrize("wrong", [True, Drift, "drift"])
def test_what_is_no_drift_is_refused_before_anything_is_sent(clients: Clients, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"drift= must be a Drift, as in drift=Drift\(\), not"):
        clients(drift=wrong)


# --- what is held against the contract -----------------------------------------------------------------------------------


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document = page(case())
    change(document["_items"][0])
    return document


BASE = rules(page(case()))


@pytest.mark.parametrize(
    ("change", "rule", "pointer"),
    [
        (lambda c: c["debt"].pop("invoice_number"), "missing property in 200", "/_items/*/debt/invoice_number"),
        (lambda c: c.update(news=1), "undocumented property in 200", "/_items/*/news"),
        (lambda c: c["debt"].update({"19900101-0017": 1}), "undocumented property in 200", "/_items/*/debt/*"),
        (lambda c: c.update(state="surveillance"), "undocumented value in 200", "/_items/*/state"),
        (lambda c: c.update(state=5), "wrong type in 200", "/_items/*/state"),
        (lambda c: c.update(debt=None), "wrong type in 200", "/_items/*/debt"),
        (lambda c: c.update(case_settings=[]), "wrong type in 200", "/_items/*/case_settings"),
        (lambda c: c.update(state_history={}), "wrong type in 200", "/_items/*/state_history"),
        (lambda c: c["state_history"].append(5), "wrong type in 200", "/_items/*/state_history/*"),
        (lambda c: c.update(_created="2025-10-07"), "wrong format in 200", "/_items/*/_created"),
        (lambda c: c.update(_created="Tue, 31 Feb 2025 07:41:01 GMT"), "wrong format in 200", "/_items/*/_created"),
        (lambda c: c.update(currency="kr"), "wrong format in 200", "/_items/*/currency"),
        (lambda c: c["debt"].update(initial_capital=0.001), "wrong value in 200", "/_items/*/debt/initial_capital"),
        (lambda c: c["debt"].update(invoice_number=""), "wrong value in 200", "/_items/*/debt/invoice_number"),
        (lambda c: c["debt"].update(interest_days_after_invoice_date=1.5), "wrong type in 200",
         "/_items/*/debt/interest_days_after_invoice_date"),
        (lambda c: c["case_settings"]["interest_rate"].update(reference_rate=1), "wrong type in 200",
         "/_items/*/case_settings/interest_rate/reference_rate"),
    ],
)  # fmt: skip
def test_a_place_that_is_not_as_described(change: Callable[[dict[str, Any]], Any], rule: str, pointer: str) -> None:
    assert rules(changed(change)) ^ BASE == {(rule, pointer)}


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(closed={"anything": 1}),
        lambda c: c.update(original_invoice=[None, "whatever"]),
        lambda c: c.update(transactions=[]),
        lambda c: c["debt"].update(initial_capital=1e15, capital_to_claim=0),
        lambda c: c["debt"].update(interest_days_after_invoice_date=8.0),
        lambda c: c.update(state="reminder"),
    ],
)
def test_what_the_contract_allows_is_no_deviation(change: Callable[[dict[str, Any]], Any]) -> None:
    assert rules(changed(change)) == BASE


def test_pages_have_bounds() -> None:
    assert rules({"_items": [], "_meta": {"page": 0, "max_results": 101, "total": 0}}) == {
        ("wrong value in 200", "/_meta/page"),
        ("wrong value in 200", "/_meta/max_results"),
    }
    assert ("wrong value in 200", "/_items") in rules(page(*[case()] * 101))
    assert rules([]) == {("wrong type in 200", "")}


def test_under_a_projection_only_what_always_comes_is_missed() -> None:
    document = {"_items": [{"_id": CREDITOR, "_created": MOMENT, "_updated": MOMENT, "debt": {}}], "_meta": page()["_meta"]}
    assert rules(document, projected=True) == {("missing property in 200", "/_items/*/_etag")}
    assert len(rules(document)) > 15


@pytest.mark.parametrize("issues", [{}, {"amount": "no"}, {"a": ["no", {"0": {"b": "no"}}]}, {"a": {"0": {"b": ["no"]}}}])
def test_issues_may_be_nested_as_the_framework_does(issues: Any) -> None:
    assert rules({"_status": "ERR", "_issues": issues}, 422, operation="credit_case") == set()


@pytest.mark.parametrize("issues", [{"amount": 5}, {"a": [5]}, {"a": {"b": None}}, {"a": [{"b": 5}]}])
def test_an_issue_that_is_no_text_is_told_without_its_name(issues: Any) -> None:
    found = rules({"_status": "ERR", "_issues": issues}, 422, operation="credit_case")
    assert found == {("wrong value in 422", "/_issues/*")}


def test_an_explanation_that_is_no_text_is_told_without_its_name() -> None:
    error = {"code": 422, "message": "no", "details": {"customer.name": 5}}
    assert rules({"_status": "ERR", "_error": error}, 422) == {("wrong type in 422", "/_error/details/*")}


def test_headers_are_held_against_the_contract_too() -> None:
    headers: dict[str, Any] = {
        "x_total_count": "many",
        "x_ratelimit_limit": "-1",
        "x_powered_by": "Test",
        "x_request_id": "1",
        "server": "Test",
    }
    assert {(rule, pointer) for rule, pointer in rules(page(), **headers)} == {
        ("wrong type in 200", "/headers/x-total-count"),
        ("wrong value in 200", "/headers/x-ratelimit-limit"),
        ("undocumented header in 200", "/headers/x-powered-by"),
    }
    assert rules(RECEIPT, 201, operation="register_invoice", location="not a reference") == {
        ("wrong format in 201", "/headers/location")
    }


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"a": 1, "a": 1}', b'{"a": NaN}', b"[" * 100_000, b"\xff", b'{"a": 1e9999999999999999999}']
)
def test_what_a_careful_reader_does_not_take_for_json_is_told(body: bytes) -> None:
    assert rules(body) == {("no strict JSON in 200", "")}


def test_a_server_error_may_be_a_page_for_people() -> None:
    assert rules(b"<html>", 502, content_type="text/html; charset=utf-8") == set()
    assert rules({"_status": "ERR"}, 502) == set()


# --- no values ----------------------------------------------------------------------------------------------------------


def marked(value: Any, marker: Any) -> Any:
    """Return a document with a marker for every value, of the same shape."""
    if isinstance(value, dict):
        return {key: marked(inner, marker) for key, inner in value.items()}
    return [marked(inner, marker) for inner in value] if isinstance(value, list) else marker


DOCUMENTS = [page(case()), RECEIPT, {"_status": "ERR", "_error": {"code": 1, "message": "", "details": {MARKER: ""}},
             "_issues": {MARKER: {MARKER: [""]}}}]  # fmt: skip
MARKS = st.sampled_from([MARKER, [MARKER], {MARKER: MARKER}, {"news": MARKER}, f"Tue, {MARKER} GMT"])


class Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


HEADERS = st.sampled_from(["location", "x-total-count", "retry-after", "x-news", "content-type", f"x-{MARKER}"])
REPLY = st.tuples(st.sampled_from(sorted(RESPONSES)), st.sampled_from([200, 201, 401, 422, 418, 500]), HEADERS, st.booleans())


@given(document=st.sampled_from(DOCUMENTS), marker=MARKS, about=REPLY)
def test_no_value_of_a_response_is_held_shown_pickled_or_logged(
    document: Any, marker: Any, about: tuple[str, int, str, bool]
) -> None:
    operation, status, header, projected = about
    drift, log = Drift(), logging.getLogger("amili.drift")
    keeper = Keeper()
    log.addHandler(keeper)
    try:
        for body in (marked(document, marker), {**document, MARKER: MARKER}, [MARKER], MARKER.encode()):
            headers = {"content_type": "application/json"} | {header.replace("-", "_"): MARKER}
            drift.observe(operation, answer(status, body, **headers), projected)
    finally:
        log.removeHandler(keeper)
    held = [str(drift), repr(drift), repr(drift.findings()), repr(drift.never_seen()), repr(vars(drift))]
    held += [*keeper.messages, pickle.dumps(drift, 0).decode("latin-1")]
    assert drift.responses == 4
    assert not [text for text in held if "77193" in text]
    assert not any(each.rule.startswith("not checked") for each in drift.findings())


# --- its own life -------------------------------------------------------------------------------------------------------


def test_a_mistake_of_its_own_is_told_and_harms_no_call() -> None:
    drift = looked({}, operation="an operation without a contract")
    assert drift.findings() == [Deviation("an operation without a contract", "not checked (KeyError) in 200", "", 1)]


class Failing(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise OSError("the disk is full")


def test_a_handler_that_fails_harms_no_call() -> None:
    log, failing = logging.getLogger("amili.drift"), Failing()
    log.addHandler(failing)
    try:
        assert looked(b"").findings() == [Deviation("list_cases", "no strict JSON in 200", "", 1)]
    finally:
        log.removeHandler(failing)


def test_a_deviation_is_logged_when_it_is_met_for_the_first_time(caplog: pytest.LogCaptureFixture) -> None:
    drift = Drift()
    for _ in range(3):
        drift.observe("list_cases", answer(418, {}), False)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "list_cases: undocumented status in 418 at /")
    ]


def test_what_is_described_and_never_came_is_listed() -> None:
    drift = Drift()
    assert set(drift.never_seen()) == {(operation, f"/{key}") for operation, keys in RESPONSES.items() for key in keys}
    drift.observe("list_cases", answer(200, page(case()), **JSON, x_total_count="1"), False)
    never = drift.never_seen()
    page_of_cases = {pointer.removeprefix("/200") for operation, pointer in never if operation == "list_cases"}
    assert page_of_cases >= {"/_items/*/closed", "/_items/*/state=reminder", "/422"}
    assert not page_of_cases & {"", "/_items/*/debt/invoice_number", "/_items/*/state=invoice", "/headers/x-total-count"}
    assert not any(pointer.startswith("/422/") for _, pointer in never), "of a response that never came only the status is told"
    drift.observe("list_cases", answer(502, {"_status": "ERR"}, **JSON), False)
    assert ("list_cases", "/5XX") not in drift.never_seen()
    assert ("list_cases", "/5XX/_error") in drift.never_seen()


def test_a_table_for_people() -> None:
    drift = looked(page(case(news=1), case(news=1)))
    drift.observe("cancel_case", answer(418, {}), False)
    assert str(drift) == (
        "2 responses, 4 deviations\n"
        "2  list_cases   undocumented property in 200  /_items/*/news\n"
        "2  list_cases   undocumented value in 200     /_items/*/status\n"
        "2  list_cases   undocumented value in 200     /_items/*/status_history/*/status\n"
        "1  cancel_case  undocumented status in 418    /"
    )
    assert repr(drift) == "<Drift: 2 responses, 4 deviations>"
    drift.clear()
    assert (str(drift), drift.findings()) == ("0 responses, 0 deviations", [])
    assert set(drift.never_seen()) == set(Drift().never_seen())


def test_it_pickles_and_goes_on_counting() -> None:
    drift = looked(page(case(news=1)))
    for copied in (pickle.loads(pickle.dumps(drift)), copy.deepcopy(drift)):  # noqa: S301 - just pickled
        copied.observe("list_cases", answer(200, page(case(news=1)), **JSON), False)
        assert (copied.responses, {each.count for each in copied.findings()}) == (2, {2})
        assert copied.never_seen() == drift.never_seen()
    assert (drift.responses, {each.count for each in drift.findings()}) == (1, {1})
    assert pickle.loads(pickle.dumps(drift.findings())) == drift.findings()  # noqa: S301 - just pickled


def test_threads_and_clients_share_one(clients: Clients) -> None:
    drift, document = Drift(), page(case(news=1))
    for _ in range(2):
        clients.answering(lambda _: http_reply(document, **JSON), drift=drift).cases().count()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: drift.observe("list_cases", answer(200, document, **JSON), False), range(400)))
    assert drift.responses == 402
    assert {each.count for each in drift.findings()} == {402}


def test_what_it_tells_apart_is_bounded() -> None:
    names = ["".join(letters) for letters in itertools.product("abcdefgh", repeat=4)][:1100]
    drift = looked(page(case(**dict.fromkeys(names, 1))))
    drift.observe("list_cases", answer(200, page(case(aaaa=1, z=1)), **JSON), False)
    assert len(drift.findings()) <= 1001
    assert sum(each.count for each in drift.findings()) == 1100 + 2 + 2 * 2  # and the status, in two places
    assert Deviation("list_cases", "undocumented property in 200", "/*", 103) in drift.findings()
