"""Sorts and projects documents as MongoDB does."""

from collections.abc import Callable, Mapping
from typing import Any

from amili_sandbox.store.bson_order import order_key

Document = dict[str, Any]
SortKeys = dict[str, int]


def sort_keys(sort: Any) -> SortKeys:
    """Return field and direction of a sort argument; raise as PyMongo does for what is neither."""
    if not isinstance(sort, list | tuple | Mapping):
        raise TypeError(f"must use a dictionary or a list of (key, direction) pairs, not: {sort!r}")
    if not sort:
        raise ValueError("key_or_list must not be empty")
    pairs = sort.items() if isinstance(sort, Mapping) else [(item, 1) if isinstance(item, str) else item for item in sort]
    keys: SortKeys = {}
    for pair in pairs:
        name, direction = pair
        if not isinstance(name, str):
            raise TypeError(f"first item in each key pair must be an instance of str, not {type(name)}")
        if not isinstance(direction, int):
            raise TypeError(f"second item in each key pair must be 1 or -1, not {type(direction)}")
        keys[name] = direction
    return keys


def sort_value(document: Any, path: str, *, descending: bool) -> tuple[Any, ...]:
    """Return the key of a document for one sort field; an array counts by its least, or greatest, element."""
    keys = [order_key(value) for value in _leaves(document, path.split("."))]
    if not keys:
        return order_key(None)
    return max(keys) if descending else min(keys)


def _leaves(value: Any, names: list[str]) -> list[Any]:
    if isinstance(value, list) and names and not names[0].isdigit():
        return [leaf for item in value if isinstance(item, dict) for leaf in _leaves(item, names)]
    if not names:
        # An empty array sorts below null; MongoDB calls that value undefined.
        return value or [None] if isinstance(value, list) else [value]
    if isinstance(value, list):
        return _leaves(value[int(names[0])], names[1:]) if int(names[0]) < len(value) else []
    return _leaves(value.get(names[0]), names[1:]) if isinstance(value, dict) else []


def compile_projection(projection: Mapping[str, Any] | None) -> Callable[[Document], Document]:
    """Return a function that keeps the wanted fields of a document, or removes the unwanted ones; `_id` stays unless excluded."""
    if not projection:
        return lambda document: document
    wanted = [name for name, flag in projection.items() if flag and name != "_id"]
    keep_id = bool(projection.get("_id", True))
    if not wanted and not all(projection.values()):
        unwanted = _tree([name for name, flag in projection.items() if not flag])
        return lambda document: _exclude(document, unwanted)
    tree = _tree([*wanted, "_id"] if keep_id else wanted)
    whole = {name for name, branch in tree.items() if not branch}
    return lambda document: document if document.keys() <= whole else _include(document, tree)


def _tree(paths: list[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for name in path.split("."):
            branch = branch.setdefault(name, {})
    return tree


def _include(value: Any, tree: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_include(item, tree) for item in value if isinstance(item, dict | list)]
    return {
        name: _include(item, tree[name]) if tree[name] else item
        for name, item in value.items()
        if name in tree and (not tree[name] or isinstance(item, dict | list))
    }


def _exclude(value: Any, tree: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_exclude(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _exclude(item, tree[name]) if name in tree else item
        for name, item in value.items()
        if name not in tree or tree[name]
    }
