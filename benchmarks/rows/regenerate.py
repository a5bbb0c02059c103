"""`scripts/regenerate --check`, from the contract to the client, in a new process.

Its CPU time, which is what it takes on a machine that does nothing else; the time by the clock is in the details.
"""

import resource
import statistics
import subprocess
import time
from pathlib import Path

from benchmarks.measure import Row

_REGENERATE = Path(__file__).resolve().parents[2] / "scripts" / "regenerate"


def rows() -> list[Row]:
    """Measure."""
    found = [_once() for _ in range(5)]
    processor, clock = zip(*found, strict=True)
    detail = {"s of CPU": processor, "s by the clock": clock}
    return [Row("scripts/regenerate --check, CPU", statistics.median(processor), 1.5, unit=" s", detail=detail)]


def _once() -> tuple[float, float]:
    began, before = time.monotonic(), _spent()
    subprocess.run([str(_REGENERATE), "--check"], check=True)  # noqa: S603
    return round(_spent() - before, 3), round(time.monotonic() - began, 3)


def _spent() -> float:
    """Return the CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
