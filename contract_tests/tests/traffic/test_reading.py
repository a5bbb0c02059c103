import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.options import NotConfigured
from contract_tests.tests.traffic.samples import (
    CONTRACT,
    PAGE,
    as_cassette,
    changed,
    findings,
    judged,
    written,
)
from contract_tests.traffic import read_traffic

WRONG_TYPE = ("list_cases", "wrong type in 200", "/_items/*/transactions/*/amount")


def damage(item: Any) -> bytes:
    """Return the body of a response, that of the page with an amount as text."""
    text: str = item["response"]["body"]["string"]
    return text.replace('"amount": 500\n', '"amount": "500"\n').encode()


def as_text(item: Any) -> None:
    item["response"]["body"]["string"] = damage(item).decode()


def as_bytes(item: Any) -> None:
    item["response"]["body"]["string"] = damage(item)
    item["request"]["body"] = (item["request"]["body"] or "").encode()
    item["request"]["headers"]["X-API-Key"] = [b"FILTERED"]


def compressed(item: Any) -> None:
    item["response"]["body"]["string"] = gzip.compress(damage(item))
    item["response"]["headers"]["Content-Encoding"] = ["gzip"]


def in_base64(item: Any) -> None:
    item["response"]["body"] = {"base64_string": base64.b64encode(damage(item)).decode()}
    item["request"]["body"] = {"encoding": "UTF-8", "string": item["request"]["body"]}


def with_one_header_each(item: Any) -> None:
    as_text(item)
    for message in (item["request"], item["response"]):
        message["headers"] = {name: values[0] for name, values in message["headers"].items()}


FORMS: dict[str, tuple[Callable[[Any], None], Callable[[Any], str]]] = {
    "YAML, text": (as_text, yaml.safe_dump),
    "YAML, bytes": (as_bytes, yaml.safe_dump),
    "YAML, gzip": (compressed, yaml.safe_dump),
    "YAML, base64": (in_base64, yaml.safe_dump),
    "JSON, text": (as_text, json.dumps),
    "JSON, base64": (in_base64, json.dumps),
    "JSON, one header each": (with_one_header_each, json.dumps),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_cassette_is_read_in_every_form(form: str, tmp_path: Path) -> None:
    change, write = FORMS[form]
    file = written(tmp_path, write(as_cassette(change)), "tape")
    assert findings(file) == [WRONG_TYPE]


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = changed(tmp_path, lambda _: None)
    indented = json.dumps(json.loads(file.read_text(encoding="utf-8")), indent="\t")  # which YAML can't be
    file.write_text(indented, encoding="utf-8-sig")
    assert findings(file) == []


def test_a_compressed_body_of_a_har_is_decompressed(tmp_path: Path) -> None:
    def change(entries: list[Any]) -> None:
        response = entries[PAGE]["response"]
        text = response["content"]["text"].replace('"amount": 500\n', '"amount": "500"\n')
        response["content"] |= {"text": base64.b64encode(gzip.compress(text.encode())).decode(), "encoding": "base64"}

    assert findings(changed(tmp_path, change)) == [WRONG_TYPE]


def test_bodies_that_playwright_puts_beside_the_file_are_read(tmp_path: Path) -> None:
    def change(entries: list[Any]) -> None:
        content = entries[PAGE]["response"]["content"]
        text = content.pop("text").replace('"amount": 500\n', '"amount": "500"\n')
        content["_file"] = written(tmp_path, text, "1a2b.json").name

    assert findings(changed(tmp_path, change)) == [WRONG_TYPE]


def test_no_other_file_is_read_for_a_body(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    written(tmp_path, "{}", "outside.json")

    def change(entries: list[Any]) -> None:
        content = entries[PAGE]["response"]["content"]
        del content["text"]
        content["_file"] = "../outside.json"

    assert "1 had no recorded response body" in judged(changed(folder, change)).sentence


WRONG = {
    "empty": ("", "is empty"),
    "blank": (" \n", "is empty"),
    "text": ("Somebody Real\n", "neither a HAR nor a cassette"),
    "a list": ("[1, 2]", "neither a HAR nor a cassette"),
    "broken": ('{"log": {"entries": [Somebody', "neither JSON nor YAML"),
    "deep": ("[" * 100_000, "neither JSON nor YAML"),
    "an object of Python's": ("!!python/object/apply:os.mkdir ['Somebody']", "neither JSON nor YAML"),
    "no entry": ('{"log": {"entries": []}}', "none of its 0 entries"),
    "no interaction": ("interactions: []", "none of its 0 entries"),
    "an entry without a request": ('{"log": {"entries": [{"Somebody": 1}]}}', "entry 1 can't be read as one of a HAR"),
    "an interaction that is none": ("interactions: [Somebody Real]", "entry 1 can't be read as one of a cassette"),
    "another API": (
        '{"log": {"entries": [{"request": {"method": "GET", "url": "https://example.org/cases?Somebody"}}]}}',
        "none of its 1 entries is a request of the contract to amili.se, nor on this machine",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused_in_one_line_that_shows_nothing_of_it(what: str, tmp_path: Path) -> None:
    text, says = WRONG[what]
    with pytest.raises(NotConfigured) as refused:
        read_traffic(written(tmp_path, text), CONTRACT)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "Somebody" not in str(refused.value)
    assert not Path("Somebody").exists()


@pytest.mark.parametrize(("name", "says"), [("no/such.har", "No such file"), (".", "directory")])
def test_a_file_that_can_not_be_opened_is_refused(name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=says):
        read_traffic(tmp_path / name, CONTRACT)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.har").write_bytes(b"\xff\xfe{\x00")
    with pytest.raises(NotConfigured, match="neither JSON nor YAML in UTF-8"):
        read_traffic(tmp_path / "other.har", CONTRACT)


def test_a_name_that_holds_a_person_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured) as refused:
        read_traffic(written(tmp_path, "", "someone@example.se.har"), CONTRACT)
    assert "someone" not in str(refused.value)
