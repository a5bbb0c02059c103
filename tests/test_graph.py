"""The reader of import graphs, on packages made for it."""

from pathlib import Path

import pytest

from tests.graph import Graph, beside_doors, modules, rooms


@pytest.fixture
def package(tmp_path: Path) -> Path:
    files = {
        "__init__.py": "",
        "top.py": "import p.low",
        "low/__init__.py": "from p.low.one import x",
        "low/one.py": "x = 1",
        "late/__init__.py": "",
        "late/deep.py": "def f():\n    from p.low.one import x\n",
        "types/__init__.py": "import typing\nif typing.TYPE_CHECKING:\n    from p import low\n",
        "relative/__init__.py": "from ..low import x\nfrom . import inner\n",
        "relative/inner.py": "from .. import top",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_late_type_only_and_relative_imports_are_read(package: Path) -> None:
    arrows = modules(package, "p").arrows
    assert arrows["p.top"] == {"p.low"}
    assert arrows["p.late.deep"] == {"p.low.one"}
    assert arrows["p.types"] == {"p.low"}
    assert arrows["p.relative"] == {"p.low", "p.relative.inner"}
    assert arrows["p.relative.inner"] == {"p.top"}


def test_rooms_have_the_arrows_of_their_modules_and_doors_can_be_passed_by(package: Path) -> None:
    graph = modules(package, "p")
    assert rooms(graph, "p").arrows["relative"] == {"low", "top"}
    assert beside_doors(graph, "p") == [("p.late.deep", "p.low.one")]


def test_circles_and_floors() -> None:
    assert set(Graph({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}).circle) == {"a", "b", "c"}
    assert Graph({"a": frozenset("b")}).circle == []
    assert Graph({"a": frozenset("bc"), "b": frozenset("c")}).floors == {"a": 3, "b": 2, "c": 1}
