"""Each message that the page quotes is in the source, so that a search for it finds the page as long as it is shown."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import GUIDES, ROOT

PAGE = (GUIDES / "troubleshooting.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
SOURCES = (ROOT / "overlay" / "amili", ROOT / "generated" / "amili_api", ROOT / "sandbox" / "amili_sandbox")
HOLE = "…"


def texts(file: Path) -> Iterator[str]:
    """Yield the strings of a module; what an f-string fills in is a HOLE, unless it is a constant of the module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    constants = {
        name.id: str(value.value)
        for part in tree.body
        if isinstance(part, ast.Assign)
        for target in part.targets
        for name, value in _pairs(target, part.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(_text(part, constants) for part in node.values)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.Constant]]:
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    for name, constant in zip(names, values, strict=False):
        if isinstance(name, ast.Name) and isinstance(constant, ast.Constant):
            yield name, constant


def _text(part: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return constants.get(part.value.id, HOLE) if isinstance(part.value, ast.Name) else HOLE


@cache
def all_texts() -> frozenset[str]:
    return frozenset(text for folder in SOURCES for file in folder.rglob("*.py") for text in texts(file))


def is_in_the_source(quoted: str) -> bool:
    """Whether a message of the source has what is quoted, with a hole wherever a hole is quoted between words."""
    return any(quoted.strip(f"{HOLE} ") in text for text in all_texts())


def test_the_page_quotes_messages() -> None:
    assert len(QUOTED) > 40


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_quoted_message_is_one_of_the_source(quoted: str) -> None:
    assert is_in_the_source(quoted)


def test_a_message_that_is_in_no_source_is_noticed() -> None:
    assert not is_in_the_source("the printer is out of paper")
