"""What the rules of the suite rest on: a page of the vendor, the default of the framework, or an assumption of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Kind = Literal["document", "framework", "assumption"]
AGAINST: Mapping[Kind, str] = {
    "document": "against a document",
    "framework": "against the framework's default",
    "assumption": "against our assumption",
}
FILE = Path(__file__).parent / "facts.yaml"


@dataclass(frozen=True)
class Fact:
    """A short name, a source as in the contract's x-source, what the fact says, and what to change if a server differs."""

    id: str
    source: str
    says: str
    proposal: str

    @property
    def kind(self) -> Kind:
        """The grade of the fact; one page is enough to make it documented."""
        if self.source.startswith("assumed"):
            return "assumption"
        return "framework" if self.source == "eve-default" else "document"

    def __str__(self) -> str:
        return f"{AGAINST[self.kind]}: {self.says} ({self.id}; {self.source})"


@cache
def facts() -> Mapping[str, Fact]:
    """Return the facts of facts.yaml by name."""
    stated: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    accept = "accept it in contract_tests/findings/accepted.yaml, or change the rules that rest on"
    return {name: Fact(name, fields["source"], fields["says"], f"{accept} {name}") for name, fields in stated.items()}


def fact(name: str) -> Fact:
    """Return a fact of facts.yaml."""
    return facts()[name]


def contract_fact(source: str, says: str) -> Fact:
    """Return the fact that stands at a place of the contract, with the x-source of that place."""
    return Fact("contract", source, says, "change openapi/amili.yaml there, with x-source: seen, or accept it in accepted.yaml")


def weakest(*rest_on: Fact) -> Fact:
    """Return the fact that the others can't make up for: an assumption before a default before a document."""
    return min(rest_on, key=lambda one: ("assumption", "framework", "document").index(one.kind))
