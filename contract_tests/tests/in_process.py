"""A stand-in in the process of a test: no sockets and no waiting, and its clock goes on by what a request takes elsewhere."""

import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from bson import ObjectId

from contract_tests.contract import Contract
from contract_tests.server import Account, Caller, Target
from contract_tests.tour import STEPS, Step, TourSession, run_step

with warnings.catch_warnings():
    # Eve defines its types in a way that Cerberus discourages; imported once here, it warns no test.
    warnings.simplefilter("ignore", DeprecationWarning)
    from amili_sandbox.domain import parse_scenario
    from amili_sandbox.http import Request
    from amili_sandbox.server import Sandbox
    from amili_sandbox.state import Assumptions
    from eve.utils import config

PACE = 0.7  # seconds of each request, about as at 90 a minute
NOON = 1764417600.0  # 2025-11-29 12:00 UTC


class _Transport(httpx.BaseTransport):
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._sandbox.state.clock.set(advance=PACE)
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        reply = self._sandbox(Request(request.method, request.url.raw_path.decode(), headers, request.read()))
        return httpx.Response(reply.status, headers=reply.headers, stream=httpx.ByteStream(reply.body))


@contextmanager
def caller_of(contract: Contract, assumptions: Mapping[str, Any], *faults: str, ours: bool) -> Iterator[Caller]:
    """Start a stand-in with these assumptions and contract faults, and call it as our own or as a server of others."""
    before = dict(vars(config))  # Eve has one set of settings for a process
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder), assumptions=Assumptions(assumptions), scenario=parse_scenario("empty"), now=NOON)
        sandbox.state.clock.set(frozen=True)
        sandbox.contract_faults.set(list(faults))

        def pass_time(seconds: float) -> None:
            sandbox.state.clock.set(advance=seconds)

        own, other = (Account(each["token"], each["account"], each["creditor"]) for each in sandbox.accounts[:2])
        target = Target("http://127.0.0.1:9", replace(own, token=sandbox.authentication.issue(ObjectId(own.account))))
        if ours:
            second, inactive = own.creditor[:-2] + "3a", own.creditor[:-2] + "39"
            known: dict[str, Any] = {"other_account": other, "second_creditor": second, "inactive_creditor": inactive}
            code, key = sandbox.accounts[0]["api_code"], Path(sandbox.accounts[0]["private_key_file"]).read_bytes()
            known |= {"api_code": code, "private_key": key, "is_stand_in": True, "pass_time": pass_time}
            target = replace(target, account=own, **known)
        with closing(sandbox), closing(Caller(contract, target, pass_time, transport=_Transport(sandbox))) as caller:
            yield caller
    vars(config).clear()
    vars(config).update(before)


def tour_of(caller: Caller, steps: Sequence[Step] = STEPS) -> TourSession:
    """Make the tour; its findings are those of the caller."""
    tour = TourSession(caller, "x")
    for step in steps:
        caller.findings += run_step(tour, step)
    return tour
