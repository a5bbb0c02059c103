"""The door of the package: what it promises is what is there, and nothing else is to be seen."""

import importlib.metadata
import inspect
import sys
from pathlib import Path

import amili

PACKAGE = Path(amili.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_all_is_sorted_complete_and_true() -> None:
    assert amili.__all__ == sorted(amili.__all__)
    public = {name for name in dir(amili) if not name.startswith("_") and not inspect.ismodule(getattr(amili, name))}
    assert public | {"__version__"} == set(amili.__all__)


def test_names_report_the_place_that_people_import_them_from() -> None:
    for name in amili.__all__:
        thing = getattr(amili, name)
        if inspect.isclass(thing):
            assert thing.__module__ in ("amili", thing.__module__ if thing.__module__.startswith("amili_api.") else "amili")
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
