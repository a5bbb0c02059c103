"""`import amili`, and with its client class, against `import httpx`: CPU time of fresh processes."""

from benchmarks.measure import Row, interleaved_processes

_TIMED = """
import time
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
    contestants = {name: _TIMED.format(statement=statement) for name, statement in _STATEMENTS.items()}
    (times,) = interleaved_processes(contestants, rounds=15)
    peers, detail = times.ratios("httpx"), {"ms": times.micros(1_000)}
    package, names = peers.pop("import amili"), peers.pop("Amili, where")
    return [
        Row("import amili, against import httpx", package, 1.15, others=peers, detail=detail),
        Row("from amili import Amili, where; the same", names, 1.20),
    ]
