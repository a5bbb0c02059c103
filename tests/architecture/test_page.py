"""What docs/architecture.md says about imports holds in the code."""

import re
from pathlib import Path

import pytest

from tests.architecture.graph import libraries
from tests.docs.pages import ROOT

AMILI, API = ROOT / "overlay" / "amili", ROOT / "generated" / "amili_api"
SANDBOX, CONTRACT_TESTS = ROOT / "sandbox" / "amili_sandbox", ROOT / "contract_tests"
INSPECTOR = ROOT / "sandbox" / "amili_inspector"


@pytest.mark.parametrize(
    ("folder", "never"),
    [
        (AMILI, {"amili_sandbox", "contract_tests"}),
        (API, {"amili", "amili_sandbox", "contract_tests"}),
        (SANDBOX, {"amili", "amili_api", "contract_tests"}),
        (INSPECTOR, {"amili", "amili_api", "amili_sandbox", "contract_tests"}),
        (ROOT / "tests", {"contract_tests"}),
        (ROOT / "scripts", {"contract_tests"}),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_a_package_does_not_import_what_it_may_not(folder: Path, never: set[str]) -> None:
    modules = list(folder.rglob("*.py"))
    assert modules
    assert {str(file): libraries(file) & never for file in modules if libraries(file) & never} == {}


def test_the_pages_are_imported_only_to_be_shown() -> None:
    users = {file.parent for file in AMILI.rglob("*.py") if "amili_inspector" in libraries(file)}
    assert users == {AMILI / "cli" / "bulk"}


def test_the_stand_in_does_not_read_the_contract() -> None:
    named = {
        str(file) for file in SANDBOX.parent.rglob("*.py") if re.search(r"openapi|amili\.yaml", file.read_text(encoding="utf-8"))
    }
    assert named == set()


def section(title: str) -> str:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return re.split(r"^## ", page.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


def named(title: str) -> set[str]:
    """Return the folders named in the first column of the table of a section."""
    rows = re.findall(r"^\| (`[^|]+) \|", section(title), re.MULTILINE)
    return {folder for row in rows for folder in re.findall(r"`([\w/]+)/`", row)}


def rooms(package: Path, *, deep: bool) -> set[str]:
    doors = package.rglob("*/__init__.py") if deep else package.glob("*/__init__.py")
    return {str(door.parent.relative_to(package)) for door in doors}


def test_every_folder_of_the_page_is_there() -> None:
    folders = named("Folders")
    assert {"openapi", "overlay/amili", "sandbox/amili_sandbox", "contract_tests", "scripts"} <= folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The rooms of the overlay", rooms(AMILI, deep=True) - {"_core"}),
        ("The rooms of the stand-in", rooms(SANDBOX, deep=True)),
        ("The rooms of the suite", rooms(CONTRACT_TESTS, deep=False) | {"contract/lint"}),
    ],
)
def test_every_room_is_on_the_page(title: str, expected: set[str]) -> None:
    assert len(expected) > 9
    assert named(title) == expected


def test_every_private_file_named_on_the_page_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert {name for name in re.findall(r"`(_[\w/]+\.py)`", page) if not (AMILI / name).exists()} == set()
