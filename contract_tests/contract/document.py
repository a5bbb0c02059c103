"""The contract, read for checking: its operations in both spellings, and validators for its schemas."""

import copy
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from contract_tests.contract.json_schema import Violation, compiled, violations
from contract_tests.messages import load_yaml, pointer_of, value_at

ROOT = Path(__file__).parent.parent.parent
CONTRACT_FILE = ROOT / "openapi" / "amili.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Schema = dict[str, Any]
_PREFIX = "#/components/schemas/"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract, references resolved down to its schemas."""

    id: str
    method: str
    path: str
    reference_path: str
    pointer: str
    parameters: Mapping[str, Schema] = field(repr=False)
    bodies: Mapping[str, Schema] = field(repr=False)
    responses: Mapping[str, Schema] = field(repr=False)

    def key(self, status: int) -> str:
        """Return the key under which the contract has a status, or the status itself if it does not know it."""
        return next((key for key in (str(status), f"{status // 100}XX", "default") if key in self.responses), str(status))

    def response(self, status: int) -> Schema | None:
        """Return the definition of the response with a status, or None."""
        return self.responses.get(self.key(status))


class Contract:
    """A contract as a document with exact numbers."""

    def __init__(self, document: Schema, text: str = "") -> None:
        self.document = document
        self._validators: dict[int, tuple[Schema, Draft202012Validator]] = {}
        self.sha256 = hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def load(cls, file: Path = CONTRACT_FILE) -> "Contract":
        """Read the contract from its file."""
        text = file.read_text(encoding="utf-8")
        return cls(load_yaml(text), text)

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """The named schemas."""
        schemas: Mapping[str, Schema] = self.document["components"]["schemas"]
        return schemas

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their id."""
        return {operation.id: operation for operation in self._operations()}

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method])

    def _operation(self, path: str, method: str, definition: Schema) -> Operation:
        parameters = {}
        for parameter in definition.get("parameters", []):
            resolved = self.resolve(parameter)
            parameters[resolved["name"]] = resolved
        return Operation(
            id=definition["operationId"],
            method=method.upper(),
            path=path,
            reference_path=definition.get("x-alternate-path", path),
            pointer=pointer_of(("paths", path, method)),
            parameters=parameters,
            bodies=self.resolve(definition.get("requestBody", {})).get("content", {}),
            responses={str(status): self.resolve(response) for status, response in definition["responses"].items()},
        )

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request in either spelling calls, or None."""
        wanted = "/" + path.strip("/")
        for operation in self.operations.values():
            if operation.method == method.upper() and any(
                _fits(template, wanted) for template in (operation.path, operation.reference_path)
            ):
                return operation
        return None

    def resolve(self, node: Schema) -> Schema:
        """Follow references until there is none; what stands beside a reference wins over what it refers to."""
        while "$ref" in node:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**value_at(self.document, node["$ref"].removeprefix("#")), **beside}
        return node

    def source_of(self, schema: Schema, broken: Violation, source: str) -> str:
        """Return the x-source of the rule that a document breaks; `source` is that of whatever holds the schema.

        A rule has the x-source of its keyword (`x-source-required`), else of its place, else of what the place is in.
        """
        steps = broken.pointer.split("/")[1:]
        node = self.resolve(schema)
        source = node.get("x-source", source)
        for name in steps[:-1] if broken.keyword == "required" else steps:
            listed = node.get("items", {}) if name.isdigit() else {}
            others = node.get("additionalProperties")
            node = self.resolve(node.get("properties", {}).get(name) or listed or (others if isinstance(others, dict) else {}))
            source = node.get("x-source", source)
        return str(node.get(f"x-source-{broken.keyword}", source))

    def violations(self, schema: Schema, document: Any) -> Iterator[Violation]:
        """Return every place where a document breaks a schema of this contract, with exact amounts."""
        if id(schema) not in self._validators:  # the schema is kept beside it, so that no other can get its id
            self._validators[id(schema)] = (schema, compiled({**schema, "components": self.document["components"]}))
        return violations(self._validators[id(schema)][1], document)

    @cached_property
    def under_projection(self) -> "Contract":
        """The same contract under a projection: objects marked x-required-under-projection may lack any property."""
        document = copy.deepcopy(self.document)
        schemas: dict[str, Schema] = document["components"]["schemas"]
        waiting = [name for name, schema in schemas.items() if schema.get("x-required-under-projection")]
        done: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in done:
                done.add(name)
                waiting += _references(schemas[name])
                kept = schemas[name].get("x-required-under-projection", [])
                schemas[name]["required"] = [key for key in schemas[name].get("required", []) if key in kept]
                source = schemas[name].get("x-source-required-under-projection")
                schemas[name] |= {"x-source-required": source} if source else {}
        return Contract(document)


def _fits(template: str, path: str) -> bool:
    """Return whether a path is one of a template such as `/cases/{case_id}`."""
    steps, wanted = template.split("/"), path.split("/")
    return len(steps) == len(wanted) and all(
        step == given or (step[:1] == "{" and given) for step, given in zip(steps, wanted, strict=True)
    )


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for inner in node for name in _references(inner)]
    if not isinstance(node, dict):
        return []
    own = [str(node["$ref"]).removeprefix(_PREFIX)] if "$ref" in node else []
    return own + [name for inner in node.values() for name in _references(inner)]
