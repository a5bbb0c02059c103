"""The two spellings of three paths."""

from typing import Any

import pytest
import yaml
from amili import ConfigurationError
from amili._core.engine import Paths, Request
from amili._core.operations import list_request, registration_request

from tests.docs.pages import ROOT
from tests.overlay.support import answer
from tests.samples import invoice

REGISTRATION, LISTING = registration_request(invoice())[0], list_request()
GUIDE, REFERENCE = "/invoice-registration", "/invoice--registrations"
MISSING = answer(404, {"_status": "ERR", "_error": {"code": 404, "message": "not found"}})


def test_the_spellings_are_those_of_the_contract() -> None:
    contract = yaml.safe_load((ROOT / "openapi" / "amili.yaml").read_text(encoding="utf-8"))
    for route, item in contract["paths"].items():
        written = item.get("post", {}).get("x-alternate-path", route)
        assert Paths("reference").path(Request("any", "post", route, dict)) == written


def test_a_spelling_can_be_forced() -> None:
    assert Paths("guide").path(REGISTRATION) == GUIDE
    assert Paths("reference").path(REGISTRATION) == REFERENCE
    assert Paths("reference").path(LISTING) == "/cases"
    for forced in (Paths("guide"), Paths("reference")):
        assert forced.alternative(REGISTRATION, forced.path(REGISTRATION), MISSING) is None


def test_a_clean_404_leads_to_the_other_spelling_once() -> None:
    paths = Paths()
    assert paths.path(REGISTRATION) == GUIDE
    assert paths.alternative(REGISTRATION, GUIDE, MISSING) == REFERENCE
    assert paths.alternative(REGISTRATION, REFERENCE, MISSING) is None
    assert paths.alternative(LISTING, "/cases", MISSING) is None


@pytest.mark.parametrize("status", [200, 201, 422])
def test_the_spelling_that_worked_is_remembered(status: int) -> None:
    paths = Paths()
    paths.remember(REGISTRATION, REFERENCE, answer(status))
    assert paths.path(REGISTRATION) == REFERENCE
    assert paths.alternative(REGISTRATION, REFERENCE, MISSING) is None
    paths.remember(REGISTRATION, GUIDE, answer(201))
    assert paths.path(REGISTRATION) == GUIDE
    assert paths.alternative(REGISTRATION, GUIDE, MISSING) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
def test_an_answer_that_may_come_from_before_the_route_teaches_nothing(status: int) -> None:
    paths = Paths()
    paths.remember(REGISTRATION, REFERENCE, answer(status))
    assert paths.path(REGISTRATION) == GUIDE


def test_a_forced_spelling_learns_nothing() -> None:
    paths = Paths("guide")
    paths.remember(REGISTRATION, REFERENCE, answer(201))
    assert paths.path(REGISTRATION) == GUIDE


@pytest.mark.parametrize(
    "doubtful",
    [
        answer(404, b"<html>not found</html>"),
        answer(404, b""),
        answer(404, b"[" * 100_000),
        answer(404, []),
        answer(404, {"_error": "not found"}),
        answer(404, {"_error": {"code": 7}}),
        answer(404, {"_error": {"code": 404}, "_issues": {"case": "no such case"}}),
        answer(400, {"_error": {"code": 404}}),
        answer(500, {"_error": {"code": 404}}),
    ],
)
def test_any_other_404_is_an_answer_and_no_reason_to_try_elsewhere(doubtful: Any) -> None:
    assert Paths().alternative(REGISTRATION, GUIDE, doubtful) is None


def test_a_spelling_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="paths='both' is not one of 'auto', 'guide', 'reference'"):
        Paths("both")  # type: ignore[arg-type]
