"""What counts as a difference between a response and that of the stand-in, and what every server has of its own."""

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.fit.comparing import differences
from contract_tests.fit.names import Names
from contract_tests.messages import Exchange, dumps

OLD, NEW = "a" * 24, "b" * 24
LATER = "Tue, 07 Oct 2025 07:41:41 GMT"


def exchange(document: Any, status: int = 200, sent: Any = None, url: str = "/cases", **headers: str) -> Exchange:
    named = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    method, body = ("GET", b"") if sent is None else ("POST", dumps(sent).encode())
    return Exchange(method, f"http://x{url}", status, {}, body, named, dumps(document).encode())


def places(old: Exchange, new: Exchange, names: Names | None = None) -> list[str]:
    return [place for place, _ in differences(old, new, names or Names({}))]


@pytest.mark.parametrize(("old", "new"), [
    ({"_id": OLD}, {"_id": NEW}),
    ({"_etag": "a" * 32}, {"_etag": "b" * 32}),
    ({"ocr": "2025280"}, {"ocr": "2025281"}),
    ({"_created": "Tue, 07 Oct 2025 07:41:01 GMT"}, {"_created": LATER}),
    ({"_error": {"code": 404, "message": "not here"}}, {"_error": {"code": 404, "message": "no such case"}}),
    ({"_issues": {"amount": "too much"}}, {"_issues": {"amount": "min value is 0"}}),
    ({"creditor_name": "Demo AB"}, {"creditor_name": "Sandbox AB"}),
    ({"amount": 100}, {"amount": 100.0}),
])  # fmt: skip
def test_what_each_server_makes_up_is_no_difference(old: Any, new: Any) -> None:
    assert places(exchange(old), exchange(new)) == []


@pytest.mark.parametrize(("old", "new", "place"), [
    ({"_etag": "a" * 32}, {"_etag": "b" * 24}, "/_etag: another value"),
    ({"_created": "Tue, 07 Oct 2025 07:41:01 GMT"}, {"_created": "2025-10-07T07:41:01Z"}, "/_created: another value"),
    ({"_created": "Tue, 07 Oct 2025 07:41:01 GMT"}, {"_created": "Wed, 08 Oct 2025 07:41:01 GMT"}, "/_created: another value"),
    ({"_error": {"message": "no"}}, {"_error": {"message": {"message": "no"}}}, "/_error/message: another value"),
    ({"_issues": {"amount": "no"}}, {"_issues": {"origin": "no"}}, "/_issues/amount: sent by the server only"),
    (
        {"_created": "Tue, 07 Oct 2025 07:41:01 GMT", "_updated": "Tue, 07 Oct 2025 07:41:00 GMT"},
        {"_created": LATER, "_updated": LATER},
        "/_updated: before _created in one of the two",
    ),
    ({"state": "invoice"}, {"state": "initializing"}, "/state: another value"),
    ({"amount": 100}, {"amount": True}, "/amount: another value"),
    ({"lines": [1, 2]}, {"lines": [1]}, "/lines: another number of entries"),
    ({}, {"status": "completed"}, "/status: sent by the stand-in only"),
])  # fmt: skip
def test_what_behaves_otherwise_is_a_difference(old: Any, new: Any, place: str) -> None:
    assert place in places(exchange(old), exchange(new))


def test_what_was_made_up_once_stands_for_the_same_everywhere() -> None:
    names = Names({})
    assert places(exchange({"_id": OLD}), exchange({"_id": NEW}), names) == []
    assert places(exchange({"_id": OLD}), exchange({"_id": "c" * 24}), names) == ["/_id: another value"]
    assert places(exchange({"_id": "d" * 24}), exchange({"_id": NEW}), names) == ["/_id: another value"]


def test_what_was_sent_is_not_made_up() -> None:
    names = Names({})
    sent = {"reference_number": "00100"}
    assert places(exchange({}, 201, sent), exchange({}, 201, sent), names) == []
    assert places(exchange(sent), exchange({"reference_number": "49477"}), names) == ["/reference_number: another value"]


