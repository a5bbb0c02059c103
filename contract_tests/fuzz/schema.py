"""The contract as schemathesis reads it: for tests only, with requests closed and narrowed to what a server must handle.

Every narrowing is one function with its reason. What is narrowed away is tried by the tour.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
import yaml
from hypothesis import strategies as st

from contract_tests.contract import CONTRACT_FILE, Schema
from contract_tests.messages import YAML_LOADER
from contract_tests.privacy import FILTERED, PERSONAL_KEYS, allowed

REQUESTS = ("InvoiceRegistration", "Customer", "Address", "InvoiceLine", "CreditorCrediting", "CreditorCancellation")


OPERATIONS = ("register_invoice", "list_cases", "credit_case", "cancel_case")  # the tour has the other reads


def _rfc_1123(seconds: int) -> str:
    return (datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")


for name in ("request-date", "request-day"):
    schemathesis.openapi.format(name, st.integers(0, 3_000_000_000).map(_rfc_1123))
schemathesis.openapi.format(
    "short-text", st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=40)
)
# Only persons that may be shown, so that a request can be repeated from what is printed.
_NUMBER = re.compile("[0-9]{6}-[0-9]{4}")
schemathesis.openapi.format("id-number", st.sampled_from(sorted(filter(_NUMBER.fullmatch, allowed()))))
schemathesis.openapi.format("made-up-person", st.sampled_from(sorted(set(allowed()) - {FILTERED})))


def generator_schema() -> Schema:
    """Return the variant."""
    document: Schema = yaml.load(CONTRACT_FILE.read_text(encoding="utf-8"), YAML_LOADER)  # noqa: S506 - the safe one
    schemas = document["components"]["schemas"]
    _leave_out_other_reads(document)
    for name in REQUESTS:
        _close(schemas[name])
        _drop_what_only_the_vendor_sets(schemas[name])
    _narrow_registration(schemas)
    _only_by_case(schemas)
    _bound_texts(schemas)
    _make_persons_up(schemas)
    # Whether a fraction of an öre is refused is not documented, so a refusal can't be demanded; the tour checks the answer.
    del schemas["Money"]["multipleOf"]
    _describe_where_as_json(document)
    _open_lists(document)
    _links_a_generator_can_follow(document)
    return document


def _leave_out_other_reads(document: Schema) -> None:
    """Leave the reads of what was written and of one case to the tour, which knows what they must answer."""
    for path, item in list(document["paths"].items()):
        if not {definition["operationId"] for definition in item.values()} & {*OPERATIONS}:
            del document["paths"][path]


def _close(schema: Schema) -> None:
    """Refuse other properties, so that an unknown one counts as a mistake the server should notice."""
    schema["additionalProperties"] = False


def _drop_what_only_the_vendor_sets(schema: Schema) -> None:
    """Drop what is read-only, and what is merely assumed to be allowed in a request."""
    for name, inner in list(schema["properties"].items()):
        if inner.get("readOnly") or inner.get("x-source") == "assumed":
            del schema["properties"][name]


def _narrow_registration(schemas: dict[str, Schema]) -> None:
    """Take of the open lists what was seen: one type of invoice, the four Swedish rates, persons."""
    invoice, customer, line = (schemas[name]["properties"] for name in ("InvoiceRegistration", "Customer", "InvoiceLine"))
    invoice["invoice_type"] = {"const": "invoice", "examples": ["invoice"]}
    line["unit_vat_percent"] = {"type": "string", "enum": ["0%", "6%", "12%", "25%"]}
    schemas["Customer"].pop("oneOf")
    for name in ("is_company", "is_foreign"):
        del customer[name]
    del schemas["Address"]["properties"]["country"]["pattern"]  # whether a server checks its form is not documented
    schemas["Address"]["properties"]["zip_code"]["examples"] = ["543 21"]  # the customary spelling
    customer["id_number"] = {"type": "string", "format": "id-number", "examples": ["556789-1234"]}


def _only_by_case(schemas: dict[str, Schema]) -> None:
    """Name the case by its id: of a choice that excludes its other half the generator makes few documents that count."""
    for name in ("CreditorCrediting", "CreditorCancellation"):
        schemas[name].pop("oneOf")
        del schemas[name]["properties"]["invoice_number"]
        schemas[name]["required"].append("case")


def _bound_texts(schemas: dict[str, Schema]) -> None:
    """Make texts short and not empty by a strategy, which binds the generator and not the server."""
    for name in ("Text", "InvoiceNumber"):
        schemas[name]["format"] = "short-text"
    # The pattern allows a 99th of February; the registered strategy makes real days.
    for name in ("RequestDate", "RequestDay"):
        del schemas[name]["pattern"]
    del schemas["InvoiceRegistration"]["properties"]["invoice_delivery_date"]["pattern"]


def _make_persons_up(schemas: dict[str, Schema]) -> None:
    """Fill in only persons that may be shown, by a strategy as well; other texts go through all letters."""
    for name in REQUESTS:
        properties = schemas[name]["properties"]
        for key in PERSONAL_KEYS & properties.keys() - {"id_number"}:
            kept = {word: value for word, value in properties[key].items() if word != "$ref"}
            properties[key] = {**schemas["Text"], **kept, "format": "made-up-person"}


def _describe_where_as_json(document: Schema) -> None:
    """Describe conditions as JSON content, so that whole objects are generated and not any text."""
    for parameter in document["paths"]["/cases"]["get"]["parameters"]:
        if parameter["name"] == "where":
            state = {"const": "initializing"}  # conditions that match something: an empty page proves little
            properties = {"state": state, "currency": {"const": "SEK"}}
            schema = {"type": "object", "properties": properties, "additionalProperties": False}
            parameter["content"] = {"application/json": {"schema": schema}}
            del parameter["schema"]
        if parameter["name"] == "max_results":
            parameter["schema"] |= {
                "maximum": 12,
                "default": 10,
                "examples": [10],
            }  # whole pages take long to check; the tour has them
        if parameter["name"] == "sort":
            parameter["schema"] = {"type": "string", "enum": ["-debt.invoice_number,_id", "-_created", "state", "_created"]}
        if parameter["name"] == "projection":
            parameter["schema"] = {"type": "string", "enum": ['{"debt.invoice_number":1,"currency":1}', '{"state":1}']}


def _open_lists(node: Any) -> None:
    """Take any value where a list is open; coverage reports the values that are not on it."""
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _open_lists(inner)
    if isinstance(node, dict) and "x-open-enum" in node:
        node.pop("enum", None)


def _links_a_generator_can_follow(document: Schema) -> None:
    """Let links to the list of cases bring the bare id, since JSON can't be templated in one; and look after each action."""
    links = document["components"]["links"]
    links["CaseOfRegistration"] = {"operationId": "list_cases", "parameters": {"where": "$response.body#/_case"}}
    links["CaseOfAction"] = {"operationId": "list_cases", "parameters": {"where": "$request.body#/case"}}
    for path in ("/creditor-crediting", "/creditor-cancellation"):
        responses = document["paths"][path]["post"]["responses"]
        responses["201"] = {**responses["201"], "links": {"case": {"$ref": "#/components/links/CaseOfAction"}}}


