from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.traffic.samples import (
    CANCELLATION,
    CASSETTE,
    CREDITING,
    HAR,
    PAGE,
    REGISTRATION,
    Change,
    changed,
    findings,
    judged,
    replaced,
)
from contract_tests.traffic.kinds import place

GATEWAY = "https://gateway.example.org/amili"


@pytest.mark.parametrize("file", [HAR, CASSETTE], ids=["har", "cassette"])
def test_the_synthetic_sample_and_the_flow_of_the_guide_are_what_the_contract_says(file: Path) -> None:
    assert findings(file) == []
    assert len(judged(file).traffic.entries) == 4


def url(position: int, before: str, after: str) -> Change:
    def change(entries: list[Any]) -> None:
        request = entries[position]["request"]
        assert before in request["url"]
        request["url"] = request["url"].replace(before, after)

    return change


def header(position: int, name: str, value: str) -> Change:
    return lambda entries: entries[position]["response"]["headers"].append({"name": name, "value": value})


def status(position: int, code: int, body: str | None = None) -> Change:
    def change(entries: list[Any]) -> None:
        entries[position]["response"]["status"] = code
        if body is not None:
            entries[position]["response"]["content"]["text"] = body

    return change


def no_token(entries: list[Any]) -> None:
    entries[PAGE]["request"]["headers"].clear()


def refused_without_a_token(entries: list[Any]) -> None:
    no_token(entries)
    status(PAGE, 401, '{"_status": "ERR", "_error": {"code": 401, "message": "no"}}')(entries)


def token_in_the_answer(entries: list[Any]) -> None:
    entries[CREDITING]["request"]["headers"][1]["value"] = "a-token-made-up-for-this"
    header(CREDITING, "x-request-id", "for a-token-made-up-for-this")(entries)


