"""What the pages say of installing works, and no text installs a package from a registry that has none of this name."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import amili
import pytest

from tests.docs.pages import GUIDES, ROOT, blocks

COMMANDS = [line.split("  #")[0].strip() for block in blocks(GUIDES / "installing.md", "sh") for line in block.text.splitlines()]
DRY = (sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--no-deps", "--no-build-isolation", "--quiet")
FROM_REGISTRY = re.compile(
    r"(?:pip3?\s+install|pipx?\s+(?:run|install)|uvx|uv\s+(?:add|pip\s+install)|poetry\s+add)\b[^\n]*?[\s'\"]amili(?![\w./-]|(?:\[[\w,-]*\])?\s*@)"
    r"|\bamili\[[\w,-]+\](?!\s*@)"
)


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def git(*arguments: str) -> str:
    ended = run("git", *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def make_repository(bare: Path) -> None:
    """Make a repository of one tagged commit with the current tree; the clone that the tests run in may have no history."""
    assert git("init", "--quiet", "--bare", "--initial-branch=main", str(bare)) == ""
    objects = git("rev-parse", "--path-format=absolute", "--git-path", "objects")
    borrowed = bare / "objects" / "info" / "alternates"
    borrowed.write_text(f"{objects}\n", encoding="utf-8")
    inside = ("-C", str(bare), "-c", "user.name=test", "-c", "user.email=test@example.com")
    commit = git(*inside, "commit-tree", "-m", "A version", git("rev-parse", "HEAD^{tree}"))
    git(*inside, "update-ref", "refs/heads/main", commit)
    git(*inside, "tag", f"v{amili.__version__}", commit)
    git(*inside, "repack", "-a", "-d", "--quiet")
    borrowed.unlink()
    git(*inside, "update-server-info")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a repository with a tag, on loopback."""
    folder = tmp_path_factory.mktemp("server")
    make_repository(folder / "amili.git")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/amili.git"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Logs nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("pip install") and ".whl" not in line])
def test_a_way_to_install_finds_this_package(command: str, repository: str) -> None:
    what = command.removeprefix("pip install ").strip("'\"").replace("/path/to/clone", str(ROOT))
    ended = run(*DRY, "--report", "-", what.replace("https://<address of your repository>", repository))
    assert ended.returncode == 0, ended.stderr
    report = ended.stdout
    assert '"name": "amili"' in report
    assert f'"version": "{amili.__version__}"' in report


def test_the_wheel_and_the_tag_have_the_current_version() -> None:
    text = (GUIDES / "installing.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?:@v|amili-)(\d+\.\d+\.\d+)", text)) == {amili.__version__}


def test_every_command_of_the_page_is_known() -> None:
    kinds = {re.split(r"\s", command)[0] for command in COMMANDS}
    assert kinds == {"pip", "scripts/bootstrap", "scripts/package", "python", "amili-sandbox"}
    assert all((ROOT / kind).exists() for kind in kinds if kind.startswith("scripts/"))


def test_no_text_installs_from_a_registry() -> None:
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.split("\0")
    found = {}
    for name in filter(None, names):
        if (ROOT / name).is_file() and (
            hits := FROM_REGISTRY.findall((ROOT / name).read_text(encoding="utf-8", errors="replace"))
        ):
            found[name] = hits
    assert len(names) > 300
    assert found == {}


@pytest.mark.parametrize(
    ("text", "from_registry"),
    [
        ("pip install {}", True),
        ("pip install '{}[sandbox]'", True),
        ("python -m pip install -U {}==0.1.0", True),
        ("uv add {}", True),
        ("{}[sandbox]>=0.1", True),
        ('pip install "{} @ git+https://<address>@v0.1.0"', False),
        ('pip install "{}[sandbox] @ git+https://<address>@v0.1.0"', False),
        ("pip install 'dist/{}-0.1.0-py3-none-any.whl[sandbox]'", False),
        ("pip install '/path/to/clone[sandbox]'", False),
    ],
)
def test_which_text_installs_from_a_registry(text: str, from_registry: bool) -> None:
    assert bool(FROM_REGISTRY.search(text.format("amili"))) is from_registry
