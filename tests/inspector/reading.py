"""The pages as a person reads them."""

import re
from html import unescape

import httpx


def text(pages: httpx.Client, path: str = "", **parameters: str) -> str:
    """Return a page as a person reads it: without tags, with single spaces."""
    answer = pages.get(path, params=parameters or None)
    assert answer.status_code == 200
    return plain(answer.text)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html.partition("<main")[2])))
