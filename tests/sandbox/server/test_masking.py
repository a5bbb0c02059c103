"""What may be shown of a request: secrets and persons are masked wherever they stand in it."""

import json
from urllib.parse import parse_qs, quote

import pytest
from amili_sandbox.server import masked_body, masked_headers, masked_target
from hypothesis import given
from hypothesis import strategies as st

NAMES = ("name", "id_number", "customer_name", "api_code", "token", "address_line_1", "anything_new")
SECRET = "Jane-Smith-556789"


def test_headers_with_secrets_are_masked_whatever_their_case() -> None:
    sent = [("X-API-KEY", "s"), ("authorization", "s"), ("Set-Cookie", "s"), ("Accept", "*/*")]
    assert masked_headers(sent) == {
        "x-api-key": "(hidden)",
        "authorization": "(hidden)",
        "set-cookie": "(hidden)",
        "accept": "*/*",
    }


nested = st.recursive(
    st.just(SECRET),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*NAMES, "$in", "$and", "debt.name"]), inner, max_size=3)
    ),
)


@given(nested)
def test_a_value_below_an_unknown_name_is_never_shown(content: object) -> None:
    assert SECRET not in json.dumps(masked_body(json.dumps(content).encode()))
    assert SECRET not in masked_target(f"/cases?where={quote(json.dumps(content))}")


def test_conditions_on_known_properties_are_shown() -> None:
    where = {"debt.invoice_number": {"$in": ["A", "B"]}, "state": "invoice", "customer_name": {"$in": [SECRET]}}
    target = masked_target(f"/cases?where={quote(json.dumps(where))}&sort=-_created&max_results=5")
    path, _, query = target.partition("?")
    found = parse_qs(query)
    shown = {"debt.invoice_number": {"$in": ["A", "B"]}, "state": "invoice", "customer_name": {"$in": ["(hidden)"]}}
    assert (path, found["sort"], found["max_results"], json.loads(found["where"][0])) == ("/cases", ["-_created"], ["5"], shown)


@pytest.mark.parametrize(
    "query", [f"where=name=={SECRET!r}", f"api_code={SECRET}", f"token={SECRET}&page=1", f"{SECRET}=1&x={SECRET}"]
)
def test_what_cannot_be_read_is_hidden_whole(query: str) -> None:
    assert masked_target(f"/cases?{query}").count(SECRET) == (1 if query.startswith(SECRET) else 0)


def test_a_path_without_a_query_stays_as_it_is() -> None:
    assert masked_target("/cases/%C3%A5") == "/cases/%C3%A5"
