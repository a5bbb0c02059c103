"""Every text file is read and written as UTF-8, whatever the locale: no call leaves the encoding to Python."""

import ast
from collections.abc import Iterator

import pytest

from tests.docs.pages import ROOT

FOLDERS = ("benchmarks", "contract_tests", "overlay", "sandbox", "scripts")


def in_the_encoding_of_the_locale(source: str) -> Iterator[int]:
    """Yield the lines of calls that read or write a file as text without naming an encoding."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and not any(keyword.arg == "encoding" for keyword in node.keywords):
            name = ast.unparse(node.func).rpartition(".")[2]
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            modes = [each for each in texts if set(each) <= set("rwaxbt+")]
            opens_text = name == "open" and (isinstance(node.func, ast.Name) or not node.args or bool(modes))
            if name in ("read_text", "write_text") or (opens_text and not any("b" in mode for mode in modes)):
                yield node.lineno


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("Path(name).read_text()", True),
        ("file.write_text(text)", True),
        ("open(name)", True),
        ("file.open()", True),
        ('file.open("a")', True),
        ('open(name, "rb")', False),
        ('file.open("w", encoding="utf-8")', False),
        ("tarfile.open(archive)", False),
    ],
)
def test_a_call_without_an_encoding_is_found(call: str, found: bool) -> None:
    assert list(in_the_encoding_of_the_locale(call)) == [1] * found


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_utf_8(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    assert files
    assert [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        for line in in_the_encoding_of_the_locale(file.read_text(encoding="utf-8"))
    ] == []