def test_another_status_counts_more_than_the_whole_response() -> None:
    old, new = exchange({"_status": "OK", "amount": 5}, 201), exchange({"_status": "ERR"}, 422)
    assert [*differences(old, new, Names({}))] == [("status 201, and 422 by the stand-in", 1_000_000), ("", 3)]


def test_a_body_that_can_not_be_read_is_one_difference() -> None:
    broken = replace(exchange({}), body=b'{"_id": "1", "_id": "1"}')
    assert [*differences(broken, exchange({"_id": "1", "state": "invoice"}), Names({}))] == [
        ("the body: readable in one of the two only", 1)
    ]
    assert places(broken, broken) == []


def test_headers_count_that_the_framework_sends_and_no_others() -> None:
    old, new = exchange({}, x_cloud_trace="7", www_authenticate="Basic"), exchange({}, x_ratelimit_limit="100")
    assert places(old, new) == [
        "/headers/www-authenticate: sent by the server only",
        "/headers/x-ratelimit-limit: sent by the stand-in only",
    ]


def page(*items: Any, total: int) -> dict[str, Any]:
    return {"_items": [*items], "_meta": {"page": 1, "total": total}}


def test_of_a_page_only_the_cases_of_the_run_are_compared() -> None:
    names = Names({OLD: NEW})
    names.own |= {OLD}
    foreign = {"_id": "e" * 24, "state": "reminder"}
    old, new = page(foreign, {"_id": OLD, "state": "invoice"}, total=2), page({"_id": NEW, "state": "invoice"}, total=1)
    assert places(exchange(old), exchange(new), names) == []
    without = page({"_id": OLD, "state": "invoice"}, total=1)
    assert places(exchange(without), exchange(page(total=0)), names) == [
        "/_meta/total: another value",
        "/_items/*: shown by the server only",
    ]
    assert places(exchange(page(total=0)), exchange(new), names)[-1] == "/_items/*: shown by the stand-in only"


def test_a_case_that_only_the_stand_in_has_is_expected_on_no_page() -> None:
    names = Names({OLD: NEW})
    names.own |= {OLD}
    refused, accepted = exchange({"_status": "ERR"}, 422, {}), exchange({"_id": "d" * 24, "_case": "e" * 24}, 201, {})
    assert places(refused, accepted, names)[0] == "status 422, and 201 by the stand-in"
    old, new = page({"_id": OLD, "state": "invoice"}, total=1), page({"_id": NEW, "state": "invoice"}, {"_id": "e" * 24}, total=2)
    assert places(exchange(old), exchange(new), names) == []


@pytest.mark.parametrize(("sort", "matters"), [("", False), ("?sort=-_created", False), ("?sort=-_created,_id", True)])
def test_an_order_matters_where_it_leaves_nothing_open(sort: str, matters: bool) -> None:
    names = Names({OLD: NEW, "c" * 24: "d" * 24})
    names.own |= {OLD, "c" * 24}
    old = page({"_id": OLD}, {"_id": "c" * 24}, total=2)
    new = page({"_id": "d" * 24}, {"_id": NEW}, total=2)
    assert places(exchange(old, url=f"/cases{sort}"), exchange(new), names) == (["/_items: another order"] if matters else [])


def test_ids_are_translated_in_urls_and_bodies_and_what_only_looks_like_one_is_not() -> None:
    names = Names({OLD: NEW})
    url = f"/cases/{OLD}?where=%7B%22case%22%3A%22{OLD}%22%7D"
    assert names.translated(url) == url.replace(OLD, NEW)
    assert names.translated(f'{{"_etag":"{OLD}1234"}}') == f'{{"_etag":"{OLD}1234"}}'
    names.own |= {"c" * 24}
    assert names.lacks(f"/cases/{'c' * 24}")
    assert not names.lacks(url)
