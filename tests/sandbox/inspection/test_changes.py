"""What can be changed by the forms of the pages."""

import re
from typing import Any

import httpx
import pytest
from amili_sandbox.state import ASSUMPTIONS, SOURCES
from amili_sandbox.testing import SandboxProcess

from tests.inspector.reading import plain, text
from tests.sandbox.guide_calls import Api


def test_a_fault_is_armed_applied_and_removed(api: Api, pages: httpx.Client) -> None:
    form = {"fault": "latency", "method": "GET", "path": "/cases*", "times": "1", "seconds": "0.01", "ending": ""}
    assert "latency seconds=0.01 a read (GET), cases armed 0 of 1" in plain(pages.post("faults/add", data=form).text)
    api.cases()
    assert "used up 1 of 1" in text(pages, "faults")
    assert "list cases 200 latency" in text(pages, "faults")
    assert "None. Every request" in plain(pages.post("faults/remove", data={"position": "0", "fault": "latency"}).text)
    gone = pages.post("faults/remove", data={"position": "0", "fault": "latency"})
    assert gone.status_code == 400
    assert "not active any more" in plain(gone.text)


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("faults/add", {"fault": "latency", "seconds": "soon"}, "seconds=NUMBER up to 86400"),
        ("faults/add", {"fault": "latency", "times": "some"}, "how many requests is a number"),
        ("faults/add", {"times": "1"}, "each rule has a fault"),
        ("faults/breach", {"name": "invented", "on": "yes"}, "contract faults are a list of these names"),
        ("assumptions", {"name": "token_lifetime", "value": "long"}, "token_lifetime is a number"),
        ("assumptions", {"name": "invented", "value": "x"}, "is not an assumption"),
        ("clock", {"do": "move", "to": "yesterday"}, "'yesterday' is not a time"),
        ("clock", {"do": "move", "to": "9999-01-01T00:00:00Z"}, "from 1971 to 2105"),
        ("clock", {}, "'' is not a time"),
    ],
)
def test_wrong_input_is_answered_with_a_sentence(pages: httpx.Client, path: str, form: dict[str, str], said: str) -> None:
    answer = pages.post(path, data=form)
    assert answer.status_code == 400
    assert said in plain(answer.text)


def test_the_clock_moves_stops_and_goes(pages: httpx.Client, sandbox: SandboxProcess) -> None:
    pages.post("clock", data={"do": "freeze"})
    pages.post("clock", data={"do": "move", "to": "2025-10-17T12:00", "zone": "Europe/Stockholm"})
    assert sandbox.clock.now().isoformat() == "2025-10-17T10:00:00+00:00"
    pages.post("clock", data={"do": "advance", "step": "7 days"})
    assert sandbox.clock.now().isoformat() == "2025-10-24T10:00:00+00:00"
    assert "frozen" in text(pages, "clock")
    pages.post("clock", data={"do": "release"})
    assert sandbox.control("GET", "clock")["frozen"] is False


def test_the_clock_goes_to_the_next_change_of_a_case(aged: dict[str, Any], pages: httpx.Client, sandbox: SandboxProcess) -> None:
    html = pages.get(f"cases/{aged['_case']}").text
    moments = re.findall(r'name="to" value="([^"]+)"', html)
    assert [each[:10] for each in moments] == ["2025-10-17", "2025-10-22", "2025-11-03"]
    answer = pages.post("clock", data={"case": aged["_case"], "to": moments[1]})
    assert answer.url.path.endswith(f"/cases/{aged['_case']}")
    assert "Reminder . 350.00 SEK" in plain(answer.text)


def test_every_assumption_has_a_sentence_and_a_source(pages: httpx.Client) -> None:
    assert SOURCES.keys() == {each.name for each in ASSUMPTIONS}
    seen = text(pages, "assumptions")
    for each in ASSUMPTIONS:
        assert each.description.replace("`", "") in seen
        assert SOURCES[each.name].replace("`", "") in seen
    changed = pages.post("assumptions", data={"name": "overcrediting", "value": "warning"})
    assert "1 changed" in plain(changed.text)
    assert "overcrediting changed from refused" in plain(changed.text)
