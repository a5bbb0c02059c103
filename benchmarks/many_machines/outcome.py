"""The result of a trial: requests, duplicates, lost rows, and after how long and with how many look-ups others took over."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.many_machines.database import change
from benchmarks.many_machines.trial import Trial

_STATES = "SELECT state, count(*) FROM amili.rows GROUP BY state ORDER BY state"
_LOTS = "SELECT key, creditor, case_id, run, lot FROM amili.rows"
Lot = tuple[int, int]  # the numbers of its run and of itself


@dataclass(frozen=True)
class Request:
    """A request that the stand-in got, and the lots whose rows it was about."""

    at: float
    method: str
    path: str
    status: int
    lots: frozenset[Lot]


def outcome(trial: Trial) -> str:
    """Return the result of a trial: one line, and another for each death."""
    seconds, requests = time.time() - trial.began, _requests(trial)
    methods = Counter(each.method for each in requests)
    refused = sum(each.status == 429 for each in requests)
    states = dict(change(trial.address, _STATES))
    found, wanted = trial.numbers(), trial.wanted()
    twice = sum(count > 1 for count in found.values())
    parts = [f"{methods['POST']} POST", f"{methods['GET']} GET", f"{refused} 429", f"{twice} twice"]
    parts += [f"{len(wanted - found.keys())} lost", f"{seconds:.0f} s", f"{_rate(requests):.1f} requests a minute", str(states)]
    parts += [f"{count} x {what}" for what, count in trial.disturbed.items()]
    parts += [f"{len(trial.gave_up)} workers gave up: {'; '.join(sorted(set(trial.gave_up)))}"] if trial.gave_up else []
    return "\n".join([", ".join(parts), *(f"    {line}" for line in _takeovers(trial, requests))])


def _rate(requests: list[Request]) -> float:
    return (len(requests) - 1) / (requests[-1].at - requests[0].at) * 60


def _takeovers(trial: Trial, requests: list[Request]) -> list[str]:
    """Return for each death which lots it left, after how long another worker went on with each, and with how many look-ups."""
    lines = []
    for death in trial.deaths:
        said = []
        for lot in death.lots:
            of_lot = [each for each in requests if lot in each.lots and each.at > death.at + 0.3]  # none of those in flight
            looks = [each for each in of_lot if each.method == "GET"]
            early = [f"{each.at - death.at:.0f}" for each in looks if each.at < death.woke]
            after = f"{of_lot[0].at - death.at:.1f} s" if of_lot else "never"
            late = f" and {len(looks) - len(early)} after it woke" if len(looks) > len(early) else ""
            said.append(f"lot {lot[1]} after {after}, {len(early)} GET (after {', '.join(early)} s){late}")
        lines.append(f"{death.machine}: {', '.join(said) or 'nothing in hand'}")
    return lines


def _requests(trial: Trial) -> list[Request]:
    rows = change(trial.address, _LOTS)
    by_case = {case: (run, lot) for _, _, case, run, lot in rows}
    by_number = dict[str, dict[str, Lot]]()  # of each creditor
    for key, creditor, _, run, lot in rows:
        by_number.setdefault(creditor, {})[key] = (run, lot)
    return [_request(each, by_number, by_case) for each in trial.sandbox.requests()]


def _request(logged: dict[str, Any], by_number: dict[str, dict[str, Lot]], by_case: dict[str, Lot]) -> Request:
    """Return a request; one that writes is about the lots of its cases, any other about those of the numbers that it asks for."""
    values = re.findall(r'"([^"]*)"', str(logged["query"].get("where", "")))
    lots = {by_case[case] for case in logged["cases"] if case in by_case and logged["method"] == "POST"}
    for creditor in by_number.keys() & set(values):
        lots |= {by_number[creditor][value] for value in values if value in by_number[creditor]}
    at = datetime.fromisoformat(logged["time"]).timestamp()
    return Request(at, logged["method"], logged["path"], logged["status"], frozenset(lots))
