"""The checks of the JSON Schema keywords that `Drift` applies to responses.

Inside: no response uses each keyword in every form, so the rules are also applied to schemas that the contract does not have.
"""

from decimal import Decimal
from typing import Any

import pytest
from amili._core.drift.response_schema import response_pointers
from amili._core.drift.rules import RULES
from amili._core.schema.compare import STRUCTURE, Comparison
from amili_api.contract.responses import RESPONSES
from amili_api.contract.schemas import SCHEMAS

from tests.samples import MOMENT


def keywords(node: Any) -> set[str]:
    """The keywords of a schema, at every depth."""
    if isinstance(node, list):
        return {word for inner in node for word in keywords(inner)}
    if not isinstance(node, dict):
        return set()
    below = [*node.get("properties", {}).values(), *(value for key, value in node.items() if key != "properties")]
    return node.keys() | {word for inner in below for word in keywords(inner)}


def test_every_keyword_that_the_contract_uses_of_responses_has_a_check() -> None:
    schemas: dict[str, Any] = {}
    waiting: list[Any] = [schema for statuses in RESPONSES.values() for reply in statuses.values() for schema in reply.values()]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict | list):
            waiting += inner.values() if isinstance(inner, dict) else inner
        elif isinstance(inner, str) and inner in SCHEMAS and inner not in schemas:
            schemas[inner] = SCHEMAS[inner]
            waiting.append(SCHEMAS[inner])
    headers = [header for statuses in RESPONSES.values() for reply in statuses.values() for header in reply["headers"].values()]
    assert len(schemas) > 10
    assert keywords([*schemas.values(), *headers]) - RULES.keys() - STRUCTURE == set()


def test_every_response_of_the_contract_has_pointers() -> None:
    for operation, statuses in RESPONSES.items():
        for key in statuses:
            assert "" in set(response_pointers(operation, key))


def breaks(schema: dict[str, Any], value: Any) -> list[str]:
    return [rule for _, rule in Comparison(RULES).differences(schema, value)]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": ["string", "null"]}, None, 5),
        ({"type": "null"}, None, 0),
        ({"type": "boolean"}, True, 1),
        ({"type": "integer"}, Decimal("8.00"), True),
        ({"type": "number"}, Decimal("8.5"), "8.5"),
        ({"enum": ["a", "b"]}, "a", "c"),
        ({"multipleOf": 0.01}, Decimal("1E+400"), Decimal("0.0" + "0" * 400 + "1")),
        ({"multipleOf": 0.01}, Decimal("12.3400"), Decimal("12.345")),
        ({"multipleOf": 1}, 5, Decimal("0.5")),
        ({"format": "http-date"}, MOMENT, "Tue, 07 Oct 2025 24:41:01 GMT"),
        ({"format": "http-date"}, MOMENT, "Tue, 07 Okt 2025 07:41:01 GMT"),
    ],
)  # fmt: skip
def test_a_word_of_a_schema_tells_good_from_bad(schema: dict[str, Any], good: Any, bad: Any) -> None:
    assert breaks(schema, good) == []
    assert len(breaks(schema, bad)) == 1


@pytest.mark.parametrize("schema", [{"multipleOf": 0.3}, {"format": "date"}])
def test_what_has_no_check_is_an_error_and_not_passed_over(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="there is no check for"):
        breaks(schema, "text")
