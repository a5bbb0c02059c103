"""The stand-in, which tests start again and again; `python -m benchmarks.stand_in_load` measures rates and memory."""

from statistics import median

from benchmarks.measure import Row
from benchmarks.stand_in_load import start_to_first_answer

STARTS = 5


def rows() -> list[Row]:
    """Measure; wall time, so it wants a machine without other work."""
    starts = [start_to_first_answer() for _ in range(STARTS)]
    return [Row("stand-in: start to first answer, median", median(starts), 1.5, unit=" s", detail={"s": starts})]
