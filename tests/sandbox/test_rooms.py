"""The rooms of the stand-in: entered by their doors only, and no circle among rooms or files."""

import ast
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from amili_sandbox import __file__ as package_file

PACKAGE = Path(package_file).parent
ROOMS = {authentication.parent.name: authentication for authentication in PACKAGE.glob("*/__init__.py")}
FILES = sorted(PACKAGE.rglob("*.py"))
USERS = [*Path(__file__).parent.rglob("*.py"), *(PACKAGE.parents[1] / "scripts").glob("*.py")]
MOST_FLOORS = 9  # of rooms, `__main__.py` on top


def imports(file: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of the stand-in that a file imports, late or for types alone too, and the name it takes, if any."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        found: list[tuple[str, str]] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found = [(m, "") if file_of(m).exists() else (node.module, name) for name, m in modules.items()]
        elif isinstance(node, ast.Import):
            found = [(alias.name, "") for alias in node.names]
        yield from ((file_of(module), name) for module, name in found if module.split(".")[0] == PACKAGE.name)


def file_of(module: str) -> Path:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def room_of(file: Path) -> str:
    """Return the room of a file; what lies beside the rooms, or is no part of the stand-in, is a room of its own."""
    inside = PACKAGE in file.parents and file.parent != PACKAGE
    return file.relative_to(PACKAGE).parts[0] if inside else str(file)


def entries(files: Iterable[Path]) -> Iterator[tuple[Path, Path, str]]:
    """Yield each import of a room from outside it: who imports, which file, which name."""
    for file in files:
        yield from ((file, entered, name) for entered, name in imports(file) if room_of(entered) in {*ROOMS} - {room_of(file)})


def names_of(authentication: Path) -> set[str]:
    [names] = [
        ast.literal_eval(node.value)
        for node in ast.parse(authentication.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return set(names)


def floors(graph: dict[str, set[str]]) -> int:
    """Return how many floors a graph has; raises CycleError, which names the circle, if there is one."""
    order, count = TopologicalSorter(graph), 0
    order.prepare()
    while order.is_active():
        order.done(*order.get_ready())
        count += 1
    return count


def test_a_room_is_entered_by_its_door_for_names_that_the_door_lists() -> None:
    beside = [
        f"{file.name} imports {name} from {entered.relative_to(PACKAGE)}"
        for file, entered, name in entries([*FILES, *USERS])
        if entered not in ROOMS.values() or name not in names_of(entered) | {""}
    ]
    assert beside == []


def test_a_door_lists_only_what_is_imported_by_it() -> None:
    used = {(entered, name) for _, entered, name in entries([*FILES, *USERS])}
    assert {(authentication, name) for authentication in ROOMS.values() for name in names_of(authentication)} - used == set()


def test_no_circle_of_rooms() -> None:
    graph: dict[str, set[str]] = {room_of(file): set() for file in FILES}
    for file, entered, _ in entries(FILES):
        graph[room_of(file)].add(room_of(entered))
    assert floors(graph) <= MOST_FLOORS


def test_no_circle_of_files() -> None:
    assert floors({str(file): {str(imported) for imported, _ in imports(file)} for file in FILES})


def test_every_door_says_in_a_sentence_what_its_room_is_for() -> None:
    for authentication in ROOMS.values():
        purpose = ast.get_docstring(ast.parse(authentication.read_text(encoding="utf-8"))) or ""
        assert purpose.endswith("."), authentication
        assert "\n" not in purpose, authentication
