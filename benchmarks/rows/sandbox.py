"""The stand-in at 20,000 cases in a file: start, rates, memory; `python benchmarks/stand_in_load.py` also measures 100,000."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Row
from benchmarks.stand_in_load import at_size, start_to_first_answer

SIZE, STARTS = 20_000, 5


def rows() -> list[Row]:
    """Measure wall time, which needs a machine without other work."""
    start = median(start_to_first_answer() for _ in range(STARTS))
    with TemporaryDirectory() as folder:
        found = at_size(SIZE, Path(folder, "bench.db"))
    place = f"stand-in, {SIZE:,} cases: "
    return [
        Row("stand-in: start to first answer, median", start, 1.5, unit=" s"),
        Row(place + "pages of 25 a second", found["page of 25, per second"], 200, more_is_better=True, detail=found),
        Row(
            place + "where on the invoice number a second",
            found["where on the invoice number, per second"],
            500,
            more_is_better=True,
        ),
        Row(place + "registrations a second", found["registration, per second"], 200, more_is_better=True),
        Row(place + "peak memory", found["peak memory after all that, MB"], 300, unit=" MB"),
    ]
