"""Rules for sources: every fact names its source, and what is only assumed can be listed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from contract_tests.contract.comparison import RELEASED_FILE
from contract_tests.contract.document import ROOT, Contract, Schema
from contract_tests.contract.lint.flaw import Flaw, places
from contract_tests.messages import step, value_at

_PAGES_FILE = ROOT / "docs" / "vendor-facts.md"
_OWN = {"flow-guide", "eve-default", "assumed", "seen"}


@dataclass(frozen=True)
class Assumed:
    """A fact of the contract that no page of the vendor documents."""

    pointer: str
    aspect: str
    says: str

    def __str__(self) -> str:
        return f"{self.pointer}{f' ({self.aspect})' if self.aspect else ''}: {self.says}"


@cache
def known_sources() -> frozenset[str]:
    """Return every short name of a source: our own four, and the pages listed in docs/vendor-facts.md."""
    text = _PAGES_FILE.read_text(encoding="utf-8")
    table = text[text.index("### Source pages") :]
    rows = re.findall(r"^\| ([A-Z][^|]*) \|", table[: table.index("\n## ")], flags=re.MULTILINE)
    return frozenset(name for row in rows for name in re.split(r"[,;] ", row)) | _OWN


def source_flaws(contract: Contract) -> Iterator[Flaw]:
    """Return the places without a source, or with an unknown one."""
    for pointer, holder in _sourced(contract):
        if "x-source" not in holder:
            yield Flaw("sources", pointer, "x-source: where does this come from?")
    yield from _new_without_source(contract)
    for pointer, key, value in _stated(contract.document, ""):
        for name in re.split(r", (?!from )", value):
            if name.partition(", from ")[0] not in known_sources():
                yield Flaw("sources", pointer, f"{key} names {name!r}, which docs/vendor-facts.md does not list")


def assumed(contract: Contract) -> list[Assumed]:
    """Return what the contract assumes, so that it is not mistaken for documented."""
    facts = []
    for pointer, key, value in _stated(contract.document, ""):
        if value.startswith("assumed"):
            aspect = key.removeprefix("x-source").removeprefix("-")
            facts.append(Assumed(pointer, aspect, _words(contract, pointer)))
    return facts


@cache
def _released() -> dict[str, frozenset[str]]:
    """Return the names of the properties of every schema of the last release."""
    return {place.pointer: frozenset(place.schema.get("properties", {})) for place in places(Contract.load(RELEASED_FILE))}


def _new_without_source(contract: Contract) -> Iterator[Flaw]:
    """A property has the source of its schema, unless it is new in one that was released: then that source never spoke of it."""
    for place in places(contract):
        for name, inner in place.schema.get("properties", {}).items():
            new = place.pointer in _released() and name not in _released()[place.pointer]
            if new and "x-source" not in inner:
                yield Flaw("sources", f"{place.pointer}/properties{step(name)}", "x-source: it is new since the last release")


def _sourced(contract: Contract) -> Iterator[tuple[str, Schema]]:
    components = contract.document["components"]
    for kind in ("schemas", "headers", "links", "responses", "securitySchemes"):
        for name, holder in components.get(kind, {}).items():
            yield f"/components/{kind}{step(name)}", holder
    for operation in contract.operations.values():
        yield operation.pointer, contract.document["paths"][operation.path][operation.method.lower()]
        for name, parameter in operation.parameters.items():
            yield f"{operation.pointer}/parameters{step(name)}", parameter


def _stated(node: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Return pointer, key and text of every statement of a source."""
    if isinstance(node, dict):
        for key, value in node.items():
            if str(key).startswith("x-source") and isinstance(value, str):
                yield pointer, key, value
            else:
                yield from _stated(value, pointer + step(str(key)))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _stated(value, f"{pointer}/{position}")


def _words(contract: Contract, pointer: str) -> str:
    description: str = contract.resolve(value_at(contract.document, pointer)).get("description", "")
    return " ".join(description.split())
