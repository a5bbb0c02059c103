"""The pages of the documentation: their code blocks, links and headings."""

import ast
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from amili.cli import main

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
README = ROOT / "README.md"
EXECUTED = (README, *sorted(GUIDES.glob("*.md")))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_EXIT, _SAYS = re.compile(r" # .*\bexit (\d+)"), re.compile(r" # prints (.*)$")
_PRINTS = re.compile(r"^.*\bprint\(.*\) +# prints (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code; `line` is where in the page its first line stands."""

    page: Path
    line: int
    language: str
    text: str

    def run(self, namespace: dict[str, Any]) -> None:
        """Run it; if it says what its lines print, it must print just that."""
        code = compile("\n" * (self.line - 1) + self.text, str(self.page), "exec")
        printed, expected = StringIO(), _PRINTS.findall(self.text)
        with redirect_stdout(printed):
            exec(code, namespace)  # noqa: S102 - our own pages
        if expected:
            assert printed.getvalue().splitlines() == expected, f"{self.page.name}, line {self.line}"

    def run_commands(self) -> str:
        """Run its lines as the command, each in this process, and return what they print on standard output.

        A line succeeds, unless its comment says `exit N`; if the comment says `prints TEXT`, a line of the output is that.
        Output that goes to a file is not returned.
        """
        output = ""
        for number, line in enumerate(self.text.splitlines(), self.line):
            program, *words = shlex.split(line, comments=True)
            printed, problems = StringIO(), StringIO()
            to_file = words[-2:-1] == [">"]
            with redirect_stdout(printed), redirect_stderr(problems):
                code = main(words[:-2] if to_file else words)
            where = f"{self.page.name}, line {number}: {printed.getvalue()}{problems.getvalue()}"
            assert (program, code) == ("amili", int(exits[1]) if (exits := _EXIT.search(line)) else 0), where
            assert not (says := _SAYS.search(line)) or says[1] in printed.getvalue().splitlines(), where
            output += "" if to_file else printed.getvalue()
        return output


def every_page() -> list[Path]:
    """Return all Markdown files of the project, not those of what is installed into it."""
    hidden = (path.relative_to(ROOT).parts for path in ROOT.rglob("*.md"))
    return sorted(
        ROOT.joinpath(*parts) for parts in hidden if not any(part.startswith(".") and part != ".github" for part in parts)
    )


def blocks(page: Path, language: str) -> list[Block]:
    """Return the blocks of a page in one language, in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start(2)) + 1, found[1], found[2])
        for found in _FENCE.finditer(text)
        if found[1] == language
    ]


def prose(page: Path) -> str:
    """Return the text of a page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[str]:
    """Yield the targets of the links that stay within the project."""
    for target in _LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {text.strip().replace(" ", "-") for text in plain}


def assignment(block: Block, name: str, namespace: dict[str, Any]) -> Any:
    """Return what a block assigns to a name, without running the rest of it."""
    tree = ast.parse(block.text)
    wanted: list[ast.stmt] = [
        part
        for part in tree.body
        if isinstance(part, ast.Import | ast.ImportFrom)
        or (isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.target.id == name)
    ]
    exec(compile(ast.Module(wanted, []), str(block.page), "exec"), namespace)  # noqa: S102 - our own pages
    return namespace[name]
