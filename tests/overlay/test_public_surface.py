"""The door of the package: what it promises is what is there, and nothing else is to be seen."""

import importlib.metadata
import inspect
import sys
from pathlib import Path
from types import ModuleType

import amili
import amili.bulk
import pytest

PACKAGE = Path(amili.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("package", [amili, amili.bulk], ids=lambda package: package.__name__)
def test_all_is_sorted_complete_and_true(package: ModuleType) -> None:
    assert package.__all__ == sorted(package.__all__, key=lambda name: (not name.isupper(), name))  # constants first
    public = {name for name in dir(package) if not name.startswith("_") and not inspect.ismodule(getattr(package, name))}
    assert public == set(package.__all__) - {"__version__"}


@pytest.mark.parametrize("package", [amili, amili.bulk], ids=lambda package: package.__name__)
def test_names_report_the_place_that_people_import_them_from(package: ModuleType) -> None:
    classes = [thing for name in package.__all__ if inspect.isclass(thing := getattr(package, name))]
    elsewhere = {thing.__qualname__ for thing in classes if thing.__module__ != package.__name__}
    assert elsewhere == {thing.__qualname__ for thing in classes if thing.__module__.startswith("amili_api.")}
    assert repr(amili.NoCaseFound) == "<class 'amili.NoCaseFound'>"


def test_the_version_is_that_of_the_distribution() -> None:
    assert amili.__version__ == importlib.metadata.version("amili")


def test_types_are_marked_as_such() -> None:
    import amili_api

    assert (PACKAGE / "py.typed").exists()
    assert (Path(amili_api.__file__).parent / "py.typed").exists()


def test_every_module_is_private_and_of_a_size_to_be_read() -> None:
    top = [path.name for path in PACKAGE.iterdir() if path.suffix in ("", ".py") and path.name != "__pycache__"]
    assert {name for name in top if not name.startswith("_")} <= {"bulk", "cli"}
    assert len([name for name in top if name.endswith(".py")]) <= 10
    lengths = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > 245} == {}


def test_importing_the_package_does_not_import_the_stand_in() -> None:
    import subprocess

    code = "import sys, amili; print(sorted(m for m in sys.modules if m.split('.')[0] in {'amili_sandbox', 'eve', 'flask'}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "[]"
