"""The documented limits, by the sandbox's clock."""

import httpx
import pytest

from tests.sandbox.guide_calls import Api


@pytest.fixture
def limited(api: Api) -> Api:
    api.sandbox.assume(quota="vendor")
    api.sandbox.clock.set("2025-10-07T07:41:00Z", frozen=True)
    return api


def statuses(api: Api, count: int) -> list[int]:
    return [api.http.get("/cases").status_code for _ in range(count)]


def use_up_the_minute(api: Api) -> None:
    for _ in range(10):
        assert statuses(api, 10) == [200] * 10
        api.sandbox.clock.advance(seconds=2)


def test_ten_a_second(limited: Api) -> None:
    assert statuses(limited, 11) == [200] * 10 + [429]
    limited.sandbox.clock.advance(seconds=1)
    assert statuses(limited, 1) == [200]


def test_a_hundred_a_minute(limited: Api) -> None:
    use_up_the_minute(limited)
    assert statuses(limited, 1) == [429]
    limited.sandbox.clock.advance(seconds=40)
    assert statuses(limited, 11) == [200] * 10 + [429]


def test_each_key_has_its_own(limited: Api, other_api: Api) -> None:
    statuses(limited, 10)
    assert other_api.http.get("/cases").status_code == 200


def test_a_refusal_in_eves_words_and_without_effect(limited: Api) -> None:
    statuses(limited, 10)
    answer = limited.post_invoice()
    assert answer.json() == {"_status": "ERR", "_error": {"code": 429, "message": "Rate limit exceeded"}}
    assert not [name for name in answer.headers if "rate" in name or name == "retry-after"]
    limited.sandbox.clock.advance(seconds=1)
    assert limited.cases()["_meta"]["total"] == 0


def headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if "ratelimit" in name}


def test_quota_headers(limited: Api) -> None:
    assert headers(limited.http.get("/cases")) == {}
    limited.sandbox.assume(quota_headers="eve")
    reset = "1759822920"  # 07:42:00
    assert headers(limited.http.get("/cases")) == {
        "x-ratelimit-remaining": "98",
        "x-ratelimit-limit": "100",
        "x-ratelimit-reset": reset,
    }
    limited.sandbox.assume(quota_headers="ietf")
    limited.sandbox.clock.advance(seconds=20)
    assert headers(limited.http.get("/cases")) == {
        "ratelimit-remaining": "97",
        "ratelimit-limit": "100",
        "ratelimit-reset": "40",
    }


@pytest.mark.parametrize(("position", "expected"), [("none", None), ("seconds", "40"), ("date", "Tue, 07 Oct 2025 07:42:00 GMT")])
def test_quota_retry_after(limited: Api, position: str, expected: str | None) -> None:
    limited.sandbox.assume(quota_retry_after=position)
    use_up_the_minute(limited)
    assert limited.http.get("/cases").headers.get("retry-after") == expected


def test_no_limits_unless_asked_for(api: Api) -> None:
    answers = [api.http.get("/cases") for _ in range(120)]
    assert {answer.status_code for answer in answers} == {200}
    assert headers(answers[0]) == {}
