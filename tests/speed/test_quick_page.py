"""A page read from structs is the page that the models read, to the last digit, whatever was done to it; so are its errors."""

import json
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from amili import DecodeError
from amili._decode import _decode, _quick_readers, decode
from amili_api import codec as wire
from amili_api.codec import dump_any
from amili_api.models.case_page import CasePage
from amili_api.quick import READERS, read_page
from amili_sandbox.process import SandboxProcess
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.cases import page
from tests.speed.test_json_readers import DOCUMENTS, NUMBERS

AGAIN = "\0again"  # at the end of a key: the key stands twice in its object
DATES = st.sampled_from(
    ["Tue, 07 Oct 2025 07:41:01 GMT", "Mon, 07 Oct 2025 07:41:01 GMT", "Tue, 07 Oct 2025 07:41:61 GMT",
     "Tue, 7 Oct 2025 07:41:01", "Tue, 07 Okt 2025 07:41:01 GMT", "Tue, 07 Oct 2025 07.41.01 GMT",
     "2025-10-07T07:41:01Z", "2025-10-07", "19900101-0017"]
)  # fmt: skip


class Number(str):
    """A number as it shall stand in the text."""


def written(value: Any) -> str:
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        pairs = ((key.removesuffix(AGAIN), inner) for key, inner in value.items())
        return "{" + ",".join(f"{json.dumps(key)}:{written(inner)}" for key, inner in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document, as what it is in and its key there."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


VALUES: st.SearchStrategy[Any] = (
    NUMBERS.map(Number) | DATES | DOCUMENTS | st.sampled_from([None, True, "", "invoice", "sold", [], {}])
)


@st.composite
def pages_of_all_kinds(draw: st.DrawFn) -> str:
    document = json.loads(page(draw(st.integers(1, 50)), draw(st.integers(0, 3))), parse_float=Number)
    for _ in range(draw(st.integers(0, 4))):
        there = list(places(document))
        if not there:
            break
        holder, key = there[draw(st.integers(0, len(there) - 1))]
        what = draw(st.sampled_from(["other value", "number", "gone", "unknown", "again"]))
        if what == "gone":
            del holder[key]
        elif what == "unknown" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["colour", "id", "additional_properties", "_links"]))] = draw(VALUES)
        elif what == "again" and isinstance(holder, dict):
            holder[key + AGAIN] = draw(VALUES)
        else:
            holder[key] = Number(draw(NUMBERS)) if what == "number" else draw(VALUES)
    return written(document)


def outcome(read: Callable[..., Any], text: str) -> str:
    """What came of it, with the exponent of every Decimal; of an error also the place that it points to."""
    try:
        return repr(read("list_cases", text.encode("utf-8", "surrogatepass"), CasePage.from_dict))
    except DecodeError as problem:
        return f"{problem} {problem.path}"


@settings(max_examples=400)
@given(pages_of_all_kinds())
def test_the_quick_way_gives_what_the_other_gives(text: str) -> None:
    assert outcome(decode, text) == outcome(_decode, text)


def test_pages_as_the_vendor_writes_them_are_read_the_quick_way() -> None:
    for number in range(1, 11):
        assert repr(read_page(page(number))) == repr(_decode("list_cases", page(number), CasePage.from_dict))
    assert list(READERS) == [CasePage.from_dict]


def test_so_are_those_of_the_stand_in() -> None:
    with SandboxProcess("--seed", "portfolio:30") as sandbox:
        reply = httpx.get(f"{sandbox.base_url}/cases", headers={"X-API-Key": sandbox.token})
    assert len(read_page(reply.content).items) == 25


def test_what_the_contract_does_not_know_is_kept() -> None:
    document = json.loads(page(1, 2))
    document["_items"][1]["debt"]["colour"] = {"shade": 0.25}
    content = json.dumps(document).encode()
    with pytest.raises(ValueError, match="unknown field `colour`"):
        read_page(content)
    read = decode("list_cases", content, CasePage.from_dict)
    assert dump_any(read.items[1].debt.additional_properties) == {"colour": {"shade": 0.25}}


def test_each_object_has_a_dict_of_its_own_for_what_may_be_put_into_it() -> None:
    first, second = read_page(page(1, 2)).items
    first["note"] = first.debt["note"] = "mine"
    assert (second.additional_properties, second.debt.additional_properties) == ({}, {})


class NoErrorOfValue(Exception):
    """As msgspec had it before 0.21."""


@pytest.mark.parametrize("found", [None, SimpleNamespace(DecodeError=NoErrorOfValue)], ids=["none", "old"])
def test_without_the_extra_or_with_an_old_one_the_models_read(found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgspec", found)
    for remembered in (_quick_readers, wire._quick_reader):
        remembered.cache_clear()
    try:
        assert (_quick_readers(), wire._quick_reader()) == ({}, None)
        assert outcome(decode, page(1).decode()) == outcome(_decode, page(1).decode())
        with pytest.raises(DecodeError, match="is not a JSON object"):
            decode("list_cases", b"{", CasePage.from_dict)
    finally:
        for remembered in (_quick_readers, wire._quick_reader):
            remembered.cache_clear()
