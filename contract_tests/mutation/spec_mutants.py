"""Contracts that are wrong on purpose: every constraint loosened in turn, and a list of ways to be too strict or mistaken."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.cassettes import cassettes
from contract_tests.changes import changes
from contract_tests.contract import Contract, Schema
from contract_tests.guide_documents import guide_documents
from contract_tests.judge import errors_in, judge
from contract_tests.lint import flaws
from contract_tests.lint.flaw import places

_DROPPED = (
    "pattern",
    "enum",
    "const",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "multipleOf",
    "oneOf",
    "minItems",
    "x-unit",
    "readOnly",
)


@dataclass(frozen=True)
class Mutant:
    """A contract with one thing changed."""

    name: str
    loosening: bool
    change: Callable[[Schema], Any] = field(repr=False)

    def of(self, contract: Contract) -> Contract:
        """Return a contract with the change made."""
        document = copy.deepcopy(contract.document)
        self.change(document)
        return Contract(document)


def mutants(contract: Contract) -> Iterator[Mutant]:
    """Return all mutants of a contract."""
    for place in places(contract):
        for key in _DROPPED:
            if key in place.schema:
                yield _dropped(place.pointer, key)
        if "enum" in place.schema and "x-open-enum" not in place.schema:
            yield Mutant(f"{place.pointer} takes other values", True, _opened(place.pointer))
        for name in place.schema.get("required", []) if not place.partly else ():
            yield _optional(place.pointer, name)
    for operation in contract.operations.values():
        said = contract.document["paths"][operation.path][operation.method.lower()]
        for status, response in said["responses"].items():
            yield Mutant(f"{operation.id} loses {status}", True, _without(operation.pointer + "/responses", status))
            for header in response.get("headers", {}):
                pointer = f"{operation.pointer}/responses/{status}/headers"
                yield Mutant(f"{operation.id} loses {header} of {status}", True, _without(pointer, header))
        if operation.bodies:
            yield Mutant(f"{operation.id} needs no body", True, _without(f"{operation.pointer}/requestBody", "required"))
        yield Mutant(f"{operation.id} needs no token", True, _without(operation.pointer, "security"))
        for position, parameter in enumerate(said.get("parameters", [])):
            name = f"{operation.id} loses {parameter['name']}"
            yield Mutant(name, True, _removed(f"{operation.pointer}/parameters", position))
    for name, change in _TIGHTENING.items():
        yield Mutant(name, False, change)


def caught_by(contract: Contract, released: Contract) -> list[str]:
    """Return the names of the offline checks that notice a wrong contract."""
    noticed = []
    if any(True for _ in flaws(contract)):
        noticed.append("the linter")
    if any(True for cassette in cassettes() for exchange in cassette.exchanges for _ in judge(contract, exchange)):
        noticed.append("cassettes")
    if any(True for _ in _guide_flaws(contract)):
        noticed.append("documents of the guide")
    if changes(released, contract):
        noticed.append("comparison with the last release")
    return noticed


def _guide_flaws(contract: Contract) -> Iterator[Any]:
    for document in guide_documents().values():
        operation = contract.operations.get(document.operation)
        if operation is None:
            yield document.name
        elif document.direction == "request":
            yield from errors_in(contract, operation.bodies["application/json"]["schema"], document.content)


def _dropped(pointer: str, key: str) -> Mutant:
    return Mutant(f"{pointer} loses {key}", True, _without(pointer, key))


def _optional(pointer: str, name: str) -> Mutant:
    def change(document: Schema) -> None:
        _at(document, pointer)["required"].remove(name)

    return Mutant(f"{pointer} no longer needs {name}", True, change)


def _opened(pointer: str) -> Callable[[Schema], None]:
    return lambda document: _at(document, pointer).update({"x-open-enum": "on purpose"})


def _without(pointer: str, key: str) -> Callable[[Schema], None]:
    return lambda document: _at(document, pointer).pop(key)


def _removed(pointer: str, position: int) -> Callable[[Schema], None]:
    return lambda document: _at(document, pointer).pop(position)


def _at(document: Any, pointer: str) -> Any:
    node = document
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list):
            node = next((item for item in node if item.get("name") == name), None) or node[int(name)]
        else:
            node = node[name]
        while isinstance(node, dict) and "$ref" in node and len(node) == 1:
            node = _at(document, node["$ref"].removeprefix("#"))
    return node


def _schemas(document: Schema) -> Any:
    return document["components"]["schemas"]


_TIGHTENING: dict[str, Callable[[Schema], Any]] = {
    "a property is renamed": lambda d: _schemas(d)["Debt"].update(required=["number"]),
    "money is a text": lambda d: _schemas(d)["Money"].update(type="string"),
    "a state is forgotten": lambda d: _schemas(d)["CaseState"].update({"enum": ["invoice"], "x-open-enum": "x"}),
    "a registration answers 200 only": lambda d: d["paths"]["/invoice-registration"]["post"]["responses"].pop("201"),
    "a path is renamed": lambda d: d["paths"].update({"/case": d["paths"].pop("/cases")}),
    "a phone number is required": lambda d: _schemas(d)["Customer"]["required"].append("customer_number"),
    "dates are ISO 8601": lambda d: _schemas(d)["HttpDate"].update(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*$"),
    "invoice numbers are short": lambda d: _schemas(d)["InvoiceNumber"].update(maxLength=5),
    "etags have 32 digits": lambda d: _schemas(d)["Etag"].update(pattern="^[0-9a-f]{32}$"),
    "receipts are closed": lambda d: _schemas(d)["Debt"].update(additionalProperties=False, properties={}),
}
