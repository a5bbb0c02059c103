"""Where in the file of the contract something stands, for code hosts, which show findings beside lines."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from contract_tests.contract.document import CONTRACT_FILE

_BODY = ("content", "application/json", "schema")


class Lines:
    """The lines of the contract, counted from 1."""

    def __init__(self, file: Path = CONTRACT_FILE) -> None:
        root = yaml.compose(file.read_text(encoding="utf-8"))
        assert root is not None
        self._root: Node = root

    def at(self, pointer: str) -> int:
        """Return the line of a JSON pointer into the contract, or of the deepest part of it that is there."""
        return self._deepest(self._root, [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]])

    def of(self, operation: str, status: str, pointer: str) -> int:
        """Return the line that describes a place of an operation's request (no status) or response; 1 of no operation.

        Of what is not described it is the line of what is around it.
        """
        node = next((node for node in self._operations() if _text(_child(node, "operationId")) == operation), None)
        if node is None:
            return 1
        steps = pointer.split("/")[1:]
        if steps[:1] == ["query"]:
            named = (
                each for each in _items(_child(node, "parameters")) if _text(_child(self._resolved(each), "name")) == steps[1]
            )
            return next((each.start_mark.line + 1 for each in named), node.start_mark.line + 1)
        answers = _child(node, "responses")
        key = next((key for key in (status, f"{status[:1]}XX", "default") if _child(answers, key) is not None), "")
        way = ["responses", key] if key else ["requestBody"] if steps else []
        return self._deepest(node, [*way, *(steps if steps[:1] == ["headers"] else [*_BODY, *steps] if steps else [])])

    def _operations(self) -> Iterator[Node]:
        for path in _values(_child(self._root, "paths")):
            yield from _values(path)

    def _resolved(self, node: Node | None) -> Node | None:
        while (reference := _text(_child(node, "$ref"))) is not None:
            node = self._root
            for step in reference.removeprefix("#/").split("/"):
                node = _child(node, step.replace("~1", "/").replace("~0", "~"))
        return node

    def _deepest(self, node: Node | None, steps: Sequence[str]) -> int:
        """Return the line where the last step stands that can be taken; through references, and into schemas by their names."""
        assert node is not None
        line = node.start_mark.line
        for step in steps:
            holder = self._resolved(node)
            inner = _schema_step(holder, step)
            if inner is None:
                break
            line, node = inner
        return line + 1


def _schema_step(holder: Node | None, step: str) -> tuple[int, Node] | None:
    """Return line and node of a step: a key, a position, or below a schema a property or any item."""
    if isinstance(holder, SequenceNode) and step.isdigit() and int(step) < len(holder.value):
        return holder.value[int(step)].start_mark.line, holder.value[int(step)]
    items = _child(holder, "items")
    if items is not None and (step == "*" or step.isdigit()):
        return items.start_mark.line, items
    for there in (_child(holder, "properties"), holder):
        if isinstance(there, MappingNode):
            for key, value in there.value:
                if key.value.lower() == step.lower():
                    return key.start_mark.line, value
    return None


def _child(node: Node | None, name: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _values(node: Node | None) -> list[Node]:
    return [value for _, value in node.value] if isinstance(node, MappingNode) else []


def _items(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _text(node: Node | None) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


@cache
def lines() -> Lines:
    """Return the lines of the contract's file."""
    return Lines()
