"""Registrations, creditings and cancellations looked up where an API keeps them, refuses to, or contradicts itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from amili._core.engine import Context, NoResponse, Response, Send
from amili._core.reading import Records, is_dependable, look_up_records

from tests.overlay.support import FlowRun, answer, play
from tests.samples import CASE, CREDITOR, MOMENT, OTHER_CASE, page
from tests.virtual_time import Clock, context

CREDITINGS, CANCELLATIONS = Records("list_creditings"), Records("list_cancellations")
REGISTRATIONS = Records("list_registrations", CREDITOR)
Server = Callable[[Send], Response | NoResponse]


def record(number: int, **properties: Any) -> dict[str, Any]:
    return {"_id": f"{number:024x}", "_created": MOMENT, "_updated": MOMENT, "_etag": "a" * 40, **properties}


def crediting(number: int = 1, case: Any = CASE, reference: Any = "CR-1") -> dict[str, Any]:
    return record(number, case=case, creditor_reference=reference)


def look(rules: Context, server: Server, records: Records = CREDITINGS, *values: str) -> FlowRun:
    return play(look_up_records(rules, records, list(values or [CASE]), rules.budget(30.0)), server=server, clock=Clock())


def serving(*rows: dict[str, Any]) -> Server:
    return lambda _: answer(200, page(*rows))


def test_a_record_is_found_by_one_request_and_the_list_is_known_to_find() -> None:
    rules = context()
    found = look(rules, serving(crediting()))
    assert [[row.id for row in rows] for rows in found.result.values()] == [[f"{1:024x}"]]
    assert found.paths == ["/creditor--creditings"]
    assert json.loads(found.sent[0].request.params["where"]) == {"case": CASE}
    assert rules.support.lists == {"list_creditings": True}


def test_nothing_found_says_nothing_of_the_list() -> None:
    rules = context()
    assert look(rules, serving()).result == {CASE: []}
    assert look(rules, serving(crediting(reference=None))).result[CASE] != []
    assert rules.support.lists == {}


def test_registrations_are_looked_up_by_number_and_creditor() -> None:
    rows = record(1, invoice_number="N1", creditor=CREDITOR), record(2, invoice_number="N2", creditor=CREDITOR)
    found = look(context(), serving(*rows), REGISTRATIONS, "N1", "N2", "N3")
    assert {number: [row.id for row in listed] for number, listed in found.result.items()} == {
        "N1": [f"{1:024x}"],
        "N2": [f"{2:024x}"],
        "N3": [],
    }
    assert json.loads(found.sent[0].request.params["where"]) == {
        "$and": [{"invoice_number": {"$in": ["N1", "N2", "N3"]}}, {"creditor": CREDITOR}]
    }


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
@pytest.mark.parametrize("values", [[CASE], [CASE, OTHER_CASE]])
def test_a_list_that_is_refused_is_not_asked_again(status: int, values: list[str], caplog: pytest.LogCaptureFixture) -> None:
    rules = context()
    rules.support.in_operator = True
    assert look(rules, lambda _: answer(status, {}), CREDITINGS, *values).result is None
    again = look(rules, lambda _: answer(status, {}), CREDITINGS, *values)
    assert (again.result, again.sent, rules.support.lists) == (None, [], {"list_creditings": False})
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "list_creditings: this API does not offer this list as documented; cases alone show what was written"
    ]


def test_a_refusal_that_may_be_about_in_is_tried_with_cases() -> None:
    rules = context()

    def serve(send: Send) -> Response:
        where = send.request.params.get("where", "{}")
        if "$in" in where:
            return answer(400, {})
        is_of_cases = send.request.operation == "list_cases"
        return answer(200, page(record(7) if is_of_cases else crediting(1, json.loads(where)["case"])))

    found = look(rules, serve, CREDITINGS, CASE, OTHER_CASE)
    assert {case: len(rows) for case, rows in found.result.items()} == {CASE: 1, OTHER_CASE: 1}
    assert (rules.support.in_operator, rules.support.lists) == (False, {"list_creditings": True})


@pytest.mark.parametrize(
    "failure",
    [answer(500, {}), answer(200, b"<html>"), NoResponse(True, "timeout"), answer(429, {}), answer(409, {})],
    ids=["500", "no JSON", "timeout", "429", "409"],
)
def test_a_failure_says_nothing_of_the_list(failure: Any) -> None:
    rules = context()
    assert look(rules, lambda _: failure).result is None
    assert rules.support.lists == {}
    assert look(rules, serving(crediting())).result is not None


@pytest.mark.parametrize(
    ("records", "rows"),
    [
        (CREDITINGS, [crediting(), crediting(2, OTHER_CASE)]),
        (CREDITINGS, [crediting(1, None)]),
        (CREDITINGS, [crediting(1, 5)]),
        (REGISTRATIONS, [record(1, invoice_number=CASE, creditor="f" * 24)]),
        (REGISTRATIONS, [record(1, invoice_number=CASE)]),
    ],
    ids=["another case", "no case", "no text", "another creditor", "no creditor"],
)
@pytest.mark.parametrize("together", [False, True])
def test_rows_that_were_not_asked_for_end_the_use_of_a_list(records: Records, rows: Any, together: bool) -> None:
    rules = context()
    assert look(rules, serving(*rows), records, *([CASE, "0" * 24] if together else [CASE])).result is None
    assert rules.support.lists == {records.operation: False}
    assert rules.support.in_operator is not False, "that is about cases"


def test_what_is_no_list_ends_its_use() -> None:
    rules = context()
    assert look(rules, lambda _: answer(200, {"status": "up"})).result is None
    assert rules.support.lists == {"list_creditings": False}


def test_a_list_of_more_than_a_page_is_read_whole() -> None:
    def serve(send: Send) -> Response:
        conditions = json.loads(send.request.params["where"]).get("$and", [{}])
        after = next((each["_id"]["$gt"] for each in conditions if "_id" in each), "")
        rows = [row for row in map(crediting, range(1, 151)) if row["_id"] > after]
        return answer(200, page(*rows[:100], total=len(rows)))

    found = look(context(), serve)
    assert [row.id for row in found.result[CASE]] == [f"{number:024x}" for number in range(1, 151)]
    assert len(found.sent) == 2


def depends(rules: Context, server: Server, records: Records = CREDITINGS) -> FlowRun:
    return play(is_dependable(rules, records, rules.budget(30.0)), server=server, clock=Clock())


def finding(*rows: dict[str, Any]) -> Server:
    """Serve these rows, and those of a case if one is asked for."""

    def serve(send: Send) -> Response:
        where = json.loads(send.request.params.get("where", "{}"))
        return answer(200, page(*[row for row in rows if where.get("case", row["case"]) == row["case"]]))

    return serve


def test_a_list_is_dependable_if_it_finds_a_record_that_it_shows() -> None:
    rules = context()
    tried = depends(rules, finding(crediting(1, reference=None), crediting(2, OTHER_CASE), crediting(3)))
    assert tried.result is True
    assert [send.request.params.get("where") for send in tried.sent] == [
        None,
        json.dumps({"case": OTHER_CASE}, separators=(",", ":")),
    ]
    assert tried.sent[0].request.params["sort"] == "-_id"
    assert depends(rules, finding()).sent == [], "it is remembered"


@pytest.mark.parametrize(
    "server",
    [
        finding(),
        finding(crediting(reference=None)),
        lambda send: answer(200, page() if "where" in send.request.params else page(crediting())),
        lambda send: answer(500, {}),
    ],
    ids=["empty", "no references", "finds nothing", "fails"],
)
def test_a_list_that_does_not_show_that_it_finds_is_not_dependable(server: Server) -> None:
    rules = context()
    assert depends(rules, server).result is False
    assert rules.support.lists == {}


def test_a_cancellation_needs_no_reference() -> None:
    assert depends(context(), finding(crediting(reference=None)), CANCELLATIONS).result is True
