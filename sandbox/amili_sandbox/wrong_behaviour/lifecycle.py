"""Contract faults in how cases change."""

from typing import Any

from amili_sandbox.domain import remaining_capital, to_decimal
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.after_write import addressed_case, after_action, with_case
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, validation_error


@contract_fault("domain")
def history_newest_first(exchange: InterceptedExchange) -> Reply:
    """The histories of a case begin with the latest entry."""

    def change(case: dict[str, Any]) -> None:
        for name in ("state_history", "status_history"):
            if name in case:
                case[name].reverse()

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("model")
def updated_not_moved(exchange: InterceptedExchange) -> Reply:
    """Crediting does not change the `_updated` of the case."""
    return after_action(exchange, "crediting", lambda before, _: {"_updated": before["_updated"]})


@contract_fault("model")
def etag_kept_on_cancel(exchange: InterceptedExchange) -> Reply:
    """The etag of a case stays the same when the case is cancelled."""
    return after_action(exchange, "cancellation", lambda before, _: {"_etag": before["_etag"]})


@contract_fault("boundary")
def exact_rest_refused(exchange: InterceptedExchange) -> Reply:
    """Crediting exactly what remains is refused: only less than that is accepted."""
    case = addressed_case(exchange) if exchange.writes("crediting") else None
    if case is None or exchange.body().get("amount") != case["total_remaining_capital_amount"]:
        return exchange.proceed()
    reply = exchange.proceed_and_roll_back()
    return validation_error({"amount": "must be below the remaining capital"}) if reply.status == 201 else reply


@contract_fault("model")
def oldest_debt_first(exchange: InterceptedExchange) -> Reply:
    """A crediting goes to the debtor's oldest open case that has room for it, whichever was given."""
    case = addressed_case(exchange) if exchange.writes("crediting") else None
    amount = exchange.body().get("amount")
    if case is None or not isinstance(amount, int | float) or to_decimal(amount) > remaining_capital(case) or "closed" in case:
        return exchange.proceed()
    same_debtor = {name: case[name] for name in ("account", "creditor", "customer")}
    has_room = {"closed": {"$exists": False}, "total_remaining_capital_amount": {"$gte": amount}}
    oldest = exchange.state.database["cases"].find_one(same_debtor | has_room)
    return with_case(exchange, oldest or case).proceed()


@contract_fault("model")
def longer_number_credited(exchange: InterceptedExchange) -> Reply:
    """Crediting by invoice number credits the newest case whose number begins with it."""
    case = addressed_case(exchange) if exchange.writes("crediting") else None
    if case is None or "case" in exchange.body():
        return exchange.proceed()
    number = case["debt"]["invoice_number"]
    same_creditor = {name: case[name] for name in ("account", "creditor")}
    candidates = [
        each for each in exchange.state.database["cases"].find(same_creditor) if each["debt"]["invoice_number"].startswith(number)
    ]
    return with_case(exchange, candidates[-1]).proceed()


@contract_fault("negative")
def refused_but_stored(exchange: InterceptedExchange) -> Reply:
    """A registration that is refused for its currency alone is stored all the same."""
    reply = exchange.proceed()
    if exchange.writes("registration") and reply.status == 422:
        exchange.with_body(exchange.body() | {"currency": "SEK"}).proceed()
    return reply
