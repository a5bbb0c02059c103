"""Finds the encoding of a text file, and its checksum, in one reading of its bytes."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from amili._errors import InvalidInputError

_BLOCK = 1 << 20
# In UTF-8 each å, ä and ö is one of these pairs of bytes, which are Ã and a sign in cp1252; an å encoded twice is four bytes.
_UTF_8_LETTER, _TWICE = re.compile(b"\xc3[\x80-\xbf]"), re.compile(b"\xc3\x83\xc2[\x80-\xbf]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAID = {
    "utf-8-sig": "the encoding is UTF-8 with a byte order mark",
    "utf-8": "the encoding is UTF-8",
    "utf-16": "the encoding is UTF-16",
    "cp1252": "the encoding is not UTF-8: the file was read as Windows-1252 (cp1252). Look at å, ä and ö in a few names",
}


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def find_encoding(path: Path, declared: str | None) -> tuple[str, str, str]:
    """Return the encoding of a text file, a sentence about it, and the SHA-256 of the file.

    UTF-8 is tried strictly, then cp1252. Raises InvalidInputError if it is no text, or not in the encoding that was declared.
    """
    digest, start, no_text, letters, twice = hashlib.sha256(), b"", False, False, False
    for block in blocks(path):
        start = start or block[:4]
        digest.update(block)
        no_text = no_text or b"\0" in block
        letters, twice = letters or bool(_UTF_8_LETTER.search(block)), twice or bool(_TWICE.search(block))
    if start.startswith(b"PK\x03\x04"):
        raise InvalidInputError(f"{path.name} is a spreadsheet or a zip file, not text: if it is a spreadsheet, call it .xlsx")
    candidates = [declared] if declared else ["utf-8", "cp1252"]
    if start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif start[:2] in _UTF_16:
        candidates = ["utf-16"]
    elif no_text and not declared:
        raise InvalidInputError(f"{path.name} is not a text file: it has zero bytes")
    for encoding in candidates:
        if _is_readable(path, encoding):
            _check_letters(path.name, encoding, declared, letters=letters, twice=twice)
            return encoding, _SAID.get(encoding, f"the encoding is {encoding}, as the map says"), digest.hexdigest()
    tried = " nor ".join(candidates)
    raise InvalidInputError(f"{path.name} is not {tried}: save it as UTF-8, or name its encoding in the map: encoding = ...")


def _check_letters(name: str, encoding: str, declared: str | None, *, letters: bool, twice: bool) -> None:
    """Raise InvalidInputError for a file whose å, ä and ö would be sent as other letters, unless its encoding is declared."""
    if declared:
        return
    if twice and encoding.startswith("utf-8"):
        problem = "has letters that were encoded twice, such as Ã¥ for å"
    elif letters and encoding == "cp1252":
        problem = "is in UTF-8 in some places and not in others: it is cut off, or put together from files with other encodings"
    else:
        return
    raise InvalidInputError(f"{name} {problem}: export it again, or name its encoding in the map: encoding = {encoding!r}")


def _is_readable(path: Path, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        raise InvalidInputError(f"there is no encoding {encoding!r}: write such as utf-8 or cp1252") from None
    try:
        for block in blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
