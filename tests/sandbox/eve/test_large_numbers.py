"""Numbers that MongoDB cannot hold are refused; Eve itself takes them for its own failure."""

import pytest

from tests.sandbox.guide_calls import Api

REFUSED = {"_status": "ERR", "_error": {"code": 400, "message": "a number is too large"}}


@pytest.mark.parametrize(
    "query",
    [
        f"page={'9' * 20}",
        f"page={'9' * 18}",
        f"page=-{'9' * 20}",
        f"page={'9' * 400}",
        f"page={2**63}&max_results=2",
        f"max_results={'9' * 400}",
        "max_results=1e400",
        "max_results=inf",
    ],
)
def test_a_number_that_is_too_large_is_400(api: Api, query: str) -> None:
    answer = api.http.get(f"/cases?{query}")
    assert (answer.status_code, answer.json()) == (400, REFUSED)


@pytest.mark.parametrize("query", [f"page={2**62}&max_results=2", f"page={2**63 - 1}&max_results=1", "page=2147483648"])
def test_the_last_pages_are_empty(api: Api, query: str) -> None:
    api.register()
    answer = api.http.get(f"/cases?{query}")
    assert (answer.status_code, answer.json()["_items"]) == (200, [])


@pytest.mark.parametrize("query", [f"max_results={'9' * 20}", f"page={'9' * 5000}", "max_results=nan", "page=1.5"])
def test_what_is_lowered_or_no_number_is_as_if_not_sent(api: Api, query: str) -> None:
    api.register()
    assert len(api.http.get(f"/cases?{query}").json()["_items"]) == 1