def settings(seed: int = 42, **more: Any) -> dict[str, Any]:
    """Return the settings of schemathesis: seeded, nothing remembered between runs, expectations per operation."""
    off = {"enabled": False}
    return {
        "seed": seed,
        "continue-on-failure": False,
        "generation": {"deterministic": False, "database": "none", "max-examples": 16, "no-shrink": True, "allow-x00": False},
        "phases": {
            "examples": {"fill-missing": True},
            "coverage": {"unexpected-methods": ["PATCH", "DELETE", "PUT"]},
            "stateful": {
                "inference": {"algorithms": []},
                "max-steps": 8,
                "generation": {"max-examples": 24, "mode": "positive"},
                "checks": {"positive_data_acceptance": off},  # an action on a closed case is refused; the memory tells
            },
        },
        "checks": {
            "negative_data_rejection": {"expected-statuses": [400, 401, 405, 415, 422]},
            "positive_data_acceptance": {"expected-statuses": ["2xx"]},
            "max_response_time": 5.0,  # one slow answer proves little; our own check is about half of them
            "unsupported_method": off,  # wants the header Allow, which the framework does not send; ours checks the status
            "use_after_free": off,  # nothing can be deleted
            "ensure_resource_availability": off,  # there is no path with an id in it
            "object_level_authorization": off,  # it needs a file with several identities; the tour tries another account
        },
        # The framework reads pages and sizes that make no sense as the defaults.
        "operations": [
            {
                "include-operation-id": "list_cases",
                "checks": {"negative_data_rejection": {"expected-statuses": [200, 400, 401, 405, 422]}},
            }
        ],
        **more,
    }
