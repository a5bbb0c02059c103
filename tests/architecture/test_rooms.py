"""The rooms of the overlay: entered by their doors, without circles, and each import points down."""

import ast

import pytest

from tests.architecture.graph import Graph, circle, floors
from tests.docs.pages import ROOT

AMILI = ROOT / "overlay" / "amili"
GRAPH = Graph(AMILI, constants=frozenset({"amili._version"}))
ROOMS = GRAPH.rooms - {"amili", "amili._core"}
IO = {"asyncio", "concurrent", "httpcore", "httpx", "select", "socket", "sqlite3", "ssl", "subprocess", "urllib.request"}


def libraries(module: str) -> set[str]:
    """Return the modules that a file imports, wherever in it, by the first part of their name and in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(GRAPH.files[module].read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        found |= {*names, *(name.split(".")[0] for name in names)}
    return found


def test_the_graph_sees_late_and_type_only_imports() -> None:
    seen = {(each.importer, each.module) for each in GRAPH.imports}
    assert ("amili._client", "amili._core.writing") in seen  # in a function
    assert ("amili._client", "amili._core.engine") in seen
    assert ("amili._base_client", "amili._core.drift") in seen  # for types


def test_a_room_is_entered_by_its_door_only() -> None:
    assert GRAPH.beside_the_door() == []


def test_a_door_lists_nothing_that_is_not_there() -> None:
    for room in sorted(ROOMS):
        module = __import__(room, fromlist=["_"])
        assert [name for name in GRAPH.door(room) if not hasattr(module, name)] == [], room


@pytest.mark.parametrize("room", sorted(GRAPH.rooms))
def test_a_door_says_in_its_first_line_what_the_room_is_for(room: str) -> None:
    assert ast.get_docstring(ast.parse(GRAPH.files[room].read_text(encoding="utf-8")))


def test_there_is_no_circle_of_rooms_or_files() -> None:
    assert circle(GRAPH.between_rooms()) == []
    assert circle(GRAPH.between_files()) == []


def test_a_circle_would_be_found() -> None:
    assert circle({"a": {"b"}, "b": {"a"}})


def test_there_are_at_most_six_floors() -> None:
    assert max(floors(GRAPH.between_rooms()).values()) <= 6


def test_the_machinery_knows_neither_credentials_nor_clients() -> None:
    above = {"amili", "amili._auth"}
    assert {room: to & above for room, to in GRAPH.between_rooms().items() if room.startswith("amili._core") and to & above} == {}


def test_the_engine_does_no_input_or_output() -> None:
    engine = [name for name in GRAPH.files if GRAPH.room(name) == "amili._core.engine"]
    assert len(engine) > 5
    assert {name: libraries(name) & IO for name in engine if libraries(name) & IO} == {
        "amili._core.engine.effects": {"concurrent"}
    }


def test_the_http_library_is_known_to_the_transport_and_one_adapter() -> None:
    users = {name for name in GRAPH.files if libraries(name) & {"httpx", "httpcore"}}
    assert {name for name in users if GRAPH.room(name) != "amili._core.transport"} == {"amili._auth.httpx_auth"}
