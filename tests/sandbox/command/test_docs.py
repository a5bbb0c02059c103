"""The page agrees with the running sandbox."""

import re
from pathlib import Path

import pytest
from amili_sandbox.command import make_parser
from amili_sandbox.state import ASSUMPTIONS
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api

PAGE = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()


def rows(table: str) -> list[list[str]]:
    text = PAGE.partition(f"<!-- {table}: begin -->")[2].partition(f"<!-- {table}: end -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]


def test_every_assumption_on_the_page_is_one_of_the_sandbox_and_vice_versa(
    sandbox: SandboxProcess,
) -> None:
    on_page = {row[0].strip("`"): row[2] for row in rows("assumptions") if row[0].startswith("`")}
    running = sandbox.control("GET", "assumptions")
    assert on_page.keys() == running.keys()
    for name, choices in on_page.items():
        default = re.match(r"`([^`]*)`|([\d.]+)", choices)
        assert default is not None
        assert default[1] == running[name] or float(default[2]) == running[name]


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda assumption: assumption.name)
def test_every_choice_on_the_page_is_taken(sandbox: SandboxProcess, assumption: object) -> None:
    [row] = [row for row in rows("assumptions") if row[0] == f"`{getattr(assumption, 'name', '')}`"]
    name = row[0].strip("`")
    for choice in re.findall(r"`([^`]*)`", row[2]) or [7]:
        sandbox.assume(**{name: choice})
        assert sandbox.control("GET", "assumptions")[name] == choice


def test_every_control_route_on_the_page_is_there(sandbox: SandboxProcess, api: Api) -> None:
    message = api.http.get("/_sandbox/nothing").json()["_error"]["message"]
    names = {name for _, name in re.findall(r"(GET|PUT|POST) /_sandbox/([a-z-]+)", message)}
    text = PAGE[PAGE.index("All control routes:") :]
    assert {name for name in names if f"`{name}`" in text or f" {name}`" in text} == names


def test_every_option_on_the_page_is_one_of_the_command() -> None:
    shown = make_parser().format_help()
    for option in set(re.findall(r"(?<![-\w])--[a-z][a-z-]+", PAGE)) - {"--sandbox-keep"}:  # which is one of pytest
        assert option in shown
