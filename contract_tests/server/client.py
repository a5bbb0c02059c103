"""Sends requests to a server, one at a time, and checks every response against the contract."""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx

from contract_tests.conformance import Observations, check_request, check_response, response_invariants
from contract_tests.contract import Contract, Operation
from contract_tests.findings import Finding, fact, open_questions, repeatable
from contract_tests.messages import Exchange, dumps, escaped, from_httpx, is_loopback, is_whole_gzip, without_secrets
from contract_tests.server.outcomes import BrokenReply, Inconclusive
from contract_tests.server.rate_limit import Pace
from contract_tests.server.target import Account, Target

_NO_ANSWER = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
_HEADER = ("X-API-Key", "x-api-key")  # the vendor's pages have both


class Caller:
    """One account's way to a server. All exchanges are kept; what the contract does not allow in them is in `findings`."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        sleep: Callable[[float], None] = time.sleep,
        seed: int = 0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.contract, self.target, self._pace = contract, target, Pace(target, sleep)
        self._chance = random.Random(seed)  # for what means the same on the wire however it is written
        trusted = not is_loopback(target.base_url)  # what the environment sets is for others
        options: dict[str, Any] = {"timeout": 30, "trust_env": trusted, "transport": transport}
        self._http = httpx.Client(base_url=target.base_url, headers={"Accept": "application/json"}, **options)
        self.exchanges: list[Exchange] = []
        self.last: Exchange | None = None  # the last one of a check
        self.findings: list[Finding] = []
        self.observations = Observations(contract)
        self.path_variants: dict[str, set[str]] = {}
        self._reference = self._accepted = self.wrote = False  # `wrote`: something was sent that may have registered an invoice

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def path(self, operation: Operation, item: str = "") -> str:
        """Return the path of an operation that this server knows, for the document with an identifier."""
        return re.sub(r"\{\w+\}", item, operation.reference_path if self._reference else operation.path)

    def call(
        self,
        operation: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        as_: Account | None = None,
        token: str | None = "",
        violates_contract: bool = False,
        alternate_path: bool = False,
        item: str = "",
    ) -> Exchange:
        """Call an operation, on the document with the identifier `item`; token None sends none.

        `violates_contract`: the request breaks the contract on purpose.
        `alternate_path` tries the operation's other path first, if it is not known that the server lacks it.
        """
        wanted = self.contract.operations[operation]
        token = (as_ or self.target.account).token if token == "" else token
        exchange = self._on_alternate_path(wanted, body, query, token) if alternate_path else None
        exchange = exchange or self._on_known_path(wanted, body, query, token, item)
        self._check_access(token, exchange)
        broken = check_request(self.contract, exchange)
        if not violates_contract and token:
            self.findings += broken
        elif violates_contract and not broken:
            expected = "the contract to forbid this request, which the suite sends to see it refused"
            rule, seen, rests_on = "contract too loose", "a contract that allows it", fact("contract_forbids")
            self.add(Finding(operation, rule, "", expected, seen, rests_on=rests_on), exchange)
        self.findings += check_response(self.contract, exchange)
        return exchange

    def _check_access(self, token: str | None, exchange: Exchange) -> None:
        """If the token never worked, the run is inconclusive: the credentials are wrong, not the contract."""
        if token == self.target.account.token:
            if exchange.status in (401, 403) and not self._accepted:
                raise Inconclusive(f"the credentials are refused with {exchange.status}")
            if not self._accepted and exchange.status < 500 and exchange.body.lstrip()[:1] not in (b"{", b"["):
                seen = f"{exchange.method} {exchange.path} is answered with {exchange.status} and no JSON"
                raise Inconclusive(f"this is not the API: {seen}; is the base URL right, and nothing in between?")
            if not self._accepted and exchange.status == 404 and self._health_check().status == 404:
                raise Inconclusive("this is not the API: it knows neither /cases nor the other paths; is the base URL right?")
            self._accepted = self._accepted or exchange.status < 300

    def _on_alternate_path(self, wanted: Operation, body: Any, query: Any, token: str | None) -> Exchange | None:
        other = wanted.path if self._reference else wanted.reference_path
        if other == self.path(wanted):
            return None
        exchange = self.send(wanted.method, other, body, query=query, token=token)
        if exchange.status == 404:
            return None
        self.path_variants.setdefault(wanted.id, set()).add(exchange.path)
        return exchange

    def _on_known_path(self, wanted: Operation, body: Any, query: Any, token: str | None, item: str) -> Exchange:
        exchange = self.send(wanted.method, self.path(wanted, item), body, query=query, token=token)
        if (
            exchange.status == 404
            and not self._reference
            and wanted.reference_path != wanted.path
            and not self.path_variants.get(wanted.id)
        ):
            self._reference = True
            exchange = self.send(wanted.method, self.path(wanted, item), body, query=query, token=token)
        if exchange.status != 404:
            self.path_variants.setdefault(wanted.id, set()).add(self.path(wanted, "{id}"))
        return exchange

    def send(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None, token: str | None = None
    ) -> Exchange:
        """Send one request as it is; raises Inconclusive if the answer proves nothing about the contract."""
        headers = {self._chance.choice(_HEADER): token} if token else {}
        content = body if isinstance(body, bytes) else None if body is None else self._written(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        params = {name: value if isinstance(value, str) else dumps(value) for name, value in (query or {}).items()}
        exchange = self._send_with_retry(self._http.build_request(method, path, content=content, headers=headers, params=params))
        self.last = exchange
        if exchange.status >= 500:
            self._raise_if_down()
        return exchange

    def _written(self, body: Any) -> bytes:
        """Write JSON in one of the ways that mean the same: letters as they are or escaped."""
        text = dumps(body)
        return (escaped(text) if self._chance.random() < 0.5 else text).encode()

    def _send_with_retry(self, request: httpx.Request) -> Exchange:
        for _ in range(3):
            exchange = self._send_once(request)
            if exchange.status != 429:
                return exchange
            self._wait_for_quota(request, exchange)
        raise Inconclusive("the quota is used up: three answers of 429 to one request")

    def _wait_for_quota(self, request: httpx.Request, exchange: Exchange) -> None:
        """Wait as long as a 429 requires; on a stand-in continue at once."""
        limits = {"retry-after", "x-ratelimit-reset", "ratelimit-reset"} & exchange.headers.keys()
        operation = self.contract.find(request.method, request.url.path)
        if operation is not None:
            self.findings += check_response(self.contract, exchange)
            seen = "it says when to come back" if limits else "it does not"
            self.findings += repeatable(open_questions()["too_many_requests"].compare(operation.id, seen), exchange)
        if not self.target.is_stand_in:
            self._pace.wait_for_quota(exchange.headers.get("retry-after", ""))

    def _send_once(self, request: httpx.Request) -> Exchange:
        asked = self.contract.find(request.method, request.url.path)
        self._pace.keep(cancelling=asked is not None and asked.id == "cancel_case")
        self.wrote = self.wrote or request.method == "POST"
        try:
            response, whole = self._received(request)
        except _NO_ANSWER as problem:
            raise Inconclusive(f"{self.target.base_url} gave no answer: {type(problem).__name__}") from None
        except (httpx.RemoteProtocolError, httpx.DecodingError, httpx.ReadError) as problem:
            headers = without_secrets(request.headers, self.target.tokens)
            sent = Exchange(request.method, str(request.url), 0, request_headers=headers, request_body=request.content)
            raise BrokenReply(sent, problem) from None
        exchange = from_httpx(response, self.target.tokens)
        self.exchanges.append(exchange)
        operation = self.contract.find(exchange.method, exchange.path)
        self.findings += self.observations.observe(exchange)
        name = operation.id if operation else f"{exchange.method} {exchange.path}"
        if not whole:
            rule, seen = "whole responses", "one without its end"
            found = Finding(name, rule, "", "a whole gzip member", seen, rests_on=fact("whole_gzip"))
            self.findings += repeatable([found], exchange)
        self.findings += repeatable(response_invariants(name, exchange, request.headers.get("x-api-key", "")), exchange)
        return exchange

    def _received(self, request: httpx.Request) -> tuple[httpx.Response, bool]:
        """Return the response, decompressed, and whether what was compressed was whole: httpx does not look at its end."""
        begun = time.monotonic()
        streamed = self._http.send(request, stream=True)
        try:
            raw = b"".join(streamed.iter_raw())
        finally:
            streamed.close()
        response = httpx.Response(streamed.status_code, headers=streamed.headers, content=raw, request=request)
        response.elapsed = timedelta(seconds=time.monotonic() - begun)
        return response, response.headers.get("content-encoding") != "gzip" or is_whole_gzip(raw)

    def _raise_if_down(self) -> None:
        """If the health check also returns 5xx, the server is down and the run is inconclusive."""
        if self._health_check().status >= 500:
            raise Inconclusive("the server answers 5xx to the simplest request")

    def _health_check(self) -> Exchange:
        """Send the simplest request there is."""
        headers = {"X-API-Key": self.target.account.token}
        return self._send_once(self._http.build_request("GET", "/cases", params={"max_results": "1"}, headers=headers))

    def wait(self, seconds: float) -> None:
        """Wait so many seconds."""
        self._pace.sleep(seconds)

    def add_broken_reply(self, problem: BrokenReply) -> None:
        """Add a finding about a response that breaks HTTP itself."""
        operation = self.contract.find(problem.sent.method, problem.sent.path)
        name = operation.id if operation else f"{problem.sent.method} {problem.sent.path}"
        expected = "a response that HTTP allows"
        self.add(Finding(name, "whole responses", "", expected, problem.problem, rests_on=fact("http")), problem.sent)

    def add(self, finding: Finding, exchange: Exchange | None = None) -> None:
        """Add a finding, with the way to repeat the exchange it is about (the last one)."""
        about = exchange or self.last
        self.findings += repeatable([finding], about) if about else [finding]

    @contextmanager
    def new_findings(self) -> Iterator[list[Finding]]:
        """Collect what is found within a block, apart from what was found before."""
        before, self.findings = self.findings, []
        mine = self.findings
        try:
            yield mine
        finally:
            mine[:] = self.findings
            self.findings = before
