"""The chart of a case: what remained of its capital over time, as the points of a line with steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

WIDTH, HEIGHT = 600, 150
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 12, 8  # room around the line, in the units of the picture


@dataclass(frozen=True)
class Mark:
    """A point where the line changes: its place, and what remained from then on."""

    x: float
    y: float
    at: datetime
    remaining: Decimal


@dataclass(frozen=True)
class Chart:
    """A picture of 600 by 150 units: the line, the area below it, and the marks."""

    line: str
    area: str
    marks: Sequence[Mark]
    base: float
    first: datetime
    last: datetime
    greatest: Decimal
    width: int = WIDTH
    height: int = HEIGHT


def money_chart(steps: Sequence[tuple[datetime, Decimal]], now: datetime) -> Chart | None:
    """Return the chart of what remained from each time on, up to now; None without a step, or if nothing ever remained."""
    greatest = max((remaining for _, remaining in steps), default=Decimal(0))
    if not steps or greatest <= 0:
        return None
    first, last = steps[0][0], max(now, steps[-1][0])
    seconds = (last - first).total_seconds() or 1.0

    def x(moment: datetime) -> float:
        return round(LEFT + (moment - first).total_seconds() / seconds * (WIDTH - LEFT - RIGHT), 1)

    def y(remaining: Decimal) -> float:
        return round(TOP + float(1 - remaining / greatest) * (HEIGHT - TOP - BOTTOM), 1)

    marks = [Mark(x(at), y(remaining), at, remaining) for at, remaining in steps]
    path = [f"M{marks[0].x} {marks[0].y}"]
    path += [f"H{mark.x} V{mark.y}" for mark in marks[1:]]
    line = " ".join([*path, f"H{WIDTH - RIGHT}"])
    base = HEIGHT - BOTTOM
    return Chart(line, f"{line} V{base} H{marks[0].x} Z", marks, base, first, last, greatest)
