"""Flows that read exactly one case, or wait for a case."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from amili._core.engine import Budget, Context, Flow, Sleep, is_duration
from amili._core.operations import list_request, needed_for, read
from amili._core.reading.windows import total_of
from amili._errors import (
    DecodeError,
    InvalidInputError,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    RateLimitedError,
    ServerError,
    WaitTimeoutError,
    safe_name,
)
from amili._query import Condition, is_identifier, where

if TYPE_CHECKING:
    from amili_api.models.case import Case
    from amili_api.models.case_page import CasePage

CaseRef = Any  # a case, the receipt of its registration, or its identifier as a string
Target: TypeAlias = "str | Iterable[str] | Callable[[Case], bool]"


def condition_for(case: Condition | Mapping[str, Any] | CaseRef) -> Condition | Mapping[str, Any]:
    """Return the condition that finds a case by condition, dict, case, receipt or identifier."""
    return case if isinstance(case, Condition | Mapping) else where.id == case_id(case)


def case_id(case: CaseRef) -> str:
    """Return the identifier of a case; raises InvalidInputError, without quoting the argument, if it is not one."""
    identifier: Any = case if isinstance(case, str) else _id_of_model(case)
    if not isinstance(identifier, str):
        hint = "; find the case first: amili.case(...)" if isinstance(case, Condition | Mapping) else ""
        raise InvalidInputError(f"a case or its identifier is needed, not {type(case).__name__}{hint}")
    if not is_identifier(identifier):
        message = "this is not the identifier of a case (24 hexadecimal digits); to find a case by its invoice number "
        raise InvalidInputError(message + "use amili.case(where.debt.invoice_number == '...')")
    return identifier.lower()


def _id_of_model(case: Any) -> Any:
    from amili_api.models.case import Case  # noqa: PLC0415 - a read by condition or identifier needs none of them
    from amili_api.models.invoice_registration_receipt import InvoiceRegistrationReceipt  # noqa: PLC0415
    from amili_api.models.partial_case import PartialCase  # noqa: PLC0415

    if isinstance(case, InvoiceRegistrationReceipt):
        return case.case
    return case.id if isinstance(case, Case | PartialCase) else None


def one_case(context: Context, case: Condition | Mapping[str, Any] | CaseRef, budget: Budget | None = None) -> Flow[Case]:
    """Read exactly one case; raises NoCaseFound, MultipleCasesFound, or DecodeError if the response has another case."""
    condition = condition_for(case)
    request, budget = list_request(condition, page_size=2), budget or context.budget()
    page: CasePage = yield from read(context, request, budget)
    if not page.items:
        message = "no case matches; a newly registered case may take some time to appear"
        raise budget.annotate(NoCaseFound(message, operation="list_cases"))
    total = total_of(page)
    if len(page.items) > 1 or (total or 0) > 1:
        total, least = max(total or 0, len(page.items)), "at least " if total is None else ""
        message = f"{least}{total} cases match, but exactly one is needed"
        raise budget.annotate(MultipleCasesFound(message, operation="list_cases", total=total))
    with needed_for("list_cases", budget):
        is_alone = total is not None or condition is not case or page.meta.max_results > 1
    if not is_alone:
        message = "the response to list_cases has one case and no total, so it can't be known whether more cases match"
        raise budget.annotate(DecodeError(message, operation="list_cases", path="/_meta/total"))
    found = page.items[0]
    if condition is not case and getattr(found, "id", None) != case_id(case):
        message = "the response to list_cases has a different case than the one requested by its identifier"
        raise budget.annotate(DecodeError(message, operation="list_cases", path="/_items/0/_id"))
    return found


def wait_for(context: Context, case: CaseRef, wanted: Target, timeout: float, poll: float) -> Flow[Case]:
    """Read a case repeatedly until it is as wanted; raises WaitTimeoutError with the last state.

    Errors that may be temporary, such as a server error, do not end the wait.
    """
    case, (satisfied, name) = case_id(case), _predicate(wanted)
    if not is_duration(timeout) or not is_duration(poll):
        raise InvalidInputError("wait_for(): timeout and poll must be numbers of seconds above 0")
    budget, seen, trouble, retry_after = context.budget(timeout), "not found yet", "", 0.0
    while budget.left > 0:
        try:
            found = yield from one_case(context, case, budget)
        except NoCaseFound:
            trouble, retry_after = "", 0.0
        except (NoResponseError, RateLimitedError, ServerError) as problem:
            if not getattr(problem, "temporary", True):
                raise
            trouble, retry_after = f"; then {problem}", getattr(problem, "retry_after", None) or 0.0
        else:
            with needed_for("list_cases", budget):
                if _is_true(satisfied(found)):
                    return found
            trouble, retry_after = "", 0.0
            seen = ", ".join(f"{name} {safe_name(getattr(found, name, 'unreadable'))}" for name in ("state", "status"))
        yield Sleep(max(0.0, min(max(retry_after, poll * (0.5 + context.random())), budget.left)))
    message = f"the case did not become {name} within {timeout:g} s; last seen: {seen}{trouble}"
    raise budget.annotate(WaitTimeoutError(message, operation="list_cases"))


def _predicate(wanted: Target) -> tuple[Callable[[Case], bool], str]:
    if callable(wanted):
        return wanted, "what the function checks for"
    listed = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, Iterable) else []
    states = [str(state) for state in listed if isinstance(state, str)]
    if not states or len(states) < len(listed) or isinstance(wanted, Condition | Mapping):
        raise InvalidInputError("wait_for() needs a state, a list of states, or a function of the case")
    return (lambda case: case.state in states), " or ".join(states)


def _is_true(result: Any) -> bool:
    """Return the result of the function as a boolean; raises for a coroutine, which would always be true."""
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise InvalidInputError("wait_for() needs a plain function of the case, not an asynchronous one")
    return bool(result)
