"""The rooms of the suite: other rooms enter by the door only, and there is no circle of rooms or files."""

from contract_tests.contract import ROOT
from tests.graph import Graph, beside_doors, modules, room_of, rooms

PACKAGE = "contract_tests"
GRAPH = modules(ROOT / PACKAGE, PACKAGE)
ROOMS = rooms(GRAPH, PACKAGE)
MOST_FLOORS = 9


def test_other_rooms_are_entered_by_their_doors() -> None:
    """The tests of a room, in the folder of its name, may look at its files."""
    own = [(name, other) for name, other in beside_doors(GRAPH, PACKAGE) if name.split(".")[1] == "tests"]
    allowed = {(name, other) for name, other in own if name.split(".")[2] == room_of(other, PACKAGE)}
    assert [arrow for arrow in beside_doors(GRAPH, PACKAGE) if arrow not in allowed] == []


def test_there_is_no_circle_of_files_or_rooms() -> None:
    assert (GRAPH.circle, ROOMS.circle) == ([], [])


def test_there_are_few_floors() -> None:
    assert max(ROOMS.floors.values()) <= MOST_FLOORS


def test_nothing_below_the_tests_imports_them() -> None:
    low = Graph({room: others for room, others in ROOMS.arrows.items() if room not in ("tests", "checks")})
    assert {room for room, others in low.arrows.items() if others & {"tests", "checks", "__main__"}} == set()


def test_no_private_module_of_the_client_is_imported() -> None:
    named = [file.name for file in (ROOT / PACKAGE).rglob("*.py") if "from amili._" in file.read_text()]
    assert named == ["test_rooms.py"]
