"""Rules for operations: every error response, security, links that lead somewhere, and the other spelling of the path."""

from collections.abc import Iterator

from contract_tests.contract.document import Contract, Operation
from contract_tests.contract.lint.flaw import Flaw
from contract_tests.messages import step

ERRORS = ("400", "401", "403", "404", "405", "422", "429", "5XX")


def operation_flaws(contract: Contract) -> Iterator[Flaw]:
    """Return the flaws of all operations."""
    for operation in contract.operations.values():
        definition = contract.document["paths"][operation.path][operation.method.lower()]
        for status in (*ERRORS, *(("409",) if operation.method == "POST" else ())):
            if status not in operation.responses:
                yield Flaw("error responses", operation.pointer, f"{status} is missing")
        for status, response in operation.responses.items():
            yield from _response(operation, status, response)
        if definition.get("security") != [{"ApiKey": []}]:
            yield Flaw("security", operation.pointer, "security: [{ApiKey: []}]; the generator ignores the top-level one")
        if operation.method != "GET" and "x-alternate-path" not in definition:
            yield Flaw("both spellings", operation.pointer, "x-alternate-path, the spelling of the vendor's endpoint pages")
        yield from _parameters(contract, operation)
        yield from _links(contract, operation)


def _response(operation: Operation, status: str, response: dict[str, object]) -> Iterator[Flaw]:
    pointer = f"{operation.pointer}/responses/{status}"
    if not response.get("content"):
        yield Flaw("error responses", pointer, "say what the body is")
    if not response.get("description"):
        yield Flaw("described", pointer, "one line of description")


def _parameters(contract: Contract, operation: Operation) -> Iterator[Flaw]:
    for name, parameter in operation.parameters.items():
        schema, pointer = contract.resolve(parameter.get("schema", {})), f"{operation.pointer}/parameters{step(name)}"
        if not schema:
            yield Flaw("no silent loss", pointer, "give it a schema: the generator drops a parameter with content without a word")
        if schema.get("type") == "integer" and not {"minimum", "maximum"} <= schema.keys():
            yield Flaw("bounded numbers", pointer, "minimum and maximum")
        if not parameter.get("description"):
            yield Flaw("described", pointer, "one line of description")


def _links(contract: Contract, operation: Operation) -> Iterator[Flaw]:
    for status, response in operation.responses.items():
        for name, link in response.get("links", {}).items():
            resolved, pointer = contract.resolve(link), f"{operation.pointer}/responses/{status}/links{step(name)}"
            target = contract.operations.get(resolved.get("operationId", ""))
            if target is None:
                yield Flaw("links", pointer, f"there is no operation {resolved.get('operationId')}")
                continue
            unknown = [parameter for parameter in resolved.get("parameters", {}) if parameter not in target.parameters]
            for media in target.bodies.values():
                known = contract.resolve(media["schema"]).get("properties", {})
                unknown += [key for key in resolved.get("requestBody", {}) if key not in known]
            if unknown:
                yield Flaw("links", pointer, f"{target.id} does not take {', '.join(unknown)}")
