"""The order of the tour, its end, and the ledger of what it registered."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from contract_tests.findings import Finding, fact
from contract_tests.model import ModelCase
from contract_tests.server import BrokenReply, Caller, Inconclusive
from contract_tests.tour import authentication, cancellation, crediting, later_pages, listing, reading, registration
from contract_tests.tour.session import StepBlocked, TourSession

Step = Callable[[TourSession], None]
_SLOW = {True: 0.5, False: 5.0}  # seconds that half of the answers may take, on this machine and elsewhere


def answers_come_in_time(tour: TourSession) -> None:
    """Half of the answers of each operation come in time, and nine of ten in twice that; one slow answer proves nothing.

    The reads of one document count as one operation, since there are few of each.
    """
    seconds = defaultdict(list)
    for exchange in tour.caller.exchanges:
        operation = tour.caller.contract.find(exchange.method, exchange.path)
        if operation is not None:
            seconds["get_case" if operation.id.startswith("get_") else operation.id].append(exchange.seconds)
    for operation_id, taken in seconds.items():
        for share, least, most in ((0.5, 5, _SLOW[tour.target.is_stand_in]), (0.9, 20, 2 * _SLOW[tour.target.is_stand_in])):
            late = sorted(taken)[int(len(taken) * share)]
            if len(taken) >= least and late > most:
                expected, seen = f"{share:.0%} of them within {most} s", f"{late:.2f} s"
                tour.add_finding(operation_id, "answers come in time", "", expected, seen, rests_on=fact("speed"))


# What needs another account or the key of one, may do harm, or takes many requests: all of it only on a stand-in of our own.
STAND_IN_ONLY: frozenset[Step] = frozenset(
    step for room in (authentication, crediting, reading, later_pages) for step in room.STAND_IN_ONLY
)
STEPS: tuple[Step, ...] = (
    *registration.STEPS,
    *authentication.STEPS,
    *crediting.STEPS,
    *cancellation.STEPS,
    *reading.STEPS,
    *listing.STEPS,
    *later_pages.STEPS,
    listing.nothing_is_there_that_was_not_confirmed,
    answers_come_in_time,
)


def name_of(step: Step) -> str:
    """Return the name by which reports know a step."""
    return step.__name__


def run_step(tour: TourSession, step: Step) -> list[Finding]:
    """Take one step and return what it found; raises Inconclusive."""
    if tour.ended is not None:
        raise tour.ended
    if step in STAND_IN_ONLY and not tour.target.is_stand_in:
        return []
    before, sent = tour.disagreed, len(tour.caller.exchanges)
    with tour.caller.new_findings() as found:
        try:
            step(tour)
        except StepBlocked as problem:
            if not any(finding.documented for finding in tour.caller.findings):
                rule = f"{name_of(step)} can go on"
                tour.add_finding(_about(tour, step), rule, "", "to go on", str(problem), rests_on=fact("whole_steps"))
        except BrokenReply as problem:
            tour.caller.add_broken_reply(problem)
        except Inconclusive as problem:
            tour.ended = problem
            raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
            if not (before or any(map(is_wrong, tour.caller.findings))):
                raise  # every response agreed with the contract, so the fault is in the suite
            seen = f"{type(problem).__name__}: {problem}"
            rule = f"in {name_of(step)} responses can be read"
            expected = "documents in the shape of the contract"
            tour.add_finding(_about(tour, step), rule, "", expected, seen, rests_on=fact("whole_steps"))
    tour.disagreed = before or any(map(is_wrong, found))
    tour.sent_to_stand_in_only += len(tour.caller.exchanges) - sent if step in STAND_IN_ONLY else 0
    return found


def is_wrong(finding: Finding) -> bool:
    """Return whether a finding breaks the contract, after which a response may have a shape that the model can't read."""
    return not finding.rule.startswith("undocumented")


def _about(tour: TourSession, step: Step) -> str:
    """Return the operation of the last exchange of a step."""
    last = tour.caller.last
    operation = tour.caller.contract.find(last.method, last.path) if last else None
    return operation.id if operation else name_of(step)


def clean_up(tour: TourSession) -> list[dict[str, Any]]:
    """Cancel every case of a tour that is open, and return the ledger of all that was registered."""
    return cancel_all(tour.caller, tour.cases)


def cancel_all(caller: Caller, cases: Iterable[ModelCase]) -> list[dict[str, Any]]:
    """Cancel cases, and return an entry for each; entries of open cases have the reason."""
    registered_invoices = []
    for case in cases:
        entry: dict[str, Any] = {"invoice_number": case.number, "case": case.id, "cancelled": case.closed}
        if not case.closed:
            body = {"creditor": case.registration["creditor"], "case": case.id, "origin": "creditor_system"}
            try:
                exchange = caller.call("cancel_case", body)
                case.closed = exchange.status == 201
                entry |= {"cancelled": case.closed, "status": exchange.status}
            except (Inconclusive, BrokenReply) as problem:
                entry["why"] = str(problem)
        registered_invoices.append(entry)
    return registered_invoices
