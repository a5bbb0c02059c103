"""Contract faults in arithmetic: totals of invoices, and what remains after a crediting."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from amili_sandbox.domain import Document, remaining_capital, round_to_ore, to_decimal, to_json_number
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.after_write import addressed_case, after_action, after_registration, written
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, edit_json

Lines = list[dict[str, Any]]


@contract_fault("domain")
def vat_12_as_25(exchange: InterceptedExchange) -> Reply:
    """Lines with 12 % VAT are charged 25 %."""

    def change(lines: Lines) -> Lines:
        return [line | {"unit_vat_percent": "25%"} if line.get("unit_vat_percent") == "12%" else line for line in lines]

    return _with_lines(exchange, change)


@contract_fault("domain")
def vat_of_first_line(exchange: InterceptedExchange) -> Reply:
    """The VAT rate of an invoice's first line is used for all of its lines."""
    return _with_lines(exchange, lambda lines: [line | _part(lines[0], "unit_vat_percent") for line in lines])


@contract_fault("domain")
def units_counted_twice(exchange: InterceptedExchange) -> Reply:
    """The total of a line is multiplied by its number of units once more."""

    def change(line: dict[str, Any]) -> dict[str, Any]:
        units, total = line.get("number_of_units"), line.get("total_price_excluding_vat")
        if not isinstance(units, int | float) or not isinstance(total, int | float):
            return line
        return line | {"total_price_excluding_vat": to_json_number(round_to_ore(to_decimal(total) * to_decimal(units)))}

    return _with_lines(exchange, lambda lines: [change(line) for line in lines])


@contract_fault("domain")
def discount_ignored(exchange: InterceptedExchange) -> Reply:
    """Lines below zero do not count, if there are others."""

    def change(lines: Lines) -> Lines:
        totals = [line.get("total_price_excluding_vat") for line in lines]
        kept = [line for line, total in zip(lines, totals, strict=True) if not (isinstance(total, int | float) and total < 0)]
        return kept or lines

    return _with_lines(exchange, change)


@contract_fault("domain")
def ore_lost_in_floats(exchange: InterceptedExchange) -> Reply:
    """The capital is brought to whole öre by truncating a binary fraction: 1.15 becomes 1.14."""

    def change(case: Document, _: Document) -> Document:
        capital = int(case["debt"]["initial_capital"] * 100) / 100
        first = {**case["transactions"][0], "amount": capital}
        amounts = {
            f"{scope}_{kind}_{part}_amount": capital
            for scope in ("local", "total")
            for kind in ("added", "remaining")
            for part in ("capital", "transaction")
        }
        debt = {**case["debt"], "initial_capital": capital, "capital_to_claim": capital}
        return {**amounts, "debt": debt, "transactions": [first]}

    return after_registration(exchange, change)


@contract_fault("model")
def second_crediting_from_start(exchange: InterceptedExchange) -> Reply:
    """What remains after a second crediting is computed from the initial capital: the first one is lost."""

    def change(before: Document, after: Document) -> Document:
        if len(before["transactions"]) == 1:
            return {}
        settled = remaining_capital(before) - remaining_capital(after)
        return _remaining(to_decimal(after["total_added_capital_amount"]) - settled)

    return after_action(exchange, "crediting", change)


@contract_fault("boundary")
def thousands_lose_ore(exchange: InterceptedExchange) -> Reply:
    """Of creditings from 1000 kronor on only the whole kronor are settled."""
    amount = exchange.body().get("amount")
    if exchange.writes("crediting") and isinstance(amount, float) and amount >= 1000:
        return exchange.with_body(exchange.body() | {"amount": int(amount)}).proceed()
    return exchange.proceed()


@contract_fault("model")
def same_amount_swallowed(exchange: InterceptedExchange) -> Reply:
    """A second crediting of a case with the amount of the first is treated as a repetition: confirmed, but not done."""
    case = addressed_case(exchange) if exchange.writes("crediting") else None
    if case is None:
        return exchange.proceed()
    same = {"case": case["_id"], "amount": exchange.body().get("amount")}
    known = exchange.state.database["creditor--creditings"].count_documents(same)
    return exchange.proceed_and_roll_back() if known else exchange.proceed()


@contract_fault("model")
def settled_amount_stale(exchange: InterceptedExchange) -> Reply:
    """Every receipt of a crediting repeats the settled amount of the case's first crediting."""
    reply = exchange.proceed()
    crediting = written(exchange, reply) if exchange.writes("crediting") else None
    if crediting is None:
        return reply
    first = exchange.state.database["creditor--creditings"].find_one({"case": crediting["case"]})
    assert first is not None, "there is this one at least"
    return edit_json(reply, lambda receipt: receipt.update(_part(first, "settled_amount")))


@contract_fault("model")
def whole_debt_not_lowered(exchange: InterceptedExchange) -> Reply:
    """Crediting lowers the capital that is left but not all that is left: `…_remaining_transaction_amount`."""

    def change(before: Document, _: Document) -> Document:
        return {name: value for name, value in before.items() if name.endswith("_remaining_transaction_amount")}

    return after_action(exchange, "crediting", change)


@contract_fault("model")
def zero_left_out(exchange: InterceptedExchange) -> Reply:
    """In a case of which nothing remains the amounts are missing instead of zero."""

    def change(case: dict[str, Any]) -> None:
        for name in _remaining(Decimal(0)):
            if case.get(name) == 0:
                del case[name]

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("model")
def transactions_last_three(exchange: InterceptedExchange) -> Reply:
    """Cases show no more than their last three transactions."""

    def change(case: dict[str, Any]) -> None:
        if "transactions" in case:
            case["transactions"] = case["transactions"][-3:]

    return edit_cases(exchange, exchange.proceed(), change)


def _with_lines(exchange: InterceptedExchange, change: Callable[[Lines], Lines]) -> Reply:
    """Answer a registration as if other lines had been sent."""
    body = exchange.body()
    lines = body.get("matrix")
    if not exchange.writes("registration") or not lines or not isinstance(lines, list):
        return exchange.proceed()
    if not all(isinstance(line, dict) for line in lines):
        return exchange.proceed()
    return exchange.with_body(body | {"matrix": change(lines)}).proceed()


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: document[name]} if name in document else {}


def _remaining(amount: Decimal) -> Document:
    names = [f"{scope}_remaining_{part}_amount" for scope in ("local", "total") for part in ("capital", "transaction")]
    return dict.fromkeys(names, to_json_number(amount))
