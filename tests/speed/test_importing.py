"""What `import amili` brings with it, in a fresh process: names without their modules."""

import json
import subprocess
import sys

import amili
import amili_api
import amili_api.models
import pytest

HEAVY = ("amili_api.models", "amili_api.client", "amili_api.api", "attr", "attrs", "jwt", "cryptography", "pyrate_limiter",
         "sqlite3", "asyncio", "concurrent.futures", "importlib.metadata", "amili.cli", "argparse")  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    code = f"import sys, json; sys.modules['click'] = None; import httpx; had = set(sys.modules); {statement}; "
    code += "print(json.dumps(sorted(set(sys.modules) - had)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return set(json.loads(done.stdout))


def test_the_client_class_brings_no_models_no_signing_and_no_command_line() -> None:
    loaded = loaded_by("from amili import Amili, AsyncAmili, Quota, where")
    assert "amili._client" in loaded
    assert [name for name in sorted(loaded) if any(name == heavy or name.startswith(heavy + ".") for heavy in HEAVY)] == []
    assert len(loaded) < 60


def test_a_client_without_quota_brings_no_models_either() -> None:
    loaded = loaded_by("from amili import Amili; Amili('http://127.0.0.1:9', 'token', quota='off')")
    assert not {"amili_api.models", "jwt", "pyrate_limiter"} & loaded


def test_every_public_name_can_be_had_and_says_where_it_is_from() -> None:
    assert set(amili.__all__) <= set(dir(amili))
    for name in amili.__all__:
        found = getattr(amili, name)
        assert found is getattr(amili, name)
        if isinstance(found, type) and not found.__module__.startswith("amili_api.models"):
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
