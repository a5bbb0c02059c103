import json
from decimal import Decimal
from typing import Any

import pytest

from contract_tests.contract.document import Contract
from contract_tests.contract.json_schema import compiled, violations
from contract_tests.messages import loads

MONEY = {"type": "number", "multipleOf": Decimal("0.01")}


@pytest.mark.parametrize(("amount", "keywords"), [
    ("19.99", []), ("0.30000000000000004", ["multipleOf"]), ("12345678901234567.89", []),
    ("12345678901234567.891", ["multipleOf"]),
    ("8.0", []), ("1e2", []), ("-0.01", []), ('"1"', ["type"]), ("true", ["type"]), ("null", ["type"]),
])  # fmt: skip
def test_an_amount_is_whole_ore_exactly(amount: str, keywords: list[str]) -> None:
    assert [broken.keyword for broken in violations(compiled(MONEY), loads(amount))] == keywords


@pytest.mark.parametrize(("binary", "keywords"), [(19.99, []), (0.30000000000000004, ["multipleOf"])])
def test_a_binary_fraction_counts_as_it_is_written(binary: float, keywords: list[str]) -> None:
    assert [broken.keyword for broken in violations(compiled(MONEY), binary)] == keywords


@pytest.mark.parametrize(("format_", "right", "wrong"), [
    ("http-date", "Tue, 28 Feb 2025 00:00:00 GMT", "Fri, 31 Feb 2025 00:00:00 GMT"),
    ("request-date", "2025-10-07T10:11:22.123456Z", "2025-13-45"),
    ("request-day", "2025-10-07T10:11:22.123456Z", "2025-13-45"),
    ("eve-where", json.dumps({"state": "invoice"}), '{"state":'),
    ("eve-where", '_id=="x"', "_id"),
    ("eve-projection", '{"state":1}', "[]"),
    ("uri-reference", "/cases?page=2", "a b"),
])  # fmt: skip
def test_the_formats_of_the_contract_are_checked(format_: str, right: str, wrong: str) -> None:
    validator = compiled({"type": "string", "format": format_})
    assert list(violations(validator, right)) == []
    assert [(broken.keyword, broken.expected) for broken in violations(validator, wrong)] == [
        ("format", f"a value of format {format_}")
    ]


def test_each_missing_property_is_a_place_of_its_own() -> None:
    broken = violations(compiled({"type": "object", "required": ["a", "b/c"]}), {})
    assert [(each.pointer, each.expected, each.seen) for each in broken] == [
        (pointer, "the property, which is required", "nothing") for pointer in ("/a", "/b~1c")
    ]


@pytest.mark.parametrize(("schema", "keywords"), [
    ({"enum": ["a"]}, ["enum"]), ({"enum": ["a"], "x-open-enum": "why"}, []),
    ({"allOf": [{"enum": ["a"], "x-open-enum": "why"}]}, []),
])  # fmt: skip
def test_a_value_that_is_not_on_an_open_list_passes(schema: dict[str, Any], keywords: list[str]) -> None:
    assert [broken.keyword for broken in violations(compiled(schema), "b")] == keywords


def test_what_stands_beside_a_reference_applies_as_well(contract: Contract) -> None:
    schema = {"$ref": "#/components/schemas/Text", "maxLength": 1}
    assert [broken.keyword for broken in contract.violations(schema, "ab")] == ["maxLength"]
