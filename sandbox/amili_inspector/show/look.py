"""The look of the pages, for other pages that shall have it, too."""

from importlib.resources import files


def stylesheet() -> str:
    """Return the style sheet, to be written into a page that must need no other file."""
    return (files("amili_inspector") / "static" / "style.css").read_text(encoding="utf-8")
