"""Scores the wrong contracts, all offline and on all cores."""

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any

from contract_tests.changes import RELEASED_FILE
from contract_tests.contract import Contract
from contract_tests.mutation.spec_mutants import Mutant, caught_by, mutants


def contracts_score(workers: int | None = None) -> dict[str, Any]:
    """Try every wrong contract, say what noticed it, and return the numbers; survivors by name."""
    everything = _everything()[2]
    killed: Counter[bool] = Counter()
    by: Counter[str] = Counter()
    survived = []
    with ProcessPoolExecutor(workers or os.cpu_count() or 2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for mutant, noticed in zip(everything, pool.map(_noticed, range(len(everything)), chunksize=8), strict=True):
            by.update(noticed)
            killed[mutant.loosening] += bool(noticed)
            survived += [] if noticed else [mutant.name]
    print(f"wrong contracts: {killed[True]} loosened and {killed[False]} tightened noticed, {len(survived)} not")
    print("  " + ", ".join(f"{name} {number}" for name, number in by.most_common()))
    print(*(f"  survived: {name}" for name in survived), sep="\n", end="\n" if survived else "")
    return {"loosened": killed[True], "tightened": killed[False], "by": dict(by), "survived": survived}


@cache
def _everything() -> tuple[Contract, Contract, list[Mutant]]:
    contract = Contract.load()
    return contract, Contract.load(RELEASED_FILE), list(mutants(contract))


def _noticed(position: int) -> list[str]:
    contract, released, everything = _everything()
    return caught_by(everything[position].of(contract), released)
