"""`scripts/regenerate --check`, from the contract to the client, in a fresh process."""

import statistics
import subprocess
import time
from pathlib import Path

from benchmarks.measure import Row

_REGENERATE = Path(__file__).resolve().parents[2] / "scripts" / "regenerate"


def rows() -> list[Row]:
    """Measure."""
    found = [_once() for _ in range(5)]
    return [Row("scripts/regenerate --check, from contract to client, wall", statistics.median(found), 1.5, unit=" s")]


def _once() -> float:
    started = time.monotonic()
    subprocess.run([str(_REGENERATE), "--check"], check=True)  # noqa: S603
    return time.monotonic() - started
