"""What changed between two contracts, by its meaning: tightened, loosened, removed, added, or otherwise changed.

Loosening never fails a test that compares traffic with the contract, so it is compared with the contract of the last release. A
change breaks who holds the released contract if it narrows what may be sent, or widens what may come.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from contract_tests.contract.document import CONTRACT_FILE, METHODS, ROOT, Contract
from contract_tests.messages import shown, step, value_at
from contract_tests.options import Parser

RELEASED_FILE = ROOT / "contract_tests" / "contract" / "released.yaml"
_WORDS = {
    "description",
    "summary",
    "example",
    "examples",
    "title",
    "license",
    "info",
    "openapi",
    "externalDocs",
    "x-no-limit-because",
}
_LIMITS_ABOVE = {"maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"}
_LIMITS_BELOW = {"minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"}
_STRICT = {
    *(
        "pattern",
        "const",
        "enum",
        "format",
        "multipleOf",
        "type",
        "not",
        "oneOf",
        "anyOf",
        "allOf",
        "required",
        "security",
        "$ref",
    ),
    *("contentSchema", "uniqueItems", "contains", "propertyNames", "dependentRequired", "if", "then", "else"),
    *_LIMITS_ABOVE,
    *_LIMITS_BELOW,
}
_LOOSE = {"x-open-enum", "x-required-under-projection", "x-optional-for-client", "nullable"}  # that they are there lets more pass
_BREAKING = {"request": {"tightened", "removed", "changed"}, "response": {"loosened", "removed", "changed"}}


@dataclass(frozen=True)
class Change:
    """One change at one place; `breaks`: users of the earlier contract may fail."""

    meaning: str
    pointer: str
    before: str
    after: str
    breaks: bool = False

    def __str__(self) -> str:
        return f"{'breaking: ' if self.breaks else ''}{self.meaning} at {self.pointer}: {self.before} became {self.after}"


def changes(before: Contract, after: Contract) -> list[Change]:
    """Return what changed, without what is only words."""
    used = _directions(before.document)
    return [
        replace(change, breaks=any(change.meaning in _BREAKING[way] for way in _directions_of(change.pointer, used)))
        for change in _compare(before.document, after.document, "")
    ]


def since_release(contract: Contract) -> list[Change]:
    """Return what changed since the last release."""
    return changes(_released(), contract)


@cache
def _released() -> Contract:
    return Contract.load(RELEASED_FILE)


def missing_version(contract: Contract) -> str:
    """Return which part of the version must be raised for what changed since the last release; empty if it was, or nothing did.

    That is the first for what breaks, and the second for all else; before 1.0 it is the second and the third.
    """
    found = since_release(contract)
    before, after = ([int(part) for part in _version(each).split(".")] for each in (_released(), contract))
    part = (0 if any(change.breaks for change in found) else 1) + (before[0] == 0)
    return ("major", "minor", "patch")[part] if found and after[: part + 1] <= before[: part + 1] else ""


def _version(contract: Contract) -> str:
    return str(contract.document["info"]["version"])


def change_lines(contract: Contract) -> list[str]:
    """Return a line for each change since the last release, whether or not the version was raised for it."""
    between = f"from {_version(_released())} to {_version(contract)}"
    return [f"the contract changed {between}: {change}" for change in since_release(contract)]


def _compare(before: Any, after: Any, pointer: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            name = str(key)
            if (name in _WORDS and not pointer.endswith("/properties")) or name.startswith("x-source"):
                continue
            inner = pointer + step(name)
            named = pointer.endswith(("/properties", "/schemas"))  # a chosen name, not a keyword
            if key not in after:
                yield Change(_meaning_if_removed(name, before[key], named), inner, shown(before[key]), "nothing")
            elif key not in before:
                yield Change(_meaning_if_added(name, after[key], named), inner, "nothing", shown(after[key]))
            elif name in ("required", "enum") and not named and isinstance(before[key], list):
                yield from _listed(name, before[key], after[key], inner)
            elif name not in _LOOSE or named:
                yield from _compare(before[key], after[key], inner)
    elif isinstance(before, list) and isinstance(after, list) and pointer.endswith("/parameters"):
        yield from _compare(_by_name(before), _by_name(after), pointer)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _compare(left, right, f"{pointer}/{position}")
    elif before != after or type(before) is not type(after):
        yield Change(_meaning_if_changed(before, after, pointer), pointer, shown(before), shown(after))


def _by_name(parameters: list[Any]) -> dict[str, Any]:
    return {f"{definition.get('name', definition.get('$ref'))}": definition for definition in parameters}


def _strict(name: str, value: Any) -> bool:
    return value is not False if name not in ("additionalProperties", "unevaluatedProperties") else value is False


def _meaning_if_removed(name: str, value: Any, named: bool) -> str:
    if named:
        return "removed"
    if name in _LOOSE:
        return "tightened"
    return "loosened" if name in {*_STRICT, "additionalProperties"} and _strict(name, value) else "removed"


def _meaning_if_added(name: str, value: Any, named: bool) -> str:
    if named:
        return "added"
    if name in _LOOSE:
        return "loosened"
    return "tightened" if name in {*_STRICT, "additionalProperties"} and _strict(name, value) else "added"


def _listed(name: str, before: list[Any], after: list[Any], pointer: str) -> Iterator[Change]:
    less, more = [item for item in before if item not in after], [item for item in after if item not in before]
    if less:
        yield Change("loosened" if name == "required" else "tightened", pointer, shown(less), "nothing")
    if more:
        yield Change("tightened" if name == "required" else "loosened", pointer, "nothing", shown(more))


def _meaning_if_changed(before: Any, after: Any, pointer: str) -> str:
    name = pointer.rpartition("/")[2]
    if name in _LIMITS_ABOVE:
        return "loosened" if after > before else "tightened"
    if name in _LIMITS_BELOW:
        return "loosened" if after < before else "tightened"
    if name in ("additionalProperties", "unevaluatedProperties"):
        return "loosened" if before is False else "tightened" if after is False else "changed"
    if name == "required" and isinstance(before, bool):
        return "loosened" if before else "tightened"
    return "changed"


def _directions_of(pointer: str, used: Mapping[str, set[str]]) -> set[str]:
    """Return whether a place concerns requests, responses, or both."""
    steps = pointer.split("/")
    if steps[1:3] == ["components", "schemas"]:
        return used.get(steps[3], {"request", "response"})
    if "responses" in steps or "headers" in steps:
        return {"response"}
    return {"request"} if "requestBody" in steps or "parameters" in steps else {"request", "response"}


def _directions(document: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return for each named schema whether it is used in requests, responses, or both."""
    used: dict[str, set[str]] = {}

    def walk(node: Any, way: str, seen: frozenset[str]) -> None:
        reference = node.get("$ref") if isinstance(node, Mapping) else None
        if isinstance(reference, str) and reference not in seen:
            target = value_at(document, reference.removeprefix("#"))
            if reference.startswith("#/components/schemas/"):
                used.setdefault(reference.rpartition("/")[2], set()).add(way)
            walk(target, way, seen | {reference})
        for inner in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
            walk(inner, way, seen)

    for item in document["paths"].values():
        for definition in (item[method] for method in METHODS if method in item):
            walk([definition.get("parameters", []), definition.get("requestBody", {})], "request", frozenset())
            walk(definition["responses"], "response", frozenset())
    return used


def compare_with_release(arguments: Sequence[str] = ()) -> int:
    """Print what changed since the last release; with --release, make the contract of today the released one."""
    parser = Parser("contract compare", "Name what changed since the released contract; ends with 1 if anything did.")
    parser.add_argument("--release", action="store_true", help="make the contract of today the released one")
    if parser.parse_args(arguments).release:
        RELEASED_FILE.write_text(CONTRACT_FILE.read_text(encoding="utf-8"), encoding="utf-8")
        return 0
    contract = Contract.load()
    print(*(found := since_release(contract)), sep="\n")
    if part := missing_version(contract):
        print(f"raise the {part} part of info.version, which was {_version(_released())}", file=sys.stderr)
    return 1 if found else 0
