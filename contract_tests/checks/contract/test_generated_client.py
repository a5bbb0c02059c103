import importlib
import inspect
from typing import Any

import pytest
from amili_api import models
from amili_api.codec import parse_datetime

from contract_tests.contract import Contract, Operation
from contract_tests.findings import agree_on, fact
from contract_tests.messages import dumps, loads

CONTRACT = Contract.load()
RESTS_ON = fact("contract_and_client")
OBJECTS = [name for name, schema in CONTRACT.schemas.items() if schema.get("type") == "object" and "properties" in schema]


def _full_example(schema: dict[str, Any]) -> Any:
    """Return a document with every property that a schema describes."""
    resolved = CONTRACT.resolve(schema)
    if "examples" in resolved:
        return resolved["examples"][0]
    if resolved.get("type") == "array":
        return [_full_example(resolved["items"])]
    return {name: _full_example(inner) for name, inner in resolved.get("properties", {}).items()}


def _as_moments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_moments(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_moments(inner) for inner in value]
    try:
        return parse_datetime(value) if isinstance(value, str) else value
    except ValueError:
        return value


@pytest.mark.parametrize("name", OBJECTS)
def test_nothing_that_the_contract_describes_is_lost_on_the_way_through_the_client(name: str) -> None:
    document = _full_example(CONTRACT.schemas[name])
    written = getattr(models, name).from_dict(document).to_dict()
    wanted, seen = (_as_moments(loads(dumps(each))) for each in (document, written))
    agree_on(name, "the client loses nothing", wanted, seen, rests_on=RESTS_ON)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_property_is_an_attribute_of_its_own(name: str) -> None:
    model = getattr(models, name)
    attributes = {attribute.alias for attribute in model.__attrs_attrs__} - {"additional_properties"}
    properties = CONTRACT.schemas[name]["properties"]
    rule = "every property is an attribute of its own"
    agree_on(name, rule, len(properties), len(attributes), rests_on=RESTS_ON)
    different = {inner.get("x-python-name") or name.lstrip("_") for name, inner in properties.items()} ^ attributes
    odd = sorted(different - {"type", "type_"})  # only a name that Python reserves may differ
    agree_on(name, rule, [], odd, rests_on=RESTS_ON)


@pytest.mark.parametrize("operation", CONTRACT.operations.values(), ids=lambda operation: operation.id)
def test_every_operation_and_parameter_is_in_the_generated_client(operation: Operation) -> None:
    (tag,) = CONTRACT.document["paths"][operation.path][operation.method.lower()]["tags"]
    module = importlib.import_module(f"amili_api.api.{tag}.{operation.id}")
    for function in (module.sync, module.sync_detailed, module.asyncio, module.asyncio_detailed):
        taken = inspect.signature(function).parameters.keys()
        rule = f"{module.__name__}.{function.__name__} takes every parameter"
        agree_on(operation.id, rule, [], sorted(operation.parameters.keys() - taken), rests_on=RESTS_ON)
        rule = f"{module.__name__}.{function.__name__} takes a body"
        agree_on(operation.id, rule, bool(operation.bodies), "body" in taken, rests_on=RESTS_ON)
