"""Reads from the XML of a spreadsheet what its reader does not give: hidden rows, and formulas that ended in an error."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from amili._errors import InvalidInputError

_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_ERROR = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")([^>]*)>(?:(?!<(?:\w+:)?c\s).)*?<(?:\w+:)?v>([^<]*)<', re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Marks:
    """The hidden rows of a sheet, the text of each error by row and column, all counted from 1; whether days are from 1904."""

    hidden: list[int] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    from_1904: bool = False


def find_marks(path: Path, sheet: str) -> Marks:
    """Return the marks of a sheet; its XML is gone through in blocks, which takes a tenth of the time of reading the cells."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read(_BOOK))  # noqa: S314 - the user's own file; expat limits entities
        links = ElementTree.fromstring(archive.read(_LINKS))  # noqa: S314
    marks = Marks(from_1904=any(_is_from_1904(each) for each in book.iter()))
    for part in _whole_rows(path, _member(book, links, sheet)):
        if b"hidden=" in part:
            marks.hidden.extend(int(number) for number in _ROW.findall(part))
        if b't="e"' in part:
            for attributes, text in _ERROR.findall(part):
                reference = _REFERENCE.search(attributes)
                if reference is None:
                    message = "a formula has an error, and its cell has no address: save the file with a spreadsheet program"
                    raise InvalidInputError(f"{path.name}, sheet {sheet}: {message}")
                marks.errors[int(reference[2]), _position(reference[1])] = text.decode()
    return marks


def _whole_rows(path: Path, member: str) -> Iterator[bytes]:
    """Yield the XML of a sheet in parts that end with a row."""
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        rest = b""
        while block := file.read(_BLOCK):
            rest += block
            end = rest.rfind(b"row>") + len(b"row>")
            if end >= len(b"row>"):
                yield rest[:end]
                rest = rest[end:]
        yield rest


def _member(book: ElementTree.Element, links: ElementTree.Element, sheet: str) -> str:
    """Return the file in the archive that has the cells of a sheet."""
    ids = [next(value for name, value in each.items() if name.endswith("}id")) for each in book.iter() if _is(each, sheet)]
    target = next(each.get("Target", "") for each in links if each.get("Id") == ids[0])
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _is_from_1904(element: ElementTree.Element) -> bool:
    return element.tag.endswith("}workbookPr") and element.get("date1904") in ("1", "true")


def _is(element: ElementTree.Element, sheet: str) -> bool:
    return element.tag.endswith("}sheet") and element.get("name") == sheet


def _position(letters: bytes) -> int:
    position = 0
    for each in letters:
        position = position * 26 + each - ord("A") + 1
    return position
