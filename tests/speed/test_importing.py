"""What is imported at which step, each in a fresh process: `amili`, a client, the first read, the first write."""

import json
import subprocess
import sys

import amili
import amili_api
import amili_api.models
import pytest

from tests.docs.pages import ROOT

HEAVY = {"amili_api.models", "amili_api.client", "amili_api.api", "amili_api.contract", "attr", "attrs", "jwt", "cryptography",
         "psycopg", "sqlite3", "asyncio", "concurrent", "importlib.metadata", "amili.cli", "argparse",
         "zoneinfo", "opentelemetry"}  # fmt: skip
NOT_FOR_CALLS = HEAVY - {"amili_api.models", "amili_api.client", "amili_api.api", "attr", "attrs"}
CLIENT = """
from benchmarks.cases import invoice, page, receipt
def answer(request):
    reading = request.method == "GET"
    return httpx.Response(200 if reading else 201, content=page(1, 100, total=1) if reading else receipt())
server = httpx.MockTransport(answer)
"""
PAGE = {"case", "case_page", "case_settings", "case_settings_interest_rate", "case_state", "case_status", "debt",
        "page_meta", "state_change", "status_change", "transaction"}  # fmt: skip
ERROR_REPLY = {"eve_error", "eve_error_error", "eve_error_error_details", "issue_tree"}  # every endpoint can read one


def loaded_by(statement: str, before: str = "") -> set[str]:
    """Return the modules that a statement adds to those of httpx, which does without its command line and without trio here."""
    code = "import sys; sys.modules['click'] = sys.modules['trio'] = None\nimport httpx\n"
    code += f"{before}\nhad = set(sys.modules)\n{statement}\n"
    code += "import json; print(json.dumps(sorted(set(sys.modules) - had)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    return set(json.loads(done.stdout))


def among(loaded: set[str], packages: set[str]) -> list[str]:
    """Return the loaded modules that are one of these or below one of them."""
    return sorted(name for name in loaded if any(name == package or name.startswith(package + ".") for package in packages))


def test_the_client_class_brings_no_models_no_signing_and_no_command_line() -> None:
    loaded = loaded_by("from amili import Amili, AsyncAmili, Quota, where")
    assert "amili._client" in loaded
    assert among(loaded, HEAVY) == []
    assert len(loaded) < 60


def test_a_client_brings_no_models_either() -> None:
    assert among(loaded_by("from amili import Amili; Amili('http://127.0.0.1:9', 'token')"), HEAVY) == []


def test_the_first_read_brings_the_models_of_a_page_and_no_others() -> None:
    statement = "from amili import Amili, where\n"
    statement += "case = Amili('http://127.0.0.1:9', 'token', transport=server).case(where.debt.invoice_number == '1')"
    loaded = loaded_by(statement, CLIENT)
    models = {name.removeprefix("amili_api.models.") for name in among(loaded, {"amili_api.models"})} - {"amili_api.models"}
    assert models == PAGE | ERROR_REPLY
    assert among(loaded, {"amili_api.api"})[-1] == "amili_api.api.cases.list_cases"
    assert among(loaded, NOT_FOR_CALLS | {"amili._core.writing", "amili._core.drift", "amili._core.operations.receipts"}) == []


def test_the_first_list_brings_nothing_more() -> None:
    read = "from amili import Amili\nclient = Amili('http://127.0.0.1:9', 'token', transport=server)\n"
    once = read + "client.case('68e4c40d93ee147200000000')"
    assert loaded_by(read + "list(client.cases())", CLIENT) <= loaded_by(once, CLIENT)


def test_the_first_registration_brings_no_signing_no_event_loop_and_no_partial_models() -> None:
    loaded = loaded_by(
        "from amili import Amili; Amili('http://127.0.0.1:9', 'token', transport=server).register(invoice())", CLIENT
    )
    assert "amili_api.api.invoices.register_invoice" in loaded
    assert among(loaded, {"jwt", "cryptography", "asyncio", "concurrent.futures.thread", "amili._core.drift"}) == []
    assert not {f"amili_api.models.partial_{name}" for name in PAGE} & loaded


def test_the_help_of_the_command_brings_neither_click_nor_a_client() -> None:
    code = "import sys; from amili.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    loaded = set(done.stderr.split())
    assert {name for name in loaded if name.split(".")[0] == "amili"} == {
        "amili", "amili._version", "amili.cli", "amili.cli.entry", "amili.cli.table",
    }  # fmt: skip
    assert among(loaded, {"click", "rich", "httpx", "amili_api"}) == []


def test_the_help_of_one_command_brings_no_client() -> None:
    statement = "with contextlib.redirect_stdout(io.StringIO()):\n    main(['cases', '--help'])"
    loaded = loaded_by(statement, "import contextlib, io\nfrom amili.cli import main\nsys.modules.pop('click')")
    assert "amili.cli.reads" in loaded
    assert among(loaded, {"amili._client", "amili_api.models", "rich", "xlsxwriter", "jwt", "cryptography", "sqlite3"}) == []


def test_every_public_name_can_be_had_and_says_where_it_is_from() -> None:
    assert set(amili.__all__) <= set(dir(amili))
    for name in amili.__all__:
        found = getattr(amili, name)
        assert found is getattr(amili, name)
        if isinstance(found, type) and not found.__module__.startswith(("amili_api.models", "amili_api.request_types")):
            assert found.__module__ == "amili", name
        if isinstance(found, type) and not issubclass(found, BaseException):
            assert found.__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    for module in (amili, amili_api, amili_api.models):
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'Nothing'"):
            module.Nothing  # noqa: B018


def test_the_generated_packages_have_every_name_they_promise() -> None:
    for module in (amili_api, amili_api.models):
        for name in module.__all__:
            assert getattr(module, name).__name__ == name
