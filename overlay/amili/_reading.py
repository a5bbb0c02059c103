"""Plans that read: a page, exactly one case, waiting for a case."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from amili_api.models.case import Case
from amili_api.models.case_page import CasePage
from amili_api.models.invoice_registration_receipt import InvoiceRegistrationReceipt
from amili_api.models.partial_case import PartialCase

from amili._attempts import attempt, failure
from amili._calls import list_call
from amili._conditions import Condition
from amili._context import Budget, Context
from amili._decode import decode
from amili._effects import Answer, Call, Plan, Sleep
from amili._errors import DecodeError, ManyCases, NoAnswerError, NoCase
from amili._where import where

CaseLike = Any  # a case, a receipt of its registration, or its identifier as text
Wanted = str | Iterable[str] | Callable[[Case], bool]


def read(context: Context, call: Call, budget: Budget | None = None) -> Plan[Any]:
    """Send a reading call and give back its model."""
    model, _ = yield from read_with_headers(context, call, budget or Budget(context))
    return model


def read_with_headers(context: Context, call: Call, budget: Budget) -> Plan[tuple[Any, Mapping[str, str]]]:
    """Send a reading call and give back its model and the headers of its reply.

    A reply that is no JSON at all is the work of something between us and the API and is asked for again; one that does not
    fit the contract will not fit it the next time either.
    """
    rounds = 0
    while True:
        rounds += 1
        outcome = yield from attempt(context, call, budget)
        if not isinstance(outcome, Answer) or not outcome.success:
            raise failure(context, call, outcome, budget)
        try:
            return decode(call.operation, outcome.content, call.build), outcome.headers
        except DecodeError as problem:
            wait = context.retry.backoff(rounds, context.random)
            if problem.is_json or rounds >= context.retry.attempts or wait >= budget.left:
                raise budget.spent(problem) from None
        yield Sleep(wait)


def condition_for(case: Condition | Mapping[str, Any] | CaseLike) -> Condition | Mapping[str, Any]:
    """Return the condition that finds a case by condition, dict, case, receipt or identifier."""
    if isinstance(case, Condition | Mapping):
        return case
    identifier = case_id(case)
    try:
        return where.id == identifier
    except ValueError:
        message = f"{identifier!r} is not the identifier of a case (24 hexadecimal digits); to find one by its invoice number "
        raise ValueError(message + "write where.debt.invoice_number == '...'") from None


def case_id(case: CaseLike) -> str:
    """Return the identifier in a text, a case, or the receipt of a registration."""
    if isinstance(case, str):
        return case
    if isinstance(case, InvoiceRegistrationReceipt):
        identifier: Any = case.case
    else:
        identifier = case.id if isinstance(case, Case | PartialCase) else None
    if not isinstance(identifier, str):
        raise TypeError(f"a case or its identifier is needed, not {type(case).__name__}")
    return identifier


def one_case(context: Context, case: Condition | Mapping[str, Any] | CaseLike, budget: Budget | None = None) -> Plan[Case]:
    """Read exactly one case; raises NoCase or ManyCases with the number found."""
    call, budget = list_call(condition_for(case), page_size=2), budget or Budget(context)
    page: CasePage = yield from read(context, call, budget)
    if not page.items:
        message = "no case matches; a case that was just registered may take a moment to appear"
        raise budget.spent(NoCase(message, operation="list_cases"))
    if len(page.items) > 1 or page.meta.total > 1:
        total = max(page.meta.total, len(page.items))
        message = f"{total} cases match where exactly one is wanted"
        raise budget.spent(ManyCases(message, operation="list_cases", total=total))
    return page.items[0]


def wait_for(context: Context, case: CaseLike, wanted: Wanted, timeout: float, poll: float) -> Plan[Case]:
    """Read a case again and again until it is as wanted; raises NoAnswerError that tells the last state seen."""
    satisfied, name = _predicate(wanted)
    budget, seen = Budget(context, timeout), "not found yet"
    while budget.left > 0:
        try:
            found = yield from one_case(context, case, budget)
        except NoCase:
            pass
        except NoAnswerError as problem:
            seen = f"{seen}; then {problem}"
            break
        else:
            if satisfied(found):
                return found
            seen = f"state {found.state}, status {found.status}"
        yield Sleep(max(0.0, min(poll * (0.5 + context.random()), budget.left)))
    message = f"the case did not become {name} within {timeout:g} s; last seen: {seen}"
    raise budget.spent(NoAnswerError(message, operation="list_cases"))


def _predicate(wanted: Wanted) -> tuple[Callable[[Case], bool], str]:
    if callable(wanted):
        return wanted, "as the predicate wants"
    states = [wanted] if isinstance(wanted, str) else [str(state) for state in wanted]
    if not states:
        raise ValueError("wait_for() needs a state, several states, or a function of the case")
    return (lambda case: case.state in states), " or ".join(states)
