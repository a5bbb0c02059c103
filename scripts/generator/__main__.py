"""Make `generated/amili_api` and two modules of the overlay from `openapi/amili.yaml`; `--check` compares and writes nothing."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bodies
import contract_tables
import edits
import openapi_python_client as opc
import prepare_spec
import quick_page
import where_fields
import yaml
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "openapi" / "amili.yaml"
SETTINGS = ROOT / "openapi" / "generator.yaml"
CLIENT = ROOT / "generated" / "amili_api"
OVERLAY = ROOT / "overlay" / "amili"
MODULES: Mapping[str, Callable[[dict[str, Any]], str]] = {  # modules of the overlay that follow from the contract
    "_bodies.py": bodies.module,
    "_case_fields.py": where_fields.module,
    "_reply_shapes.py": contract_tables.module,
}
GENERATOR, RUFF = "0.29.1", "0.17.6"
STYLE = ("--isolated", "--no-cache", "--quiet", "--line-length", "120", "--target-version", "py311")


def main(arguments: list[str]) -> int:
    """Generate into a temporary folder, then swap it in whole, or compare it (`--check`)."""
    parser = argparse.ArgumentParser(prog="scripts/regenerate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on any difference, missing or extra file")
    options = parser.parse_args(arguments)
    try:
        require_versions()
        with tempfile.TemporaryDirectory(dir=ROOT, prefix=".regenerate-") as folder:
            client, modules = generate(Path(folder))
            return report(differences(client, modules)) if options.check else install(client, modules)
    except RuntimeError as problem:
        print(f"regenerate: {problem}. Nothing was written.", file=sys.stderr)
        return 1


def require_versions() -> None:
    """Stop unless generator and formatter are exactly the pinned ones: another version writes other bytes."""
    for package, wanted in (("openapi-python-client", GENERATOR), ("ruff", RUFF)):
        if (found := version(package)) != wanted:
            raise RuntimeError(f"{package} {wanted} is needed, {found} is installed; run scripts/bootstrap dev")


def generate(folder: Path) -> tuple[Path, Path]:
    """Write the client and the modules of the overlay into `folder` and return where they are."""
    contract = read_contract()
    templates, client, modules = folder / "templates", folder / "client", folder / "modules"
    for name, text in edits.edited_templates().items():
        (templates / name).parent.mkdir(parents=True, exist_ok=True)
        (templates / name).write_text(text, encoding="utf-8")
    edits.patch_parser()
    models = run_generator(sort_keys(prepare_spec.for_generator(contract)), templates, client).models
    shutil.copy(Path(__file__).with_name("codec.py"), client / "codec.py")
    (client / "py.typed").touch()
    for path in client.rglob("*.py"):
        path.write_text(edits.absent_as_none(path.read_text(encoding="utf-8")), encoding="utf-8")
    (client / "quick.py").write_text(quick_page.Module(models).text(), encoding="utf-8")
    modules.mkdir()
    for name, made in MODULES.items():
        (modules / name).write_text(made(contract), encoding="utf-8")
    ruff("check", "--fix-only", "--select", "F401,I", *STYLE, str(client))
    ruff("format", *STYLE, str(client), str(modules))
    return client, modules


def read_contract() -> dict[str, Any]:
    """Read the contract with the parser in C; the generator's own, in Python, takes longer than all the rest."""
    contract: dict[str, Any] = yaml.load(CONTRACT.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return contract


def sort_keys(document: dict[str, Any]) -> dict[str, Any]:
    """Sort the keys at every depth: the order of the properties becomes that of the attributes."""
    try:
        ordered: dict[str, Any] = json.loads(json.dumps(document, sort_keys=True))
    except TypeError as problem:
        raise RuntimeError(
            f"the contract holds a value that JSON does not have, perhaps a date without quotes: {problem}"
        ) from None
    return ordered


def run_generator(document: dict[str, Any], templates: Path, client: Path) -> GeneratorData:
    """Run openapi-python-client and return what it understood; a warning counts as an error: something was left out."""
    settings = ConfigFile.load_from_path(SETTINGS)
    config = Config.from_sources(settings, MetaType.NONE, CONTRACT, "utf-8", overwrite=False, output_path=client)
    parsed = GeneratorData.from_dict(document, config=config)
    if isinstance(parsed, GeneratorError):
        raise RuntimeError(f"{parsed.header}: {parsed.detail}")
    with open(os.devnull, "w", encoding="utf-8") as quiet, contextlib.redirect_stdout(quiet):
        problems = opc.Project(openapi=parsed, config=config, custom_template_path=templates).build()
    if problems:
        raise RuntimeError("; ".join(f"{problem.header}: {problem.detail}" for problem in problems))
    return parsed


def ruff(*arguments: str) -> None:
    """Run the pinned ruff of this environment, not one that happens to be on PATH."""
    done = subprocess.run([Path(sys.executable).with_name("ruff"), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ruff {arguments[0]} failed: {done.stderr or done.stdout}")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its relative name, but for compiled Python."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def differences(client: Path, modules: Path) -> list[str]:
    """Name every file that differs, is missing or is extra in the tree."""
    made, present = contents(client), contents(CLIENT)
    name = CLIENT.relative_to(ROOT)
    found = [f"{name}/{path} is missing" for path in sorted(made.keys() - present.keys())]
    found += [f"{name}/{path} is extra" for path in sorted(present.keys() - made.keys())]
    found += [f"{name}/{path} differs" for path in sorted(made.keys() & present.keys()) if made[path] != present[path]]
    for module in MODULES:
        there = OVERLAY / module
        if not there.exists() or there.read_bytes() != (modules / module).read_bytes():
            found.append(f"{OVERLAY.relative_to(ROOT)}/{module} differs")
    return found


def report(found: list[str]) -> int:
    """Print what differs; exit status 1 if anything does."""
    for line in found:
        print(f"regenerate --check: {line}", file=sys.stderr)
    if found:
        print("Run scripts/regenerate and commit what it wrote.", file=sys.stderr)
    return 1 if found else 0


def install(client: Path, modules: Path) -> int:
    """Swap the new client in whole, so that no file of an older one stays behind."""
    old = client.with_name("old")
    if CLIENT.exists():
        CLIENT.rename(old)
    client.rename(CLIENT)
    for name in MODULES:
        shutil.copyfile(modules / name, OVERLAY / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
