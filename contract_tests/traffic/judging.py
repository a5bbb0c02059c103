"""Compares recorded traffic with the contract, in both directions, and with the parts of the model that need no other request."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from urllib.parse import urlsplit

from contract_tests.conformance import (
    DeviationKey,
    Location,
    Observations,
    check_request,
    check_response,
    response_invariants,
)
from contract_tests.contract import Contract, Operation
from contract_tests.findings import AcceptedDeviation, AcceptedDeviations, Finding
from contract_tests.messages import Exchange
from contract_tests.privacy import allowed
from contract_tests.traffic.har import Entry
from contract_tests.traffic.kinds import counted, place, without_values
from contract_tests.traffic.modelling import NOT_COMPARABLE, differences
from contract_tests.traffic.reading import Traffic

_SHORTEST_TOKEN = 16  # what is shorter was put in the place of a token


class Judged:
    """What is to be said of one file; nothing of it has a value of the file in it."""

    def __init__(self, traffic: Traffic, contract: Contract) -> None:
        self.traffic, self.contract = traffic, contract
        hosts = {_host(entry): entry.exchange.url for entry in traffic.entries}
        self._observations = {host: Observations(contract) for host in hosts}
        self._accepted = {host: AcceptedDeviations.of(url) for host, url in hosts.items()}
        self._not_comparable: set[int] = set()

    @cached_property
    def requests(self) -> list[Finding]:
        """Where requests are not what the contract says."""
        return self._each(self._of_request)

    @cached_property
    def responses(self) -> list[Finding]:
        """Where responses are not what the contract says."""
        return self._each(self._of_response)

    @cached_property
    def agreement(self) -> list[Finding]:
        """Where responses that the contract allows do not agree with themselves or with their requests."""
        return self._each(self._of_model)

    def _each(self, judge: Callable[[Entry, str], list[Finding]]) -> list[Finding]:
        found: list[tuple[int, Finding]] = []
        for entry in self.traffic.entries:
            try:
                judged = self._accepted[_host(entry)].unaccepted(judge(entry, self._named(entry.exchange)))
            except Exception as problem:  # its text may have a value in it
                raise RuntimeError(f"entry {entry.number} can't be compared: {type(problem).__name__}") from None
            found += [(entry.number, without_values(finding, entry.exchange.status)) for finding in judged]
        return counted(found)

    def _of_request(self, entry: Entry, name: str) -> list[Finding]:
        found = check_request(self.contract, entry.exchange)
        return [replace(each, operation=name) for each in found if _can_be_said(each, entry)]

    def _of_response(self, entry: Entry, name: str) -> list[Finding]:
        exchange = entry.exchange
        if not exchange.status or self._operation(exchange) is None:
            return []  # that a method is not offered is said of the request
        broken = [each for each in check_response(self.contract, exchange) if _can_be_said(each, entry)]
        token = exchange.request_headers.get("x-api-key", "")
        secret = token if len(token) >= _SHORTEST_TOKEN and token not in allowed() else ""
        observed = self._observations[_host(entry)].observe(exchange, broken)
        return [*broken, *observed, *response_invariants(name, exchange, secret)]

    def _of_model(self, entry: Entry, name: str) -> list[Finding]:
        operation, exchange = self._operation(entry.exchange), entry.exchange
        if operation is None or not entry.has_body or not exchange.status or check_response(self.contract, exchange):
            return []  # the model reads what has the shape of the contract
        found = []
        try:
            for rule, pointer, rests_on in differences(self.contract, operation, entry):
                expected = "agreement with the rest of the exchange"
                found.append(Finding(name, rule, pointer, expected, "something else", rests_on=rests_on))
        except NOT_COMPARABLE:
            self._not_comparable.add(entry.number)
        return found

    def _operation(self, exchange: Exchange) -> Operation | None:
        return self.contract.find(exchange.method, exchange.path)

    def _named(self, exchange: Exchange) -> str:
        """Return the operation of an exchange, or the method that is not offered, with the path as the contract has it."""
        operation = self._operation(exchange)
        return operation.id if operation else f"{exchange.method} {self._path(exchange)}"

    def _path(self, exchange: Exchange) -> str:
        """Return the path of an exchange as the contract has it, without ids."""
        others = (self.contract.find(each.method, exchange.path) for each in self.contract.operations.values())
        operation = self._operation(exchange) or next(filter(None, others))
        return operation.path if exchange.path.strip("/") != operation.reference_path.strip("/") else operation.reference_path

    # --- for the report -----------------------------------------------------------------------------------------------
    @property
    def sentence(self) -> str:
        """What was compared and what was not."""
        left = f"; {len(self._not_comparable)} have conditions that the model can't read" if self._not_comparable else ""
        return self.traffic.sentence + left

    @property
    def seen(self) -> Counter[Location]:
        """What was seen of what the contract describes."""
        return sum((each.seen for each in self._observations.values()), Counter[Location]())

    @property
    def found(self) -> Counter[DeviationKey]:
        """Where responses differed from the contract."""
        found: Counter[DeviationKey] = Counter()
        for each in self._observations.values():
            for (operation, rule, pointer, _), number in each.found.items():
                found[operation, rule, place(pointer), ""] += number
        return found

    @property
    def accepted(self) -> list[AcceptedDeviation]:
        """The accepted deviations that were met."""
        return [entry for each in self._accepted.values() for entry in each.matched]

    @property
    def calls(self) -> Counter[str]:
        """How often each path was asked."""
        return Counter(f"{entry.exchange.method} {self._path(entry.exchange)}" for entry in self.traffic.entries)


def _host(entry: Entry) -> str:
    return urlsplit(entry.exchange.url).netloc


def _can_be_said(finding: Finding, entry: Entry) -> bool:
    """Return whether a finding is about the traffic, and not about what a recording leaves out: bodies, and tokens."""
    if finding.rule == "request-token":
        return entry.exchange.status == 401  # else there was one
    if finding.rule == "request-body":
        return entry.has_request_body
    return entry.has_body or not finding.rule.startswith("no strict JSON")
