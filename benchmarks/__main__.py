"""Measure every row in its own process and print one table; `--json FILE` also writes it, `--only` selects rows."""

import argparse
import json
import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from benchmarks import rows

ROOT = Path(__file__).resolve().parents[1]
ORDER = ("importing", "first_response", "one_call", "one_registration", "one_async_call", "decode", "memory", "iterating")


def main(arguments: list[str]) -> int:
    """Print the table; the exit status is 0 even if a goal is missed, since the machine may be busy."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured as JSON")
    parser.add_argument("--only", nargs="+", choices=names(), metavar="ROW", help=f"rows to measure: {', '.join(names())}")
    parser.add_argument("--row", choices=names(), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.row:
        json.dump([row.document() for row in import_module(f"benchmarks.rows.{options.row}").rows()], sys.stdout)
        return 0
    found: list[dict[str, Any]] = []
    print(f"{'work':<64} {'measured':>10} {'goal':>12}       others, the same way")
    for name in options.only or names():
        for row in measure(name):
            found.append(row)
            print(line(row), flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def names() -> list[str]:
    """Return the rows in the order of the table; rows without a fixed position are last."""
    known = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    return sorted(known, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def measure(name: str) -> list[dict[str, Any]]:
    """Measure one row in a fresh process."""
    command = [sys.executable, "-m", "benchmarks", "--row", name]
    environment = {**os.environ, "NO_PROXY": "*"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"bench: row {name} failed:\n{done.stderr}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def line(row: dict[str, Any]) -> str:
    """Return one line of the table."""
    bound = f"≤ {row['goal']:g}{row['unit']}"
    others = ", ".join(f"{name} {ratio:.2f}" for name, ratio in row["others"].items())
    measured = f"{row['ours']:.2f}{row['unit']}"
    return f"{row['work']:<64} {measured:>10} {bound:>12}  {'met ' if row['met'] else 'MISS'} {others}"


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal or a pipe that is not UTF-8
    sys.exit(main(sys.argv[1:]))
