"""The pictures of terminals: each is shown by a page, loads nothing from elsewhere, and has nothing of a machine."""

import re

from tests.docs.pages import ROOT, every_page, links

PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.svg"))


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in every_page() for target in links(page) if target.endswith(".svg")}
    assert shown == set(PICTURES)


def test_a_picture_loads_nothing_and_is_small() -> None:
    for picture in PICTURES:
        text = picture.read_text(encoding="utf-8")
        assert not re.findall(r"(?:src|href)=|url\((?!#)", text)
        assert "@font-face" not in text
        assert len(text) < 30_000, picture.name


def test_a_picture_has_nothing_of_a_machine() -> None:
    for picture in PICTURES:
        assert not re.findall(r"/(?:tmp|home|root|work|Users)\b", picture.read_text(encoding="utf-8")), picture.name
