"""How far a run is, as the parts of a bar."""

from collections.abc import Mapping
from dataclasses import dataclass

from amili_inspector.source import RunRow

LOOKS = {
    "done": "good",
    "reconciled": "good",
    "found": "good",
    "unknown": "bad",
    "refused": "unsure",
    "sending": "accent",
}
ORDER = ("good", "quiet", "unsure", "bad", "accent")  # what is new is the ground of the bar
LEAST = 1.0  # of a hundred: what is rare is to be seen as well


@dataclass(frozen=True)
class Part:
    """A part of a bar of a hundred units."""

    look: str
    start: float
    width: float


def look_of(result: str) -> str:
    """Return the class of style of a result."""
    return LOOKS.get(result, "quiet")


def parts_of(row: RunRow) -> list[Part]:
    """Return the parts of the bar of a run, from what went well to what is under way."""
    widths = _widths(row.counts)
    shrink = min(1.0, 100 / (sum(widths.values()) or 1.0))
    parts, start = list[Part](), 0.0
    for look in ORDER:
        width = round(widths.get(look, 0.0) * shrink, 2)
        if width:
            parts.append(Part(look, round(start, 2), width))
            start += width
    return parts


def _widths(counts: Mapping[str, int]) -> dict[str, float]:
    total, sizes = sum(counts.values()), dict[str, int]()
    for result, count in counts.items():
        if count and result != "new":
            sizes[look_of(result)] = sizes.get(look_of(result), 0) + count
    return {look: max(LEAST, size * 100 / total) for look, size in sizes.items()}
