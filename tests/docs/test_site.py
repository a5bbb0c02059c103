"""The site that scripts/docs builds: it loads nothing from elsewhere, and its links lead somewhere."""

import importlib.util
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import amili
import pytest

from tests.docs.pages import ROOT, every_page

pytestmark = pytest.mark.skipif(importlib.util.find_spec("sphinx") is None, reason="scripts/docs installs sphinx")


class Links(HTMLParser):
    """The targets of a page: what it loads, what it links to, and its own anchors."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads, self.links, self.anchors = set[str](), set[str](), set[str]()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.anchors.add(found.get("id", ""))
        if tag == "a":
            self.links.add(found.get("href", ""))
        elif tag in ("link", "script", "img", "iframe"):
            self.loads.add(found.get("href") or found.get("src") or "")


def build(source: Path, site: Path) -> "subprocess.CompletedProcess[str]":
    [sphinx] = (line for line in (ROOT / "scripts" / "docs").read_text(encoding="utf-8").splitlines() if " -m sphinx " in line)
    options = sphinx.split(" -m sphinx ")[1].split(" -c ")[0].split()
    command = (sys.executable, "-m", "sphinx", *options, "-c", str(ROOT / "docs" / "site"), "-d", str(site / "cache"))
    return subprocess.run((*command, str(source), str(site)), capture_output=True, text=True, check=False)  # noqa: S603


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Links]:
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stderr
    return {page: Links(page) for page in folder.rglob("*.html") if "_static" not in page.parts}


def test_nothing_is_loaded_from_elsewhere(site: dict[Path, Links]) -> None:
    assert {target for links in site.values() for target in links.loads if "//" in target} == set()


def test_every_link_of_the_site_leads_somewhere(site: dict[Path, Links]) -> None:
    broken = []
    for page, links in site.items():
        for target in links.links:
            file, _, anchor = unquote(target).partition("#")
            there = (page.parent / file).resolve() if file else page
            if ":" not in file and (not there.exists() or (anchor and there in site and anchor not in site[there].anchors)):
                broken.append(f"{page.name}: {target}")
    assert len(site) > 30
    assert broken == []


def test_every_page_of_the_project_is_on_the_site(site: dict[Path, Links]) -> None:
    pages = {page.relative_to(ROOT).with_suffix("").as_posix() for page in every_page() if ".github" not in page.parts}
    [start] = (page for page in site if page.name == "README.html" and (page.parent / "index.html").exists())
    built = {page.relative_to(start.parent).with_suffix("").as_posix() for page in site}
    assert pages - built == set()


def test_every_public_name_is_on_the_page_of_names(site: dict[Path, Links]) -> None:
    [page] = (links for file, links in site.items() if file.name == "api.html")
    names = {anchor.removeprefix("amili.") for anchor in page.anchors}
    assert set(amili.__all__) - names - {"__version__"} == set()


def test_broken_links_end_the_build(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Start\n\n[a](nowhere.md) [b](#nothing) [c](other.md#neither)\n", encoding="utf-8")
    (tmp_path / "other.md").write_text("# Other\n", encoding="utf-8")
    built = build(tmp_path, tmp_path / "site")
    assert built.returncode != 0
    assert [word for word in ("nowhere", "nothing", "neither") if word not in built.stderr] == []
