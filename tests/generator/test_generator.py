"""The generator: what goes in, what is refused, and that the result is the same every time."""

import copy
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "scripts" / "generator"
Modules = dict[str, Any]


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Modules:
    monkeypatch.syspath_prepend(str(GENERATOR))
    import contract_tables
    import prepare_spec
    import where_fields

    return {
        "prepare_spec": prepare_spec,
        "where_fields": where_fields,
        "contract_tables": contract_tables,
    }


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "amili.yaml").read_text(encoding="utf-8"))
    return document


def load_main() -> Any:
    spec = importlib.util.spec_from_file_location("generator_main", GENERATOR / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    return main


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(GENERATOR), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_result_is_the_same_for_every_hash_seed(seed: str) -> None:
    done = run("--check", PYTHONHASHSEED=seed)
    assert (done.returncode, done.stderr) == (0, "")


def spoilt(kind: str) -> Callable[[Path], None]:
    def change(client: Path) -> None:
        if kind == "module":
            (client.parents[1] / "overlay" / "amili" / "_query" / "case_fields.py").unlink()
            return
        target = client / "models" / "case.py"
        if kind == "differs":
            target.write_text(target.read_text(encoding="utf-8") + "\n# edited by hand\n", encoding="utf-8")
        elif kind == "missing":
            target.unlink()
        else:
            (client / "models" / "stray.py").write_text("", encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("differs", "generated/amili_api/models/case.py differs"),
        ("missing", "generated/amili_api/models/case.py is missing"),
        ("extra", "generated/amili_api/models/stray.py is extra"),
        ("module", "overlay/amili/_query/case_fields.py differs"),
    ],
)
def test_check_names_each_file_that_is_not_as_generated(
    kind: str, told: str, tmp_path: Path, modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    main = load_main()
    tree = tmp_path / "generated" / "amili_api"
    shutil.copytree(ROOT / "generated" / "amili_api", tree, ignore=shutil.ignore_patterns("__pycache__"))
    made, overlay = tmp_path / "made", tmp_path / "overlay" / "amili"
    shutil.copytree(tree, made)
    shutil.copytree(ROOT / "overlay" / "amili", overlay, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(main, "ROOT", tmp_path)
    monkeypatch.setattr(main, "CLIENT", tree)
    monkeypatch.setattr(main, "OVERLAY", overlay)
    assert main.differences(made, ROOT / "overlay" / "amili") == []
    spoilt(kind)(tree)
    assert main.differences(made, ROOT / "overlay" / "amili") == [told]


def test_another_version_of_the_generator_stops_with_a_clear_message(tmp_path: Path) -> None:
    package = tmp_path / "openapi_python_client-9.9.9.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: openapi-python-client\nVersion: 9.9.9\n", encoding="utf-8")
    done = run("--check", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "openapi-python-client 0.29.1 is needed, 9.9.9 is installed" in done.stderr
    assert "Nothing was written" in done.stderr


def test_the_contract_reads_the_same_with_the_generator_s_own_parser(modules: Modules) -> None:
    from ruamel.yaml import YAML

    theirs = YAML(typ="safe").load((ROOT / "openapi" / "amili.yaml").read_text(encoding="utf-8"))
    assert repr(load_main().read_contract()) == repr(theirs)


def test_what_the_vendor_may_leave_unknown_is_optional_for_the_client_only(contract: dict[str, Any], modules: Modules) -> None:
    before = copy.deepcopy(contract)
    document = modules["prepare_spec"].prepare(contract)
    receipt = "InvoiceRegistrationReceipt"
    assert contract == before
    assert "_etag" in contract["components"]["schemas"][receipt]["required"]
    assert document["components"]["schemas"][receipt]["required"] == ["_case"]


def test_a_partial_case_requires_nothing_at_any_depth_but_its_page_does(contract: dict[str, Any], modules: Modules) -> None:
    schemas = modules["prepare_spec"].prepare(contract)["components"]["schemas"]
    assert "required" not in schemas["PartialCase"]
    assert schemas["PartialCase"]["properties"]["debt"]["$ref"].endswith("/PartialDebt")
    assert "required" not in schemas["PartialDebt"]
    assert schemas["PartialCasePage"]["required"] == ["_items", "_meta"]
    assert schemas["PartialCasePage"]["properties"]["_items"]["items"]["$ref"].endswith("/PartialCase")


def test_a_description_beside_a_reference_reaches_the_client(contract: dict[str, Any], modules: Modules) -> None:
    case = modules["prepare_spec"].prepare(contract)["components"]["schemas"]["Case"]
    assert case["properties"]["account"]["description"] == "Account that owns the creditor."
    assert case["properties"]["account"]["pattern"] == "^[0-9a-f]{24}$"


def tables(contract: dict[str, Any], modules: Modules) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for text in modules["contract_tables"].modules(contract).values():
        exec(text, made)  # noqa: S102 - just made
    return made


def test_the_tables_have_what_is_for_checking_and_no_more(contract: dict[str, Any], modules: Modules) -> None:
    made = tables(contract, modules)
    schemas, replies = made["SCHEMAS"], made["RESPONSES"]
    assert schemas["CaseState"] == {
        "type": "string",
        "enum": ["initializing", "invoice", "reminder", "debt_collection"],
        "open": True,
    }
    assert schemas["Money"] == {"type": "number", "multipleOf": 0.01}
    assert schemas["Case"]["partial"] == ["_id", "_created", "_updated", "_etag"]
    assert schemas["Debt"]["partial"] == []
    assert "partial" not in schemas["CasePage"]
    assert replies["list_cases"]["200"]["content"] == {"application/json": "CasePage"}
    assert replies["list_cases"]["429"]["headers"].keys() >= {"retry-after", "x-ratelimit-reset"}


def test_the_tables_say_what_a_request_must_be(contract: dict[str, Any], modules: Modules) -> None:
    made = tables(contract, modules)
    schemas = made["SCHEMAS"]
    assert made["REQUESTS"] == {
        "register_invoice": "InvoiceRegistration",
        "credit_case": "CreditorCrediting",
        "cancel_case": "CreditorCancellation",
    }
    invoice = schemas["InvoiceRegistration"]
    assert {"account", "matrix"} <= set(invoice["required"])
    assert invoice["properties"]["currency"] == {"type": "string", "const": "SEK", "default": "SEK"}
    assert invoice["properties"]["matrix"] == {"type": "array", "minItems": 1, "items": "InvoiceLine"}
    assert schemas[invoice["properties"]["invoice_date"]]["format"] == "request-day"
    beside = schemas["CreditorCrediting"]["properties"]["amount"]
    assert beside == {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0}, "what stands beside a reference is not lost"
    assert set(made["SCHEMAS"]) == reached([*made["REQUESTS"].values(), made["RESPONSES"]], made["SCHEMAS"])


def reached(node: Any, schemas: dict[str, Any], found: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names of all schemas that a table refers to."""
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            found = reached(inner, schemas, found)
    elif isinstance(node, str) and node in schemas and node not in found:
        found = reached(schemas[node], schemas, found | {node})
    return found


def test_a_header_that_is_required_stops_the_generator(contract: dict[str, Any], modules: Modules) -> None:
    changed = copy.deepcopy(contract)
    changed["components"]["headers"]["Location"]["required"] = True
    with pytest.raises(RuntimeError, match=r"contract_tables\.py does not support a required response header"):
        modules["contract_tables"].modules(changed)


NEW = {
    "colour": {"type": "string", "x-no-limit-because": "free", "description": "Colour of the folder.", "examples": ["blue"]},
    "discount": {"$ref": "#/components/schemas/Money", "description": "Discount given."},
    "paused_on": {"$ref": "#/components/schemas/HttpDate", "description": "When it was paused."},
    "kind": {"type": "string", "enum": ["small", "large"], "x-open-enum": "may grow", "description": "How big it is."},
    "folder": {
        "type": "object",
        "description": "Where it lies.",
        "additionalProperties": True,
        "required": ["shelf"],
        "properties": {"shelf": {"type": "integer", "description": "Number of the shelf."}},
    },
    "amounts": {"type": "array", "description": "Parts.", "items": {"$ref": "#/components/schemas/Money"}},
    "events": {"type": "array", "description": "Events.", "items": {"$ref": "#/components/schemas/StateChange"}},
}
READ_AND_WRITTEN = """
import datetime, json, sys
from decimal import Decimal
from amili_api.codec import parse_json
from amili_api.models import Debt, PartialDebt
import attrs
document = json.loads(sys.argv[1])
for model in (Debt, PartialDebt):
    read = model.from_dict(parse_json(sys.argv[1]))
    assert read.colour == "blue", read
    assert str(read.discount) == "10.50"
    assert read.paused_on == datetime.datetime(2025, 10, 7, 7, 41, 1, tzinfo=datetime.UTC)
    assert (read.kind, type(read.kind).__name__) == ("huge", model.__name__ + "Kind")
    assert (read.folder.shelf, read.folder["row"]) == (7, 2)
    assert read.amounts == [Decimal("1.25"), 2]
    assert [event.state for event in read.events] == ["invoice"]
    assert json.loads(json.dumps(read.to_dict())) == document
    assert [field.name for field in attrs.fields(model)][-8:-1] == ["colour", "discount", "paused_on", "kind", "folder",
        "amounts", "events"]
"""


@pytest.fixture
def main(modules: Modules) -> Any:
    return load_main()


def generated(main: Any, contract: dict[str, Any], folder: Path) -> Path:
    """Generate a client from a contract that may have been changed; returns the folder that holds the package."""
    folder.mkdir()
    client, _ = main.generate(contract, folder)
    (folder / "package").mkdir()
    client.rename(folder / "package" / "amili_api")
    return folder / "package"


def test_a_property_of_each_kind_needs_no_change_of_generator_or_templates(
    contract: dict[str, Any], main: Any, tmp_path: Path
) -> None:
    changed = copy.deepcopy(contract)
    changed["components"]["schemas"]["Debt"]["properties"] |= NEW
    package = generated(main, changed, tmp_path / "made")
    document = {
        "invoice_number": "INV-1",
        "invoice_date": "Tue, 07 Oct 2025 07:41:01 GMT",
        "invoice_due_days_after_invoice_date": 8,
        "initial_capital": 500,
        "capital_to_claim": 500,
        "colour": "blue",
        "discount": 10.5,
        "paused_on": "Tue, 07 Oct 2025 07:41:01 GMT",
        "kind": "huge",
        "folder": {"shelf": 7, "row": 2},
        "amounts": [1.25, 2],
        "events": [{"state": "invoice", "state_date": "Tue, 07 Oct 2025 07:41:01 GMT"}],
    }
    text = json.dumps(document).replace("10.5", "10.50")
    command = [sys.executable, "-c", READ_AND_WRITTEN, text]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(package)})
    assert (done.returncode, done.stderr) == (0, "")
    written = (package / "amili_api" / "models" / "debt.py").read_text(encoding="utf-8")
    assert (
        '    colour: str | None = _attrs_field(default=None, repr=False)\n    """Colour of the folder. Example: blue."""\n'
        in written
    )
    assert '    """Discount given. Unit: SEK, two decimals. Example: 500.0."""\n' in written


def test_two_runs_write_the_same_bytes(contract: dict[str, Any], main: Any, tmp_path: Path) -> None:
    first, second = (main.contents(generated(main, contract, tmp_path / name)) for name in ("first", "second"))
    assert first == second
    assert len(first) > 50


def test_attributes_are_in_the_order_of_the_contract_and_each_says_what_it_is(contract: dict[str, Any]) -> None:
    import attrs
    from amili_api.models import Case

    properties = contract["components"]["schemas"]["Case"]["properties"]
    names = [attribute.name for attribute in attrs.fields(Case)]
    assert names == [*(name.lstrip("_") for name in properties), "additional_properties"]
    source = (ROOT / "generated" / "amili_api" / "models" / "case.py").read_text(encoding="utf-8")
    for name in properties:
        assert re.search(rf'^    {name.lstrip("_")}: .+\n    """\S', source, re.MULTILINE), name


def new_setting(**schema: Any) -> Callable[[dict[str, Any]], None]:
    """Give the settings of a case a property, with what the test of the templates is about."""

    def change(contract: dict[str, Any]) -> None:
        contract["components"]["schemas"]["CaseSettings"]["properties"]["new"] = {"description": "x", **schema}

    return change


def all_of(contract: dict[str, Any]) -> None:
    contract["components"]["schemas"]["PageMeta"]["allOf"] = [{"$ref": "#/components/schemas/StateChange"}]


def no_description(contract: dict[str, Any]) -> None:
    contract["components"]["schemas"]["CaseSettings"]["properties"]["new"] = {"type": "integer"}


def header(contract: dict[str, Any]) -> None:
    parameter = {"name": "X-Trace", "in": "header", "description": "x", "schema": {"type": "string"}}
    contract["paths"]["/cases"]["get"]["parameters"].append(parameter)


def text_reply(contract: dict[str, Any]) -> None:
    content = {"text/plain": {"schema": {"type": "string"}}}
    contract["paths"]["/cases"]["get"]["responses"]["404"] = {"description": "x", "content": content}


def body_of_xml(contract: dict[str, Any]) -> None:
    content = contract["paths"]["/cases"]["get"]["responses"]["200"]["content"]
    content["application/xml"] = content.pop("application/json")


NO_RULE = "which openapi/templates/values.jinja does not support"
PARTS = [{"type": "object", "properties": {name: {"type": "string"}}} for name in ("one", "other")]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (new_setting(type="string", format="uuid"), f"the property new is of the kind 'uuid', {NO_RULE}"),
        (new_setting(type="string", format="date"), "the format date is not supported: the API writes no day without a time"),
        (new_setting(anyOf=[{"type": "string"}, {"type": "integer"}]), f"the property new is of the kind 'union', {NO_RULE}"),
        (
            new_setting(type="integer", enum=[1, 2]),
            "the enum CaseSettingsNew has integers, which openapi/templates does not support",
        ),
        (new_setting(allOf=PARTS), "the schema CaseSettingsNew has an allOf, which openapi/templates does not support"),
        (all_of, "the schema PageMeta has an allOf, which openapi/templates does not support"),
        (no_description, "the property case_settings.new of a case has no description"),
        (header, "the operation list_cases has parameters other than texts in the path, query parameters"),
        (text_reply, "the response 404 of list_cases is not a JSON object"),
        (body_of_xml, "Unsupported content_type application/xml"),
    ],
)
def test_a_contract_that_the_templates_have_no_rule_for_stops_with_a_sentence(
    spoil: Callable[[dict[str, Any]], None], sentence: str, contract: dict[str, Any], main: Any, tmp_path: Path
) -> None:
    changed = copy.deepcopy(contract)
    spoil(changed)
    with pytest.raises(RuntimeError, match=re.escape(sentence)):
        main.generate(changed, tmp_path)


def test_nothing_is_written_if_the_generator_stops(
    contract: dict[str, Any], main: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = copy.deepcopy(contract)
    new_setting(type="string", format="uuid")(changed)
    monkeypatch.setattr(main, "read_contract", lambda: changed)
    monkeypatch.setattr(main, "install", lambda *_: pytest.fail("it was written"))
    assert main.main([]) == 1
    assert capsys.readouterr().err == f"regenerate: the property new is of the kind 'uuid', {NO_RULE}. Nothing was written.\n"


def test_a_value_that_json_does_not_have_stops_with_a_clear_message(contract: dict[str, Any], main: Any, tmp_path: Path) -> None:
    changed = copy.deepcopy(contract)
    changed["components"]["schemas"]["Text"]["examples"] = [yaml.safe_load("2025-10-07")]
    with pytest.raises(RuntimeError, match="perhaps a date without quotes: Object of type date"):
        main.generate(changed, tmp_path)


def test_the_generated_client_never_imports_the_overlay() -> None:
    for path in (ROOT / "generated").rglob("*.py"):
        assert "import amili\n" not in path.read_text(encoding="utf-8")
        assert "from amili " not in path.read_text(encoding="utf-8")
        assert "from amili." not in path.read_text(encoding="utf-8")
