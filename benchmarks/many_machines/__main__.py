"""Runs scenarios and prints a line for each: requests, duplicates, lost rows, seconds; see benchmarks/README.md."""

import argparse
import random
from typing import Any

from amili.bulk.workers import init_ledger
from amili_sandbox.testing import SandboxProcess

from benchmarks.many_machines.database import Server
from benchmarks.many_machines.outcome import outcome
from benchmarks.many_machines.proxy import Network
from benchmarks.many_machines.scenarios import SCENARIOS, Place
from benchmarks.many_machines.trial import Trial


def main() -> None:
    """Run what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; by default all")
    parser.add_argument("--seed", type=int, default=1, help="decides when what happens")
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=8, help="requests of each worker at the same time")
    parser.add_argument("--timeout", type=float, default=5.0, help="of requests, in seconds")
    parser.add_argument("--settle", type=float, default=2.0, help="after which a lost write is visible, in seconds")
    parser.add_argument("--lease", type=float, default=30.0, help="of rows, in seconds")
    chosen = parser.parse_args()
    server = Server()
    with Network(server.socket) as network:
        for name in chosen.scenarios or SCENARIOS:
            through = f"postgresql://postgres@127.0.0.1:{network.port}/{name}"
            place = Place(server, network, through, random.Random(f"{name} {chosen.seed}"), chosen.workers)  # noqa: S311
            print(f"{name} (seed {chosen.seed}):", _run(name, place, chosen), flush=True)


def _run(name: str, place: Place, chosen: argparse.Namespace) -> str:
    address = place.server.new_database(name)
    init_ledger(address)
    options: dict[str, Any] = {each: getattr(chosen, each) for each in ("at_once", "timeout", "settle", "lease")}
    with SandboxProcess(*(["--quota", "vendor"] if name == "quota" else [])) as sandbox:
        trial = Trial(sandbox, address, chosen.rows, options | {"quota": name == "quota"})
        try:
            over = SCENARIOS[name](trial, place)
        finally:
            trial.stop()
        return ("" if over else "NOT OVER: ") + outcome(trial)


if __name__ == "__main__":
    main()
