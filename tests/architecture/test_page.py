"""What docs/architecture.md says about imports holds in the code."""

import re
from pathlib import Path

import pytest

from tests.architecture.graph import libraries
from tests.docs.pages import ROOT

AMILI, API = ROOT / "overlay" / "amili", ROOT / "generated" / "amili_api"
SANDBOX, CONTRACT_TESTS = ROOT / "sandbox" / "amili_sandbox", ROOT / "contract_tests"


@pytest.mark.parametrize(
    ("folder", "never"),
    [
        (AMILI, {"amili_sandbox", "contract_tests"}),
        (API, {"amili", "amili_sandbox", "contract_tests"}),
        (SANDBOX, {"amili", "amili_api", "contract_tests"}),
        (ROOT / "tests", {"contract_tests"}),
        (ROOT / "scripts", {"contract_tests"}),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_a_package_does_not_import_what_it_may_not(folder: Path, never: set[str]) -> None:
    modules = list(folder.rglob("*.py"))
    assert modules
    assert {str(file): libraries(file) & never for file in modules if libraries(file) & never} == {}


def test_the_stand_in_does_not_read_the_contract() -> None:
    named = {str(file) for file in SANDBOX.rglob("*.py") if re.search(r"openapi|amili\.yaml", file.read_text(encoding="utf-8"))}
    assert named == set()


def test_every_folder_of_the_page_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = re.findall(r"^\| `([\w/]+/)` \|", page, re.MULTILINE)
    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir() and not (AMILI / folder).is_dir()] == []


def test_every_room_of_the_overlay_is_on_the_page() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {str(door.parent.relative_to(AMILI)) for door in AMILI.rglob("*/__init__.py")}
    assert len(rooms) > 9
    assert set(re.findall(r"^\| `((?:_\w+/?)[\w/]*)/` \|", page, re.MULTILINE)) == rooms - {"_core"}
    assert {name for name in re.findall(r"`(_[\w/]+\.py)`", page) if not (AMILI / name).exists()} == set()
