"""What the suite registered at a server and has not cancelled, found there by its numbers: also what a dead run left behind.

`scripts/contract cleanup --base-url URL` cancels it and lists what remains open.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

from amili import AmiliError

from contract_tests.contract import Contract
from contract_tests.findings import Finding, fact
from contract_tests.messages import Exchange, NotStrictJson, loads, timestamp
from contract_tests.options import RATE, NotConfigured, Parser, minutes, rate, url
from contract_tests.server.client import Caller
from contract_tests.server.outcomes import BrokenReply, Inconclusive, Unreadable
from contract_tests.server.target import MAX_CLEANUP_REQUESTS, from_environment

PREFIX = "CT-"  # every invoice number of the suite begins so
OF_OTHERS = timedelta(hours=1)  # what is younger may belong to a run that is still under way
_MOST = 24  # cases that one sweep cancels; the next takes the rest

Entry = dict[str, Any]


def run_stamp() -> str:
    """Return the current time with letters between its numbers, which in a row look like a telephone or a personal number."""
    return time.strftime("%mM%dD%Hh%Mm%Ss", time.gmtime())


def run_name(local: bool) -> str:
    """Return what the invoices of a run are named by: the time, where others have invoices too."""
    return "local" if local else f"{run_stamp()}-{os.getpid() % 1000:03}"


def still_open(registered_invoices: Iterable[Entry]) -> list[Finding]:
    """Return a finding for each invoice that the suite registered and could not cancel."""
    left = [entry for entry in registered_invoices if not entry["cancelled"]]
    rule, rests_on = "every registered invoice can be cancelled", fact("actions")
    return [Finding("cancel_case", rule, "", "201", f"{entry['invoice_number']}: {entry}", rests_on=rests_on) for entry in left]


def cancel_open_invoices(caller: Caller, prefix: str = PREFIX, older: timedelta = OF_OTHERS) -> list[Entry]:
    """Cancel every open case of our creditor whose invoice number begins so and that is old enough; return an entry for each.

    Conditions of the kind "begins with" are closed in the framework, so the numbers are asked for as a range. Where operators
    are refused, which no page documents, the newest cases are read. The answer is checked again before anything is cancelled.
    Raises Inconclusive or BrokenReply without an answer, Unreadable without a list.
    """
    beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    own = {"creditor": caller.target.account.creditor}
    where = {**own, "debt.invoice_number": {"$gte": prefix, "$lt": beyond}, "closed": {"$exists": False}}
    exchange = caller.call("list_cases", query={"where": where, "sort": "_id", "max_results": str(_MOST)})
    if exchange.status in (400, 422):
        exchange = caller.call("list_cases", query={"where": own, "sort": "-_created", "max_results": "100"})
    return [_cancelled(caller, case) for case in [*_ours(caller, exchange, prefix, older)][:_MOST]]


def cancel_unconfirmed(caller: Caller, prefix: str, registered_invoices: list[Entry]) -> None:
    """Cancel what a run registered without a confirmation, and add it to the registered invoices; or add that this is not known.

    A registration that seemed to fail, or whose response was lost, may have happened all the same. Raises Inconclusive.
    """
    try:
        registered_invoices += cancel_open_invoices(caller, prefix, timedelta(0))
    except (Unreadable, BrokenReply, Inconclusive) as problem:
        if caller.wrote:
            registered_invoices.append(
                {"invoice_number": f"{prefix}…", "case": "not known", "cancelled": False, "why": str(problem)}
            )
        if isinstance(problem, Inconclusive):
            raise


def _ours(caller: Caller, exchange: Exchange, prefix: str, older: timedelta) -> Iterator[Mapping[str, Any]]:
    done = _cancelled_before(caller)
    try:
        found = exchange.document["_items"]
        for case in found:
            if {case["_id"], case["debt"]["invoice_number"]} & done:
                continue
            ours = case["creditor"] == caller.target.account.creditor and case["debt"]["invoice_number"].startswith(prefix)
            if ours and not _is_closed(case) and timestamp(exchange.headers["date"]) - timestamp(case["_created"]) >= older:
                yield case
    except (NotStrictJson, LookupError, TypeError, ValueError, AttributeError):
        raise Unreadable(f"the answer does not show what is left open; it has the status {exchange.status}") from None


def _cancelled_before(caller: Caller) -> set[str]:
    """Return the ids and numbers of the cases that were cancelled here, whether or not anything marks them as closed."""
    operation = caller.contract.operations["cancel_case"]
    paths = (operation.path, operation.reference_path)
    sent = [
        loads(each.request_body)
        for each in caller.exchanges
        if each.method == "POST" and each.path in paths and each.status in (200, 201)
    ]
    return {str(body[name]) for body in sent for name in ("case", "invoice_number") if name in body}


def _is_closed(case: Mapping[str, Any]) -> bool:
    """Return whether anything says that a case is closed: no page documents what marks one."""
    return "closed" in case or bool({"closed", "cancelled", "canceled"} & {case.get("state"), case.get("status")})


def _cancelled(caller: Caller, case: Mapping[str, Any]) -> Entry:
    entry: Entry = {"invoice_number": case["debt"]["invoice_number"], "case": case["_id"], "cancelled": False}
    body = {"creditor": case["creditor"], "case": case["_id"], "origin": "creditor_system"}
    try:
        exchange = caller.call("cancel_case", body)
    except (Inconclusive, BrokenReply) as problem:
        return entry | {"why": str(problem)}
    return entry | {"cancelled": exchange.status in (200, 201), "status": exchange.status}


def cancel_left_open(arguments: Sequence[str]) -> int:
    """Clean up a server; return 0 if nothing is left open, 1 if something is, 2 if the server gave no answer."""
    parser = Parser("contract cleanup", "Cancel what the suite left open.")
    parser.add_argument("--base-url", required=True, type=url, help="the server; credentials, account and creditor from AMILI_*")
    parser.add_argument("--rate", type=rate, help=RATE)
    parser.add_argument(
        "--min-age", type=minutes, default=60, metavar="MINUTES", help="only what is at least so old (default: 60)"
    )
    options = parser.parse_args(arguments)
    try:
        with closing(
            Caller(Contract.load(), from_environment(options.base_url, options.rate, max_requests=MAX_CLEANUP_REQUESTS))
        ) as caller:
            cancelled_earlier = cancel_open_invoices(caller, older=timedelta(minutes=options.min_age))
    except (NotConfigured, AmiliError, Inconclusive, BrokenReply, Unreadable) as problem:
        print(f"cleanup: {problem}", file=sys.stderr)
        return 2
    left = [entry["invoice_number"] for entry in cancelled_earlier if not entry["cancelled"]]
    print(
        f"{len(cancelled_earlier)} invoices of the suite were open, {len(left)} still are{': ' + ', '.join(left) if left else ''}"
    )
    return 1 if left else 0
