"""The import graph of a package: modules, rooms (packages) and their doors (`__init__`), late and type-only imports included."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Edges = dict[str, set[str]]


@dataclass(frozen=True)
class Import:
    """One imported name: `name` is empty where a whole module is imported."""

    importer: str
    module: str
    name: str


class Graph:
    """The modules below some folders, each under its dotted name, and what they import from one another.

    `constants` names modules without imports that belong to no room, such as the one with the version. In a package that is
    `flat` a room is a folder directly below it, with all folders inside, or a file directly below it.
    """

    def __init__(self, *packages: Path, constants: frozenset[str] = frozenset(), flat: frozenset[str] = frozenset()) -> None:
        self.flat = flat
        files = {_dotted(file, package.parent): file for package in packages for file in sorted(package.rglob("*.py"))}
        self.files = {name: file for name, file in files.items() if name not in constants}
        self.rooms = {_dotted(file, package.parent) for package in packages for file in package.rglob("__init__.py")}

    @cached_property
    def imports(self) -> list[Import]:
        """Every import of a module below the folders, wherever it stands."""
        return [found for name, file in self.files.items() for found in self._imports_of(name, file)]

    def _imports_of(self, importer: str, file: Path) -> Iterator[Import]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (Import(importer, alias.name, "") for alias in node.names if alias.name in self.files)
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(importer, node)
                for alias in node.names:
                    if f"{module}.{alias.name}" in self.files:
                        yield Import(importer, f"{module}.{alias.name}", "")
                    elif module in self.files:
                        yield Import(importer, module, alias.name)

    def _absolute(self, importer: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = importer.split(".") if importer in self.rooms else importer.split(".")[:-1]
        base = parts[: len(parts) - node.level + 1]
        return ".".join([*base, *([node.module] if node.module else [])])

    def room(self, module: str) -> str:
        """Return the room that a module is in: its package, unless that is flat."""
        if module.partition(".")[0] in self.flat:
            return ".".join(module.split(".")[:2])
        return module if module in self.rooms else module.rpartition(".")[0]

    def door(self, room: str) -> set[str]:
        """Return the names that a room lists in `__all__`."""
        for node in ast.parse(self.files[room].read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "__all__" for to in node.targets):
                return set(ast.literal_eval(node.value))
        return set()

    def between_files(self) -> Edges:
        """Return which file imports which, doors included."""
        edges: Edges = {name: set() for name in self.files}
        for each in self.imports:
            edges[each.importer].add(each.module)
        return edges

    def between_rooms(self, package: str) -> Edges:
        """Return which room of a package imports from which other one; a door that passes on its own files is no arrow."""
        edges: Edges = {room: set() for room in self.rooms_of(package)}
        for each in self.imports:
            start, end = self.room(each.importer), self.room(each.module)
            if start != end and start in edges and end in edges:
                edges[start].add(end)
        return edges

    def rooms_of(self, package: str) -> set[str]:
        """Return the rooms of a package, itself included."""
        return {room for room in map(self.room, self.files) if f"{room}.".startswith(f"{package}.")}

    def beside_the_door(self, package: str, allowed: tuple[str, ...] = ()) -> list[str]:
        """Return the imports that enter a room of a package by one of its files, or for a name that its door does not list.

        Modules whose names begin with one of `allowed` may do so, and so may the tests of a room, in the folder of its name below
        `tests`.
        """
        return [
            f"{each.importer} imports {each.name or 'all'} from {each.module}"
            for each in self.imports
            if f"{each.module}.".startswith(f"{package}.")
            and not each.importer.startswith(allowed)
            and self.room(each.importer) != (room := self.room(each.module))
            and not each.importer.startswith(f"{package}.tests.{room.removeprefix(package + '.')}.")
            and (each.module != room or (room in self.rooms and each.name and each.name not in self.door(room)))
        ]


def circle(edges: Edges) -> list[str]:
    """Return a circle of imports, or an empty list."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def floors(edges: Edges, leave_out: Iterable[str] = ()) -> dict[str, int]:
    """Return the floor of each room: one above the highest that it imports from."""
    found: dict[str, int] = {}
    for room in TopologicalSorter(edges).static_order():
        if room not in leave_out:
            found[room] = 1 + max((found.get(other, 0) for other in edges[room]), default=0)
    return found


def libraries(file: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it, by the first part of their name and in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module else []
        found |= {*names, *(name.split(".")[0] for name in names)}
    return found


def _dotted(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
