"""Contract faults in pages of cases, written from the contract alone; each names the sentence it breaks.

A quoted sentence stands in the OpenAPI document of the four operations, under the parameters or the response of list_cases.
"""

import json
import re
from datetime import timedelta
from typing import Any

from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, map_values
from amili_sandbox.wrong_behaviour.queries import sort_as_text, with_where
from amili_sandbox.wrong_behaviour.values import is_date, shift_date

DATE = re.compile("_created|_updated|.*_date")


@contract_fault("model")
def default_page_20(exchange: InterceptedExchange) -> Reply:
    """Without `max_results` a page has 20 cases."""
    # `max_results`: "default: 25".
    if exchange.lists_cases() and exchange.query("max_results") is None:
        return exchange.with_query(lambda query: query.update(max_results="20")).proceed()
    return exchange.proceed()


@contract_fault("model")
def later_pages_unfiltered(exchange: InterceptedExchange) -> Reply:
    """`where` has an effect on the first page only."""
    # list_cases: "One page of the cases that match."
    reply = exchange.proceed()
    if not exchange.lists_cases() or reply.status != 200 or reply.json()["_meta"]["page"] == 1:
        return reply
    return exchange.with_query(lambda query: query.pop("where", None)).proceed()


@contract_fault("model")
def where_dates_local(exchange: InterceptedExchange) -> Reply:
    """Dates in `where` are taken for Swedish time, an hour ahead of GMT."""
    # `where`: "dates as RFC 1123 in GMT".

    def earlier(_: str, value: Any) -> Any:
        return shift_date(value, timedelta(hours=-1)) if is_date(value) else value

    return with_where(exchange, lambda where: map_values(where, earlier)).proceed()


@contract_fault("model")
def where_ore_cut(exchange: InterceptedExchange) -> Reply:
    """Amounts in `where` lose their öre: cases with 100 kronor are found for 100.50."""
    # `where`: "JSON object of conditions"; Money: "SEK, two decimals".

    def whole(_: str, value: Any) -> Any:
        return int(value) if isinstance(value, float) and abs(value) < 1e15 else value

    return with_where(exchange, lambda where: map_values(where, whole)).proceed()


@contract_fault("model")
def sort_dates_as_text(exchange: InterceptedExchange) -> Reply:
    """Sorting by a date goes by the names of weekdays."""
    # `sort`: "Property names, comma separated; a leading minus means descending"; HttpDate: the weekday "means nothing".
    return sort_as_text(exchange, DATE)


@contract_fault("model")
def projection_dotted_whole(exchange: InterceptedExchange) -> Reply:
    """A dotted name in a projection brings all of the object: `debt.invoice_number` brings `debt`."""
    # `projection`: "JSON object of the properties wanted".
    try:
        wanted = json.loads(exchange.query("projection") or "")
    except ValueError:
        wanted = None
    if exchange.resource != "cases" or not isinstance(wanted, dict):
        return exchange.proceed()
    undotted = json.dumps({name.partition(".")[0]: value for name, value in wanted.items()})
    return exchange.with_query(lambda query: query.update(projection=undotted)).proceed()
