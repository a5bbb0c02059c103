"""The command `scripts/mutation-score`: how many wrong servers and wrong contracts the suite notices, and which it does not."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from contract_tests.changes import RELEASED_FILE
from contract_tests.contract import Contract
from contract_tests.mutation.faults import CLEAN, LAYERS, Outcome, equivalents, false_alarm, known_faults, run_all
from contract_tests.mutation.spec_mutants import caught_by, mutants


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 if the goals are met: every fault noticed by some layer, the tour 95 %, every wrong contract, no false alarm."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    good = True if options.skip_contracts else contracts_score()
    names = known_faults()
    chosen = names[options.start :: options.every]
    outcomes = list(run_all([CLEAN, *chosen], options.layer or list(LAYERS), options.workers))
    good = servers_score(outcomes, chosen) and good
    alarms = [alarm for alarm in map(false_alarm, range(1, options.seeds + 1)) if alarm]
    if options.seeds:
        print(f"random walks over the clean stand-in: {options.seeds} seeds, {len(alarms)} false alarms", *alarms, sep="\n")
    good = good and not alarms
    print(f"{time.monotonic() - started:.0f} s")
    return 0 if good else 1


def contracts_score() -> bool:
    """Score the wrong contracts, all offline."""
    contract, released = Contract.load(), Contract.load(RELEASED_FILE)
    killed: Counter[bool] = Counter()
    survived = []
    by: Counter[str] = Counter()
    for mutant in mutants(contract):
        noticed = caught_by(mutant.of(contract), released)
        by.update(noticed)
        killed[mutant.loosening] += bool(noticed)
        survived += [] if noticed else [mutant.name]
    print(f"wrong contracts: {killed[True]} loosened and {killed[False]} tightened noticed, {len(survived)} not")
    print("  " + ", ".join(f"{name} {number}" for name, number in by.most_common()))
    for name in survived:
        print(f"  survived: {name}")
    return not survived


def servers_score(outcomes: Sequence[Outcome], faults: Sequence[str]) -> bool:
    """Score the wrong servers, layer by layer and together."""
    alarms = [outcome.layer for outcome in outcomes if outcome.fault == CLEAN and outcome.killed]
    same = equivalents()
    counted = [fault for fault in faults if fault not in same]
    killed = {layer: {o.fault for o in outcomes if o.layer == layer and o.killed} for layer in {o.layer for o in outcomes}}
    for layer, names in killed.items():
        seconds = sum(outcome.seconds for outcome in outcomes if outcome.layer == layer)
        missed = [fault for fault in counted if fault not in names]
        asked = sum(outcome.requests for outcome in outcomes if outcome.layer == layer)
        told = f"{seconds:.0f} s, {asked} requests" if asked else f"{seconds:.0f} s"
        print(f"{layer}: {len(counted) - len(missed)} of {len(counted)} in {told}; survived: {', '.join(missed) or 'none'}")
    union = set().union(*killed.values())
    left = [fault for fault in counted if fault not in union]
    print(f"together: {len(counted) - len(left)} of {len(counted)}; survived: {', '.join(left) or 'none'}")
    for fault in faults:
        if fault in same:
            print(f"equivalent: {fault} ({'noticed all the same' if fault in union else same[fault]})")
    print(f"false alarms on the clean stand-in: {', '.join(alarms) or 'none'}")
    tour = sum(fault in killed.get("tour", set()) for fault in counted)
    enough = "tour" not in killed or tour >= 0.95 * len(counted)
    return not left and not alarms and enough


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/mutation-score", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every Nth fault only")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="begin with the Nth fault")
    parser.add_argument("--layer", action="append", choices=LAYERS, help="run this layer only; may be given often")
    parser.add_argument("--workers", type=int, help="runs at a time (default: one for each core)")
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="random walks over the clean stand-in (default: 20)")
    parser.add_argument("--skip-contracts", action="store_true", help="try wrong servers only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
