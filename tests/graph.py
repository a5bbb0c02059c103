"""The graph of imports of a package, late ones and those for types only included: rooms, doors, circles, and floors."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path


@dataclass(frozen=True)
class Graph:
    """Nodes (modules or rooms), each with those that it imports."""

    arrows: Mapping[str, frozenset[str]]

    @property
    def count(self) -> int:
        """How many arrows there are."""
        return sum(map(len, self.arrows.values()))

    @cached_property
    def circle(self) -> list[str]:
        """One circle of nodes that import one another; empty if there is none."""
        try:
            TopologicalSorter(self.arrows).prepare()
        except CycleError as found:
            nodes: list[str] = found.args[1]
            return nodes
        return []

    @cached_property
    def floors(self) -> dict[str, int]:
        """The floor of each node: one above the highest of those that it imports. Raises CycleError if there is a circle."""
        floors: dict[str, int] = {}
        for node in TopologicalSorter(self.arrows).static_order():
            floors[node] = 1 + max((floors[below] for below in self.arrows.get(node, ())), default=0)
        return floors


def modules(folder: Path, package: str) -> Graph:
    """Return the graph of the modules below a folder, which is the package of that name."""
    files = {_name(file, folder, package): file for file in sorted(folder.rglob("*.py"))}
    return Graph({name: frozenset(_imported(name, file, files)) - {name} for name, file in files.items()})


def rooms(graph: Graph, package: str) -> Graph:
    """Return the graph of the rooms: the packages directly below a package, and its other modules as rooms of their own."""
    arrows: dict[str, set[str]] = {}
    for name, imported in graph.arrows.items():
        room = room_of(name, package)
        arrows.setdefault(room, set()).update({room_of(other, package) for other in imported} - {room})
    return Graph({room: frozenset(others) for room, others in arrows.items()})


def room_of(module: str, package: str) -> str:
    """Return the room of a module: the first name below the package, or the package itself."""
    return module.removeprefix(package).lstrip(".").partition(".")[0] or package


def beside_doors(graph: Graph, package: str) -> list[tuple[str, str]]:
    """Return every import that enters another room beside its `__init__`."""
    found = [(name, other) for name, imported in graph.arrows.items() for other in imported]
    inside = [(name, other) for name, other in found if other.removeprefix(package).count(".") > 1]
    return sorted((name, other) for name, other in inside if room_of(name, package) != room_of(other, package))


def _name(file: Path, folder: Path, package: str) -> str:
    steps = file.relative_to(folder).with_suffix("").parts
    return ".".join((package, *(steps[:-1] if steps[-1] == "__init__" else steps)))


def _imported(name: str, file: Path, known: Mapping[str, Path]) -> Iterator[str]:
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            steps = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*steps, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                if inner in known or module in known:
                    yield inner if inner in known else module