REFUSAL = '{"_status": "ERR", "_error": {"code": 422, "message": "no"}, "_issues": {"customer": {"name": "Jane Smith?"}}}'
CASE = "/_items/*"
FOUND: dict[str, tuple[Change, tuple[str, str, str]]] = {
    "a request of another type": (
        replaced(CREDITING, '"amount": 100.0', '"amount": "100"', sent=True), ("credit_case", "request-body", "/amount")
    ),
    "a property that is unknown": (
        replaced(CREDITING, '"amount"', '"amuont"', sent=True), ("credit_case", "request-body", "/amount")
    ),
    "an unknown parameter": (url(PAGE, "?where", "?wehre"), ("list_cases", "request-parameter", "/query/wehre")),
    "a condition that is none": (url(PAGE, "where=%7B", "where="), ("list_cases", "request-parameter", "/query/where")),
    "a method that is not offered": (
        lambda entries: entries[PAGE]["request"].update(method="PATCH"), ("PATCH /cases", "operation", "")
    ),
    "no token": (refused_without_a_token, ("list_cases", "request-token", "")),
    "a response of another type": (
        replaced(PAGE, '"amount": 500', '"amount": "500"'), ("list_cases", "wrong type in 200", f"{CASE}/transactions/*/amount")
    ),
    "a property that is missing": (
        replaced(REGISTRATION, '"_etag"', '"_tag"'), ("register_invoice", "missing property in 201", "/_etag")
    ),
    "a property that is not described": (
        replaced(REGISTRATION, '"_etag"', '"_more": 1, "_etag"'), ("register_invoice", "undocumented property in 201", "/_more")
    ),
    "a state that is not described": (
        replaced(PAGE, '"initializing"', '"asleep"'), ("list_cases", "undocumented value in 200", f"{CASE}/state")
    ),
    "a header that is not described": (
        header(PAGE, "X-New", "1"), ("list_cases", "undocumented header in 200", "/headers/x-new")
    ),
    "a status that is not described": (status(CANCELLATION, 202), ("cancel_case", "undocumented status in 202", "")),
    "a key that stands twice": (
        replaced(CANCELLATION, '"_status"', '"_status": "OK", "_status"'), ("cancel_case", "no strict JSON in 201", "")
    ),
    "a token that is repeated": (token_in_the_answer, ("credit_case", "a response does not repeat the token", "")),
    "another number than was asked for": (
        url(PAGE, "INV-2025-015", "INV-2025-016"), ("list_cases", "a page is the answer to its question", CASE)
    ),
    "a sum that is wrong": (
        replaced(PAGE, '"total_added_transaction_amount": 500', '"total_added_transaction_amount": 501'),
        ("list_cases", "a case agrees with itself", f"{CASE}/total_added_transaction_amount"),
    ),
    "a receipt of another day": (
        header(CREDITING, "date", "Fri, 20 Nov 2026 10:00:00 GMT"), ("credit_case", "a receipt is true", "/_created")
    ),
    "a refusal with a person": (
        status(REGISTRATION, 422, REFUSAL), ("register_invoice", "a refusal names what is wrong and nothing else", "")
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUND)
def test_a_difference_is_found_in_either_direction(what: str, tmp_path: Path) -> None:
    change, wanted = FOUND[what]
    assert wanted in findings(changed(tmp_path, change))


def test_the_same_difference_is_reported_once_with_its_first_entry(tmp_path: Path) -> None:
    def change(entries: list[Any]) -> None:
        replaced(CREDITING, '"amount": 100.0', '"amount": "100"', sent=True)(entries)
        entries += [entries[CREDITING]] * 2

    (found,) = judged(changed(tmp_path, change)).requests
    assert found.seen == "text; the response was 201 (entry 4 and 2 more)"
    assert found.repeat == ""


def gone(position: int, *names: str) -> Change:
    def change(entries: list[Any]) -> None:
        *path, last = names
        node = entries[position]
        for name in path:
            node = node[name]
        del node[last]

    return change


def no_response(entries: list[Any]) -> None:
    entries[PAGE]["response"] |= {"status": 0, "content": {}, "headers": []}


def not_loaded(entries: list[Any]) -> None:
    entries[PAGE]["response"]["content"] |= {"text": "", "size": 2800}


def in_brotli(entries: list[Any]) -> None:
    header(PAGE, "content-encoding", "br")(entries)
    entries[PAGE]["response"]["content"] |= {"text": "gf8=", "encoding": "base64"}


def without_request_body(entries: list[Any]) -> None:
    gone(CREDITING, "request", "postData")(entries)
    entries[CREDITING]["request"]["bodySize"] = -1


@pytest.mark.parametrize(("change", "says"), [
    (no_token, "4 entries were compared"),
    (gone(PAGE, "response", "content", "text"), "1 had no recorded response body"),
    (not_loaded, "1 had no recorded response body"),
    (in_brotli, "1 had no recorded response body"),
    (without_request_body, "1 had no recorded request body"),
    (no_response, "1 had no response"),
    (lambda entries: entries[PAGE].update(response=None), "1 had no response"),
    (lambda entries: entries[PAGE]["request"].update(method="OPTIONS"), "2 to other paths or by a browser's own methods"),
    (url(PAGE, "/cases", "/something-else"), "2 to other paths or by a browser's own methods"),
    (url(PAGE, "api-sandbox.amili.se", "example.org"), "2 to other hosts"),
    (url(PAGE, "api-sandbox.amili.se", "api-sandbox.amili.se.example.org"), "2 to other hosts"),
    (url(PAGE, "https://api", "https://[api"), "2 to other hosts"),
])  # fmt: skip
def test_what_a_recording_leaves_out_is_counted_and_no_difference(change: Change, says: str, tmp_path: Path) -> None:
    file = changed(tmp_path, change)
    assert findings(file) == []
    assert says in judged(file).sentence


def test_an_empty_body_is_no_missing_one(tmp_path: Path) -> None:
    def change(entries: list[Any]) -> None:
        without_request_body(entries)
        entries[CREDITING]["request"]["bodySize"] = 0
        entries[CREDITING]["response"]["content"] |= {"text": "", "size": 0}

    found = findings(changed(tmp_path, change))
    assert found == [("credit_case", "request-body", ""), ("credit_case", "no strict JSON in 201", "")]


def test_conditions_that_the_model_does_not_know_are_counted(tmp_path: Path) -> None:
    asked = "%7B%22debt.invoice_number%22%3A%7B%22%24regex%22%3A%22INV%22%7D%7D"

    def change(entries: list[Any]) -> None:
        request = entries[PAGE]["request"]
        request["url"] = request["url"].partition("?")[0] + f"?where={asked}"

    file_judged = judged(changed(tmp_path, change))
    assert file_judged.agreement == []
    assert file_judged.sentence.endswith("1 have conditions that the model can't read")


def test_either_spelling_of_a_path_is_one_of_the_contract(tmp_path: Path) -> None:
    file = changed(tmp_path, url(CREDITING, "creditor-crediting", "creditor--creditings"))
    assert findings(file) == []
    assert judged(file).calls["POST /creditor--creditings"] == 1


def elsewhere(base: str) -> Change:
    def change(entries: list[Any]) -> None:
        for entry in entries[REGISTRATION : CANCELLATION + 1]:
            entry["request"]["url"] = entry["request"]["url"].replace("https://api-sandbox.amili.se", base)
        replaced(PAGE, '"initializing"', '"closed"')(entries)

    return change


def test_another_address_of_the_api_is_named_and_not_asked(tmp_path: Path) -> None:
    file = changed(tmp_path, elsewhere(GATEWAY))
    assert ("list_cases", "undocumented value in 200", f"{CASE}/state") in findings(file, f"{GATEWAY}/")
    assert "other hosts" in judged(file, GATEWAY).sentence


def test_what_is_accepted_of_a_host_is_no_finding(tmp_path: Path) -> None:
    file = changed(tmp_path, elsewhere("http://127.0.0.1:8080"))
    on_stand_in = judged(file)
    assert [each.pointer for each in on_stand_in.responses] == []
    assert f"{CASE}/state" in {entry.pointer for entry in on_stand_in.accepted}
    assert on_stand_in.found["list_cases", "undocumented value in 200", f"{CASE}/state", ""] == 1


def test_an_entry_that_fails_the_suite_is_named_without_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise KeyError("Somebody Real")

    monkeypatch.setattr("contract_tests.traffic.judging.check_request", fails)
    with pytest.raises(RuntimeError) as failed:
        _ = judged(HAR).requests
    assert str(failed.value) == "entry 2 can't be compared: KeyError"


@pytest.mark.parametrize(("pointer", "shown"), [
    ("/_items/3/transactions/0/amount", "/_items/*/transactions/*/amount"),
    ("/customer/9001011239", "/customer/*"), ("/customer/a900-11", "/customer/*"), ("/Anna", "/*"), ("/a b", "/*"),
    ("/someone@example.se", "/*"), ("/x~1y", "/*"), ("/address_line_1", "/address_line_1"),
    ("/headers/X-Total-Count", "/headers/x-total-count"),
    ("", ""), ("/" + "a" * 41, "/*"),
])  # fmt: skip
def test_a_key_that_may_be_data_is_a_star(pointer: str, shown: str) -> None:
    assert place(pointer) == shown
