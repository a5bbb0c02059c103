"""The generator: what goes in, what is refused, and that the result is the same every time."""

import copy
import importlib.util
import os
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
    import bodies
    import contract_tables
    import edits
    import prepare_spec
    import where_fields

    return {
        "prepare_spec": prepare_spec,
        "edits": edits,
        "bodies": bodies,
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
            (client.parents[1] / "overlay" / "amili" / "_reply_shapes.py").unlink()
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
        ("module", "overlay/amili/_reply_shapes.py differs"),
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


def test_an_object_in_a_body_that_may_be_left_out_stops_the_generator(modules: Modules) -> None:
    body = {"properties": {"customer": {"properties": {"name": {"type": "string"}}}}}
    operation = {"operationId": "x", "requestBody": {"content": {"application/json": {"schema": body}}}}
    contract = {"components": {"schemas": {}}, "paths": {"/x": {"post": operation, "summary": "x"}}}
    with pytest.raises(RuntimeError, match="that may be left out is not provided for"):
        modules["bodies"].module(contract)
    body["required"] = ["customer"]  # type: ignore[assignment]
    assert modules["bodies"].module(contract).endswith("{'x': {'customer': {'name': 'text?'}}}\n")


def test_an_edit_that_no_longer_matches_stops_before_anything_is_written(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = modules["edits"]
    odd = edits.Edit("gone", "for this test", edits.MODEL, "text that no template has", "")
    monkeypatch.setattr(edits, "EDITS", (*edits.EDITS, odd))
    with pytest.raises(RuntimeError, match=r"edit 'gone' found its text 0 times in model\.py\.jinja, not 1"):
        edits.edited_templates()


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


def test_a_value_that_json_does_not_have_stops_with_a_clear_message(modules: Modules) -> None:
    with pytest.raises(RuntimeError, match="perhaps a date without quotes: Object of type date"):
        load_main().sort_keys({"example": yaml.safe_load("2025-10-07")})


def test_every_edit_has_a_name_of_its_own_and_a_reason(modules: Modules) -> None:
    edits = modules["edits"].EDITS
    assert len({edit.name for edit in edits}) == len(edits)
    assert all(edit.why for edit in edits)


def test_what_the_vendor_may_leave_unknown_is_optional_for_the_client_only(contract: dict[str, Any], modules: Modules) -> None:
    before = copy.deepcopy(contract)
    document = modules["prepare_spec"].for_generator(contract)
    receipt = "InvoiceRegistrationReceipt"
    assert contract == before
    assert "_etag" in contract["components"]["schemas"][receipt]["required"]
    assert document["components"]["schemas"][receipt]["required"] == ["_case"]


def test_a_property_that_the_quick_reader_can_not_read_stops_with_its_name(
    contract: dict[str, Any], modules: Modules, tmp_path: Path
) -> None:
    import quick_page

    main, document = load_main(), modules["prepare_spec"].for_generator(contract)
    document["components"]["schemas"]["CaseSettings"]["properties"]["paid_on"] = {"type": "string", "format": "date"}
    models = main.run_generator(main.sort_keys(document), tmp_path, tmp_path / "client").models
    with pytest.raises(RuntimeError, match=r"quick_page\.py has to learn to read paid_on \(DateProperty\)"):
        quick_page.Module(models).text()


def test_a_partial_case_requires_nothing_at_any_depth_but_its_page_does(contract: dict[str, Any], modules: Modules) -> None:
    schemas = modules["prepare_spec"].for_generator(contract)["components"]["schemas"]
    assert "required" not in schemas["PartialCase"]
    assert schemas["PartialCase"]["properties"]["debt"]["$ref"].endswith("/PartialDebt")
    assert "required" not in schemas["PartialDebt"]
    assert schemas["PartialCasePage"]["required"] == ["_items", "_meta"]
    assert schemas["PartialCasePage"]["properties"]["_items"]["items"]["$ref"].endswith("/PartialCase")


def test_a_description_beside_a_reference_reaches_the_client(contract: dict[str, Any], modules: Modules) -> None:
    case = modules["prepare_spec"].for_generator(contract)["components"]["schemas"]["Case"]
    assert case["properties"]["account"]["description"] == "Account that owns the creditor."
    assert case["properties"]["account"]["pattern"] == "^[0-9a-f]{24}$"


def test_the_shapes_of_replies_have_what_is_for_checking_and_no_more(contract: dict[str, Any], modules: Modules) -> None:
    made: dict[str, Any] = {}
    exec(modules["contract_tables"].module(contract), made)  # noqa: S102 - just made
    schemas, replies = made["SCHEMAS"], made["REPLIES"]
    assert schemas["CaseState"] == {
        "type": "string",
        "enum": ["initializing", "invoice", "reminder", "debt_collection"],
        "open": True,
    }
    assert schemas["Money"] == {"type": "number", "multipleOf": 0.01}
    assert schemas["Case"]["partial"] == ["_id", "_created", "_updated", "_etag"]
    assert schemas["Debt"]["partial"] == []
    assert "partial" not in schemas["CasePage"]
    assert "InvoiceRegistration" not in schemas, "requests are no replies"
    assert replies["list_cases"]["200"]["content"] == {"application/json": "CasePage"}
    assert replies["list_cases"]["429"]["headers"].keys() >= {"retry-after", "x-ratelimit-reset"}


@pytest.mark.parametrize("spoil", [
    lambda said: said["components"]["headers"]["Location"].update(required=True),
    lambda said: said["components"]["schemas"]["CasePage"]["properties"]["_meta"].update(minProperties=1),
])  # fmt: skip
def test_what_the_shapes_of_replies_have_no_word_for_stops(
    contract: dict[str, Any], modules: Modules, spoil: Callable[[dict[str, Any]], None]
) -> None:
    changed = copy.deepcopy(contract)
    spoil(changed)
    with pytest.raises(RuntimeError, match=r"contract_tables\.py"):
        modules["contract_tables"].module(changed)


def test_the_generated_client_never_imports_the_overlay() -> None:
    for path in (ROOT / "generated").rglob("*.py"):
        assert "import amili\n" not in path.read_text(encoding="utf-8")
        assert "from amili " not in path.read_text(encoding="utf-8")
        assert "from amili." not in path.read_text(encoding="utf-8")
