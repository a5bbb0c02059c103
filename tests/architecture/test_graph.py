"""The reader of import graphs, on a package made for it."""

from pathlib import Path

import pytest

from tests.architecture.graph import Graph, circle, floors

FILES = {
    "__init__.py": "",
    "top.py": "import p.low",
    "low/__init__.py": "from p.low.one import x\n__all__ = ['x']",
    "low/one.py": "x = 1",
    "late/__init__.py": "",
    "late/deep.py": "def f():\n    from p.low.one import x\n",
    "types/__init__.py": "import typing\nif typing.TYPE_CHECKING:\n    from p import low\n",
    "relative/__init__.py": "from ..low import x, y\nfrom . import inner\n",
    "relative/inner.py": "from .. import top",
    "tests/low/test_one.py": "from p.low.one import x",
    "tests/late/test_one.py": "from p.low.one import x",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / "p" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "p"


def test_late_type_only_and_relative_imports_are_read(package: Path) -> None:
    edges = Graph(package).between_files()
    assert edges["p.top"] == {"p.low"}
    assert edges["p.late.deep"] == {"p.low.one"}
    assert edges["p.types"] == {"p.low"}
    assert edges["p.relative"] == {"p.low", "p.relative.inner"}
    assert edges["p.relative.inner"] == {"p.top"}


def test_rooms_have_the_imports_of_their_modules(package: Path) -> None:
    assert Graph(package).between_rooms("p")["p.relative"] == {"p.low", "p"}
    assert Graph(package, flat=frozenset("p")).between_rooms("p")["p.relative"] == {"p.low", "p.top"}


def test_doors_that_are_passed_by_are_found(package: Path) -> None:
    assert Graph(package, flat=frozenset("p")).beside_the_door("p", allowed=("q.",)) == [
        "p.late.deep imports x from p.low.one",
        "p.relative imports y from p.low",
        "p.tests.late.test_one imports x from p.low.one",
    ]
    assert Graph(package, flat=frozenset("p")).beside_the_door("p", allowed=("p.late", "p.tests", "p.relative")) == []


def test_circles_and_floors() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
    assert circle({"a": {"b"}}) == []
    assert floors({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": 3, "b": 2, "c": 1}
