"""`import amili`, and with its client class, against `import httpx`: CPU time of fresh processes without click and rich."""

import os
import statistics
import subprocess
import sys
import tempfile

from benchmarks.measure import Row

# A plain install has no click; with click, httpx would also import its command line and be slower.
_TIMED = """
import sys, time
sys.modules["click"] = None
before = time.process_time()
{statement}
print(time.process_time() - before)
"""
_STATEMENTS = {
    "httpx": "import httpx",
    "import amili": "import amili",
    "Amili, where": "from amili import Amili, where",
    "stripe": "from stripe import StripeClient",
    "githubkit": "from githubkit import GitHub",
    "openai": "from openai import OpenAI",
}


def rows() -> list[Row]:
    """Measure."""
    times: dict[str, list[float]] = {name: [] for name in _STATEMENTS}
    with tempfile.TemporaryDirectory() as compiled:
        for number in range(-1, 15):
            for name, statement in _STATEMENTS.items():
                seconds = fresh(_TIMED.format(statement=statement), compiled)
                if number >= 0:
                    times[name].append(seconds)
    pairs = {name: zip(found, times["httpx"], strict=True) for name, found in times.items()}
    ratios = {name: statistics.median(ours / theirs for ours, theirs in found) for name, found in pairs.items()}
    detail = {"ms": {name: round(statistics.median(found) * 1000, 1) for name, found in times.items()}}
    peers = {name: ratios[name] for name in ("stripe", "githubkit", "openai")}
    return [
        Row("import amili, against import httpx", ratios["import amili"], 1.15, others=peers, detail=detail),
        Row("from amili import Amili, where; the same", ratios["Amili, where"], 1.15, others=peers),
    ]


def fresh(code: str, compiled: str) -> float:
    """Run code in a new interpreter, with all modules compiled after the first run; return the number that it prints."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    return float(done.stdout)
