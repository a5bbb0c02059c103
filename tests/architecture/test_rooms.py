"""The rooms of the overlay, the stand-in, its pages and the suite: entered by their doors, no circles, imports point down.

The tests keep to the doors as well, except those below `tests/overlay/internals`.
"""

import ast

import pytest

from tests.architecture.graph import Graph, circle, floors, libraries
from tests.docs.pages import ROOT

INTERNALS = "tests.overlay.internals."
LOOK_INSIDE = (INTERNALS, "scripts.update_docs")  # which prints the tables of the overlay
PACKAGES = [ROOT / "overlay" / "amili", ROOT / "sandbox" / "amili_sandbox", ROOT / "sandbox" / "amili_inspector"]
PACKAGES += [ROOT / "contract_tests", ROOT / "tests", ROOT / "scripts"]
GRAPH = Graph(*PACKAGES, constants=frozenset({"amili._version"}), flat=frozenset({"contract_tests"}))
MOST_FLOORS = {"amili": 10, "amili_sandbox": 9, "amili_inspector": 4, "contract_tests": 9}
DOORS = {room for package in MOST_FLOORS for room in GRAPH.rooms_of(package) & GRAPH.rooms}
ROOMS = sorted(DOORS - {"contract_tests", "contract_tests.checks", "contract_tests.tests"})
IO = {"asyncio", "concurrent", "httpcore", "httpx", "select", "socket", "sqlite3", "ssl", "subprocess", "urllib.request"}


def docstring(module: str) -> str:
    return ast.get_docstring(ast.parse(GRAPH.files[module].read_text(encoding="utf-8"))) or ""


def test_the_graph_sees_late_and_type_only_imports() -> None:
    seen = {(each.importer, each.module) for each in GRAPH.imports}
    assert ("amili._client", "amili._core.writing") in seen  # in a function
    assert ("amili._client", "amili._core.engine") in seen
    assert ("amili._base_client", "amili._core.drift") in seen  # for types


@pytest.mark.parametrize("package", MOST_FLOORS)
def test_a_room_is_entered_by_its_door_only(package: str) -> None:
    assert GRAPH.beside_the_door(package, allowed=LOOK_INSIDE) == []


def test_an_entry_beside_a_door_would_be_found() -> None:
    assert any(each.startswith(INTERNALS) for each in GRAPH.beside_the_door("amili"))


@pytest.mark.parametrize("module", sorted(name for name in GRAPH.files if name.startswith(INTERNALS)))
def test_a_test_that_looks_inside_says_why(module: str) -> None:
    assert "\n\nInside: " in docstring(module)


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_lists_only_what_is_there(room: str) -> None:
    nodes = ast.walk(ast.parse(GRAPH.files[room].read_text(encoding="utf-8")))
    bound = {alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert GRAPH.door(room) - bound == set()


@pytest.mark.parametrize("package", ["amili_sandbox", "amili_inspector"])
def test_a_door_of_the_stand_in_lists_only_what_is_imported_by_it(package: str) -> None:
    used = {(each.module, each.name) for each in GRAPH.imports if GRAPH.room(each.importer) != each.module}
    assert {(room, name) for room in GRAPH.rooms_of(package) for name in GRAPH.door(room)} - used == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_says_in_its_first_line_what_the_room_is_for(room: str) -> None:
    assert docstring(room).partition("\n")[0].endswith(".")


@pytest.mark.parametrize("package", MOST_FLOORS)
def test_there_is_no_circle_of_rooms(package: str) -> None:
    assert circle(GRAPH.between_rooms(package)) == []


def test_there_is_no_circle_of_files() -> None:
    assert circle(GRAPH.between_files()) == []


@pytest.mark.parametrize(("package", "most"), MOST_FLOORS.items())
def test_there_are_few_floors(package: str, most: int) -> None:
    assert max(floors(GRAPH.between_rooms(package)).values()) <= most


def test_nothing_in_the_suite_imports_its_checks_and_tests() -> None:
    above = {"contract_tests.tests", "contract_tests.checks", "contract_tests.__main__"}
    edges = GRAPH.between_rooms("contract_tests")
    assert {room: to & above for room, to in edges.items() if room not in above and to & above} == {}


def test_the_machinery_knows_neither_credentials_nor_clients() -> None:
    above = {"amili", "amili._auth"}
    machinery = GRAPH.rooms_of("amili._core")
    assert {room: to & above for room, to in GRAPH.between_rooms("amili").items() if room in machinery and to & above} == {}


def test_the_engine_does_no_input_or_output() -> None:
    engine = [name for name in GRAPH.files if GRAPH.room(name) == "amili._core.engine"]
    assert len(engine) > 5
    assert {name: libraries(GRAPH.files[name]) & IO for name in engine if libraries(GRAPH.files[name]) & IO} == {
        "amili._core.engine.effects": {"concurrent"}
    }


def test_the_http_library_is_known_to_the_transport_and_one_adapter() -> None:
    users = {name for name in GRAPH.files if name.startswith("amili.") and libraries(GRAPH.files[name]) & {"httpx", "httpcore"}}
    assert {name for name in users if GRAPH.room(name) != "amili._core.transport"} == {"amili._auth.httpx_auth"}
