"""The command `scripts/mutation-score`: how many wrong servers the suite notices, and which it does not."""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from contract_tests.mutation.faults import CLEAN, Job, equivalents, known_faults, run_all
from contract_tests.mutation.layers import LAYERS, SEEDS
from contract_tests.mutation.ratchet import Recorded, record
from contract_tests.mutation.score import Score

_LONGEST_FIRST = ("schemathesis", "machine", "tour")


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 if the goals are met and nothing that was noticed when the score was recorded is missed now."""
    options = _parser().parse_args(arguments)
    started, load = time.monotonic(), os.getloadavg()[0]
    unmet: list[str] = []
    faults = known_faults()[options.start :: options.every]
    if options.fault:
        faults = [fault for fault in faults if fault.name in options.fault]
    layers = [layer for layer in _LONGEST_FIRST if layer in (options.layer or LAYERS)]
    jobs = [Job(fault.name, layer, SEEDS[layer]) for layer in layers for fault in faults]
    jobs += [Job(CLEAN, layer, SEEDS[layer] + number) for layer in layers for number in range(options.seeds)]
    score = Score.of(run_all(jobs, options.workers), faults, equivalents())
    print(*score.lines(), sep="\n")
    recorded = Recorded.load()
    unmet += [*score.unmet(), *recorded.worse(score)]
    better = list(recorded.better(score))
    if better:
        print("not recorded yet, see --record:", *better, sep="\n  ")
    print("goals not met:", *unmet, sep="\n  ") if unmet else print("all goals are met")
    seconds = time.monotonic() - started
    workers, now = options.workers or os.cpu_count(), os.getloadavg()[0]
    print(
        f"{seconds:.0f} s with {workers} workers, {_cpu_seconds():.0f} s of CPU; load average {load:.1f} before, {now:.1f} after"
    )
    if options.record and options.every == 1 and not options.start and not options.fault and len(layers) == len(LAYERS):
        record(score)
    elif options.record:
        print("nothing recorded: a score is recorded over all faults and all layers", file=sys.stderr)
    if options.json:
        whole = {"seconds": round(seconds), **score.as_json(), "unmet": unmet}
        options.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False))
    return 1 if unmet else 0


def _cpu_seconds() -> float:
    """Return what this process and all that it started have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/mutation-score", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every Nth fault only")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="begin with the Nth fault")
    parser.add_argument("--fault", action="append", metavar="NAME", help="try this fault only; may be given often")
    parser.add_argument("--layer", action="append", choices=LAYERS, help="run this layer only; may be given often")
    parser.add_argument("--workers", type=int, help="runs at a time (default: one for each core)")
    parser.add_argument(
        "--seeds", type=int, default=20, metavar="N", help="runs of each layer on the clean stand-in (default: 20)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole matrix there")
    parser.add_argument("--record", action="store_true", help="make this score the one that later runs are held against")
    return parser


if __name__ == "__main__":
    sys.exit(main())
