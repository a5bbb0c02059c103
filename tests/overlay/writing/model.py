"""A vendor, a network and a clock in one process: plans run against them in virtual time, with faults by a seed.

Written from what may happen to a request, not from the code that copes with it. Ground truth is `Vendor.commits`.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from amili import Retry
from amili._core.engine import Context, Flow, NoResponse, Response, Send

from tests import samples, virtual_time
from tests.overlay.support import play
from tests.samples import PERSONAL_NUMBER
from tests.virtual_time import Clock

FAULTS = (
    "refused", "dropped before", "dropped after", "late", "429", "429 later", "500 before", "500 after", "502 html after",
    "garbage after", "cut after", "empty after", "520 before",
)  # fmt: skip
RECORDS = {"list_registrations": "register_invoice", "list_creditings": "credit_case", "list_cancellations": "cancel_case"}
READ_FAULTS = ("refused", "dropped before", "429", "500 before", "garbage after", "520 before")


class Crash(BaseException):
    """The client's process is killed."""


@dataclass
class Vendor:
    """The API as it might be: what it stores, how long a case stays invisible, how far its clock is off.

    `listed_after` is how many seconds a write is missing from the list of its kind; `no_lists` the status with which it refuses
    these lists, or 0.
    """

    clock: Clock
    skew: float = 0.0
    visible_after: float = 0.0
    listed_after: float = 0.0
    no_lists: int = 0
    cases: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    commits: list[tuple[str, str]] = field(default_factory=list)  # operation, case
    shown_at: dict[str, float] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)  # what `commits` names, as it is stored

    def date(self) -> str:
        """The vendor's own time as RFC 1123."""
        return format_datetime(datetime.fromtimestamp(int(self.clock.true() + self.skew), UTC), usegmt=True)

    def catch_up(self) -> None:
        """Commit what was still being worked on when its response was given up, at the moment when it was done."""
        now = self.clock.seconds
        for due, commit in [entry for entry in self.waiting if entry[0] <= now]:
            self.clock.seconds = due
            commit()
            self.waiting.remove((due, commit))
        self.clock.seconds = now

    def add_case(self, number: str, capital: Decimal = Decimal(500), id_number: str = PERSONAL_NUMBER) -> dict[str, Any]:
        """Store a case."""
        case_id, now, money = f"{len(self.cases) + 1:024x}", self.date(), float(capital)
        case = samples.case(
            case_id,
            _created=now,
            customer_id_number=id_number,
            total_remaining_capital_amount=money,
            transactions=[{"registration_date": now, "type": "capital", "amount": money}],
        )
        case["debt"] |= {"invoice_number": number, "initial_capital": money, "capital_to_claim": money}
        self.cases.append(case)
        self.shown_at[case_id] = self.clock() + self.visible_after
        return case

    def commit(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do what a request asks and return the receipt."""
        now = self.date()
        receipt: dict[str, Any] = {
            "_updated": now,
            "_created": now,
            "_etag": "1" * 40,
            "_id": f"a{len(self.records):023x}",
            "_status": "OK",
        }
        if operation == "register_invoice":
            total = sum((Decimal(str(line["total_price_excluding_vat"])) for line in body["matrix"]), Decimal(0))
            case = self.add_case(body["invoice_number"], total, body["customer"]["id_number"])
            receipt |= {"_case": case["_id"]}
        else:
            case = next(case for case in self.cases if case["_id"] == body["case"])
            if operation == "credit_case":
                amount = Decimal(str(body["amount"]))
                case["total_remaining_capital_amount"] = float(Decimal(str(case["total_remaining_capital_amount"])) - amount)
                case["transactions"].append({"registration_date": now, "type": "capital", "amount": float(-amount)})
                receipt |= {"_crediting_status": "completed", "settled_amount": float(amount)}
            else:
                case |= {"closed": {"date": now}, "state": "closed", "total_remaining_capital_amount": 0}
                receipt |= {"_cancellation_status": "completed"}
        self.commits.append((operation, case["_id"]))
        self.records.append({"case": case["_id"], **body, **receipt, "operation": operation})
        self.shown_at[receipt["_id"]] = self.clock() + self.listed_after
        return receipt

    def page(self, operation: str, where: dict[str, Any]) -> dict[str, Any]:
        """Find the visible cases, or records, that match the conditions this library asks with."""
        conditions = where.get("$and", [where])
        kind = RECORDS.get(operation)
        rows = self.cases if kind is None else [row for row in self.records if row["operation"] == kind]
        found = [row for row in rows if all(matches(row, condition) for condition in conditions)]
        found = [row for row in found if self.shown_at[row["_id"]] <= self.clock()]
        return {"_items": found[::-1], "_meta": {"page": 1, "max_results": 100, "total": len(found)}}


def matches(row: dict[str, Any], condition: dict[str, Any]) -> bool:
    """Tell whether a row has every value asked for."""
    for path, wanted in condition.items():
        value: Any = row
        for key in path.split("."):
            value = value[key]
        if value not in (wanted["$in"] if isinstance(wanted, dict) else [wanted]):
            return False
    return True


@dataclass
class Network:
    """Between client and vendor. `rate` is the share of requests that meet a fault; `crash_at` kills the client there."""

    vendor: Vendor
    chance: random.Random
    rate: float = 1 / 3
    late_by: float = 5.9  # with the longest `visible_after` of 9 still within the settling time, as the docs ask
    crash_at: int | None = None
    script: list[str] | None = None
    requests: int = 0
    reference_only: bool = False
    has_learned: bool = False  # whether the client knows that the vendor has no lists of writes

    def send(self, effect: Send) -> Response | NoResponse:
        """Carry one request and perhaps a response."""
        self.requests += 1
        clock = self.vendor.clock
        clock.seconds += 0.02
        self.vendor.catch_up()
        if self.reference_only and effect.request.writes and "--" not in effect.path:
            return self._json(404, {"_status": "ERR", "_error": {"code": 404, "message": "no such path"}})
        if self.vendor.no_lists and effect.request.operation in RECORDS:
            return self._json(self.vendor.no_lists, {"_status": "ERR", "_error": {"code": self.vendor.no_lists, "message": "no"}})
        fault = self._fault(effect.request.writes)
        if self.crash_at == self.requests and fault in ("none", "dropped after"):
            self._process(effect)
            raise Crash
        return self._outcome(effect, fault)

    def _fault(self, writes: bool) -> str:
        if self.script is not None:
            return self.script.pop(0) if self.script else "none"
        return self.chance.choice(FAULTS if writes else READ_FAULTS) if self.chance.random() < self.rate else "none"

    def _process(self, effect: Send) -> dict[str, Any]:
        call = effect.request
        if call.writes:
            return self.vendor.commit(call.operation, json.loads(json.dumps(call.body)))
        return self.vendor.page(call.operation, json.loads(call.params.get("where", "{}")))

    def _outcome(self, effect: Send, fault: str) -> Response | NoResponse:
        if fault == "late":
            clock = self.vendor.clock
            due = clock() + effect.timeout + self.chance.random() * self.late_by
            self.vendor.waiting.append((due, lambda: self._process(effect)))
            clock.seconds += effect.timeout
            return NoResponse(True, "timeout")
        unprocessed: dict[str, Response | NoResponse] = {
            "refused": NoResponse(False, "refused"),
            "dropped before": NoResponse(True, "dropped"),
            "429": self._json(429, {"_status": "ERR"}),
            "429 later": self._json(429, {"_status": "ERR"}, {"retry-after": "2"}),
            "500 before": Response(500, self._headers(), b""),
            "520 before": Response(520, self._headers(), b""),
        }
        return unprocessed[fault] if fault in unprocessed else self._processed(effect, fault)

    def _processed(self, effect: Send, fault: str) -> Response | NoResponse:
        document = self._process(effect)
        text, status = json.dumps(document).encode(), 201 if effect.request.writes else 200
        spoilt: dict[str, Response | NoResponse] = {
            "dropped after": NoResponse(True, "dropped"),
            "garbage after": Response(status, self._headers(), b"<html>"),
            "cut after": Response(status, self._headers(), text[:-9]),
            "empty after": Response(status, self._headers(), b""),
            "500 after": Response(500, self._headers(), b""),
            "502 html after": Response(502, self._headers(), b"<html>bad gateway</html>"),
        }
        return spoilt.get(fault) or self._json(status, document)

    def _headers(self) -> dict[str, str]:
        return {"date": self.vendor.date(), "content-type": "application/json"}

    def _json(self, status: int, document: dict[str, Any], more: dict[str, str] | None = None) -> Response:
        return Response(status, {**self._headers(), **(more or {})}, json.dumps(document).encode())


def run(flow: Flow[Any], network: Network) -> Any:
    """Run a flow against the vendor and return its result."""
    return play(flow, server=network.send, clock=network.vendor.clock).result


def context(network: Network, retry: Retry | None = None) -> Context:
    """The rules of a client of the vendor."""
    rules = virtual_time.context(network.vendor.clock, retry, random=network.chance.random)
    if network.has_learned:
        rules.support.lists |= dict.fromkeys(RECORDS, False)
    return rules
