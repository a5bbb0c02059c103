"""The door of the package: what it promises is what is there, and nothing else is to be seen."""

import ast
import importlib.metadata
import inspect
import sys
from pathlib import Path

import amili
import pytest

PACKAGE = Path(amili.__file__).parent
MODULES = sorted(PACKAGE.glob("*.py"))


def imported(file: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_all_is_sorted_complete_and_true() -> None:
    assert amili.__all__ == sorted(amili.__all__)
    public = {name for name in dir(amili) if not name.startswith("_") and not inspect.ismodule(getattr(amili, name))}
    assert public | {"__version__"} == set(amili.__all__)


def test_names_report_the_place_that_people_import_them_from() -> None:
    for name in amili.__all__:
        thing = getattr(amili, name)
        if inspect.isclass(thing):
            assert thing.__module__ in ("amili", thing.__module__ if thing.__module__.startswith("amili_api.") else "amili")
    assert repr(amili.NoCase) == "<class 'amili.NoCase'>"


def test_the_version_is_that_of_the_distribution() -> None:
    assert amili.__version__ == importlib.metadata.version("amili")


def test_types_are_marked_as_such() -> None:
    import amili_api

    assert (PACKAGE / "py.typed").exists()
    assert (Path(amili_api.__file__).parent / "py.typed").exists()


def test_every_module_is_private_and_of_a_size_to_be_read() -> None:
    assert [file.name for file in MODULES if not file.name.startswith("_") and file.name != "cli.py"] == []
    lengths = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > 230} == {}


def test_the_http_library_is_known_to_few_modules() -> None:
    users = {file.name for file in MODULES if any(name.split(".")[0] == "httpx" for name in imported(file))}
    assert users <= {"_auth.py", "_http.py", "_client.py", "_async_client.py"}


def test_the_stand_in_is_never_imported() -> None:
    for file in MODULES:
        assert not any(name.split(".")[0] == "amili_sandbox" for name in imported(file)), file.name


@pytest.mark.parametrize(
    "name",
    [
        "_conditions",
        "_evidence",
        "_paging",
        "_passed",
        "_walking",
        "_windows",
        "_retry",
        "_decode",
        "_writing",
        "_actions",
        "_attempts",
    ],
)
def test_what_decides_knows_no_network(name: str) -> None:
    modules = imported(PACKAGE / f"{name}.py")
    assert not modules & {"httpx", "socket", "ssl", "amili._http", "amili._auth", "amili._client"}


def test_importing_the_package_does_not_import_the_stand_in() -> None:
    import subprocess

    code = "import sys, amili; print(sorted(m for m in sys.modules if m.split('.')[0] in {'amili_sandbox', 'eve', 'flask'}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "[]"
