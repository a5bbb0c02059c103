"""What changed between two contracts, told by what it means: tightened, loosened, removed, added, or otherwise changed.

Loosening never fails a test that compares traffic with the contract, so it is compared with the contract of the last release.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.contract import CONTRACT_FILE, ROOT, Contract
from contract_tests.findings import shown

RELEASED_FILE = ROOT / "contract_tests" / "released.yaml"
_WORDS = {"description", "summary", "example", "title", "tags", "license", "servers", "info", "openapi"}
_LIMITS_ABOVE = {"maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"}
_LIMITS_BELOW = {"minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"}
_STRICT = {
    "pattern",
    "const",
    "format",
    "multipleOf",
    "type",
    "not",
    "oneOf",
    "anyOf",
    "allOf",
    "security",
    "$ref",
    "contentSchema",
}


@dataclass(frozen=True)
class Change:
    """One change at one place."""

    meaning: str
    pointer: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.meaning} at {self.pointer}: {self.before} became {self.after}"


def changes(before: Contract, after: Contract) -> list[Change]:
    """Return what changed, without what is only words."""
    return list(_compare(before.document, after.document, ""))


def _compare(before: Any, after: Any, pointer: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            name = str(key)
            if (name in _WORDS and not pointer.endswith("/properties")) or (name.startswith("x-") and name != "x-reference-path"):
                continue
            inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if key not in after:
                yield from _gone(name, before[key], inner)
            elif key not in before:
                yield from _come(name, after[key], inner)
            elif name in ("required", "enum") and isinstance(before[key], list):
                yield from _listed(name, before[key], after[key], inner)
            else:
                yield from _compare(before[key], after[key], inner)
    elif isinstance(before, list) and isinstance(after, list) and pointer.endswith("/parameters"):
        yield from _compare(_by_name(before), _by_name(after), pointer)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _compare(left, right, f"{pointer}/{position}")
    elif before != after:
        yield _changed(before, after, pointer)


def _by_name(parameters: list[Any]) -> dict[str, Any]:
    return {str(parameter.get("name", parameter.get("$ref"))): parameter for parameter in parameters}


def _gone(name: str, value: Any, pointer: str) -> Iterator[Change]:
    strict = name in _STRICT | _LIMITS_ABOVE | _LIMITS_BELOW | {"enum", "required"} or (
        name == "additionalProperties" and value is False
    )
    yield Change("loosened" if strict else "removed", pointer, shown(value), "nothing")


def _come(name: str, value: Any, pointer: str) -> Iterator[Change]:
    strict = name in _STRICT | _LIMITS_ABOVE | _LIMITS_BELOW | {"enum", "required"} or (
        name == "additionalProperties" and value is False
    )
    yield Change("tightened" if strict else "added", pointer, "nothing", shown(value))


def _listed(name: str, before: list[Any], after: list[Any], pointer: str) -> Iterator[Change]:
    less, more = [item for item in before if item not in after], [item for item in after if item not in before]
    if less:
        yield Change("loosened" if name == "required" else "tightened", pointer, shown(less), "nothing")
    if more:
        yield Change("tightened" if name == "required" else "loosened", pointer, "nothing", shown(more))


def _changed(before: Any, after: Any, pointer: str) -> Change:
    name = pointer.rpartition("/")[2]
    meaning = "changed"
    if name in _LIMITS_ABOVE:
        meaning = "loosened" if after > before else "tightened"
    elif name in _LIMITS_BELOW:
        meaning = "loosened" if after < before else "tightened"
    elif name == "additionalProperties":
        meaning = "loosened" if before is False else "tightened" if after is False else "changed"
    return Change(meaning, pointer, shown(before), shown(after))


def main() -> int:
    """Tell what changed since the last release; with --release, make the contract of today the released one."""
    if "--release" in sys.argv[1:]:
        RELEASED_FILE.write_text(CONTRACT_FILE.read_text())
        return 0
    found = changes(Contract.load(RELEASED_FILE), Contract.load())
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
