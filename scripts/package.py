"""Build sdist and wheel into dist/, check their contents, and run the ten lines of the README with only the wheel installed.

The lines run once with the extra `sandbox` and once without extras, both against a stand-in started from the first environment.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from packaging.metadata import Metadata

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
PACKAGES = ("amili", "amili_api", "amili_inspector", "amili_sandbox")
# The environment without settings of pip, Python and amili: the test environments are installed from the pinned files only.
ALONE = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "AMILI_"))}


class PackageError(Exception):
    """A problem with the packages, in one sentence."""


def main() -> int:
    """Build, check, install and use the packages; exit status 1 with one sentence if there is a problem."""
    try:
        wheel, sdist = build()
        check_wheel(wheel)
        check_sdist(sdist)
        with tempfile.TemporaryDirectory() as folder:
            plain = install(wheel, Path(folder, "without"), "client.txt")
            extra = install(f"{wheel}[sandbox]", Path(folder, "with"), "run.txt")
            for name, environment in (("without extras", plain), ("with the extra sandbox", extra)):
                with stand_in(extra) as started:
                    use(environment, started, folder)
                print(f"package: {wheel.name} {name} ran the ten lines of the README", flush=True)
    except PackageError as problem:
        print(f"package: {problem}", file=sys.stderr)
        return 1
    return 0


def build() -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it, with the tools in .venv; returns wheel and sdist."""
    for old in DIST.glob("amili-*"):
        old.unlink()
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(DIST))
    [wheel], [sdist] = DIST.glob("*.whl"), DIST.glob("*.tar.gz")
    return wheel, sdist


def check_wheel(wheel: Path) -> None:
    """Compare the wheel with the source, and its metadata with the standard."""
    run(sys.executable, "-m", "check_wheel_contents", str(wheel))  # every file of the packages, and no other package
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = (name for name in names if name.endswith(".dist-info/METADATA"))
        described = Metadata.from_email(archive.read(metadata), validate=True)
    for wanted in (*(f"{package}/py.typed" for package in PACKAGES), f"{Path(metadata).parent}/licenses/LICENSE"):
        if wanted not in names:
            raise PackageError(f"{wanted} is not in {wheel.name}")
    if described.description_content_type != "text/markdown" or not described.description:
        raise PackageError(f"{wheel.name} does not carry the README as its description")


def check_sdist(sdist: Path) -> None:
    """Check that the sdist has what the wheel is built from, and no tests or other files for developers."""
    with tarfile.open(sdist) as archive:
        found = {name.split("/")[1] for name in archive.getnames()}
    wanted = {"CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "generated", "overlay", "pyproject.toml", "sandbox"}
    if found - {".gitignore"} != wanted:
        raise PackageError(f"{sdist.name} contains {', '.join(sorted(found))}; expected {', '.join(sorted(wanted))}")


def install(wheel: Path | str, folder: Path, requirements: str) -> Path:
    """Install pinned requirements and a wheel into a new environment; returns the folder of its commands.

    The wheel is installed last and without an index, so that pip fails if the pinned files lack a requirement of the wheel.
    """
    venv.create(folder, symlinks=True)
    commands = folder / "bin"
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(commands / "python"),
        "install",
        "--disable-pip-version-check",
        "--no-compile",
    )
    run(*pip, "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements" / requirements))
    run(*pip, "--no-index", str(wheel), environment={**ALONE, "PIP_CONFIG_FILE": os.devnull})
    return commands


@contextmanager
def stand_in(commands: Path) -> Iterator[Mapping[str, str]]:
    """Start the stand-in with the command of an environment, and stop it afterwards."""
    command = (str(commands / "amili-sandbox"), "--port", "0", "--until-stdin-closes")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ALONE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            if not line:
                raise PackageError("amili-sandbox did not start")
            yield json.loads(line)
        finally:
            process.stdin.close()


def use(commands: Path, started: Mapping[str, str], folder: str) -> None:
    """Run the ten lines of the README in an environment, outside the source tree."""
    settings = {"AMILI_BASE_URL": started["base_url"], "AMILI_TOKEN": started["token"]}
    ids = f"account, creditor = {started['account']!r}, {started['creditor']!r}\n"
    invoice = first_code("docs/guides/writing-safely.md").partition("receipt = ")[0]
    program = ids + invoice + first_code("README.md")
    run(str(commands / "python"), "-I", "-c", program, environment=ALONE | settings, folder=folder)


def first_code(page: str) -> str:
    """Return the first Python block of a page."""
    found = re.search(r"^```python\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise PackageError(f"{page} has no Python block")
    return found[1]


def run(*command: str, environment: Mapping[str, str] | None = None, folder: str | Path = ROOT) -> None:
    """Run a command; show its output only if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=False,
        encoding="utf-8",
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise PackageError(f"{Path(command[0]).name} {' '.join(command[1:3])} failed")


if __name__ == "__main__":
    sys.exit(main())
