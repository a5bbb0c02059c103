"""Behaviour of Eve under settings that the sandbox itself does not use: XML, and Eve's own rate limiter."""

from collections import Counter
from typing import Any

from tests.sandbox.eve.bare_eve import probe

DOMAIN: dict[str, Any] = {"things": {"schema": {"a": {"type": "integer"}}}}


class Counts:
    """As much of a Redis as Eve's limiter uses: it counts in a pipeline."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._answers: list[int] = []

    def pipeline(self) -> "Counts":
        self._answers = []
        return self

    def incr(self, key: str) -> None:
        self._counts[key] += 1
        self._answers.append(self._counts[key])

    def expireat(self, key: str, timestamp: int) -> None:
        assert timestamp > 0
        self._answers.append(1)

    def execute(self) -> list[int]:
        return self._answers


def test_with_eves_default_renderers_who_asks_for_xml_gets_xml() -> None:
    renderers = ["eve.render.JSONRenderer", "eve.render.XMLRenderer"]
    with probe(DOMAIN, {"things": ()}, RENDERERS=renderers) as running:
        answer = running.http.get("/things", headers={"Accept": "application/xml"})
        assert answer.headers["content-type"].startswith("application/xml")
        assert answer.text.startswith("<resource")
        assert running.http.get("/things", headers={"Accept": "application/json"}).json()["_items"] == []


def test_eves_own_limiter_sends_its_headers_except_on_the_429() -> None:
    with probe(DOMAIN, {"things": ()}, redis=Counts(), RATE_LIMIT_GET=(2, 60)) as running:
        good = running.http.get("/things")
        assert (good.status_code, good.headers["x-ratelimit-limit"], good.headers["x-ratelimit-remaining"]) == (200, "2", "1")
        assert good.headers["x-ratelimit-reset"].isdigit()
        assert running.http.get("/things").status_code == 200
        over = running.http.get("/things")
        assert over.status_code == 429
        assert over.json() == {"_status": "ERR", "_error": {"code": 429, "message": "Rate limit exceeded"}}
        assert not [name for name in over.headers if "ratelimit" in name or name == "retry-after"]
