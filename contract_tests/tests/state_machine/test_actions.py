"""A walk that meets a reply it can't read says what is wrong with the reply, where, and how to see it again."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from amili_sandbox.process import SandboxProcess

from contract_tests.contract import Contract
from contract_tests.findings import Baseline, Disagreement, Finding
from contract_tests.messages import curl
from contract_tests.server import Caller, stand_in
from contract_tests.state_machine.actions import Walk
from contract_tests.state_machine.machine import walk_at_random
from contract_tests.tour import Stuck


@pytest.fixture
def walk(stand_in_process: SandboxProcess, contract: Contract) -> Iterator[Walk]:
    stand_in_process.reset()
    with closing(Caller(contract, stand_in(stand_in_process))) as caller:
        yield Walk(caller, stand_in_process)


@pytest.mark.parametrize("fault", ["amount_string", "zip_stricter"])
def test_a_reply_of_a_wrong_type_or_a_refusal_is_a_finding(stand_in_process: SandboxProcess, walk: Walk, fault: str) -> None:
    stand_in_process.control("PUT", "contract-faults", [fault])
    with pytest.raises(Disagreement) as told:
        walk_at_random(walk, Baseline([]))
    findings = told.value.findings
    assert findings
    assert {finding.operation for finding in findings} <= {"list_cases", "register_invoice"}
    assert all(finding.repeat.startswith("curl ") for finding in findings)
    if fault == "amount_string":
        wrong = {
            (finding.rule, finding.expected, finding.seen) for finding in findings if finding.pointer.startswith("/_items/0/")
        }
        assert ("wrong type in 200", "number", '"0.01"') in wrong


WRONG = Finding("list_cases", "wrong type in 200", "/_items", "array", "null")


@pytest.mark.parametrize("problem", [TypeError("no number"), KeyError("state")])
def test_an_exception_after_replies_that_agree_is_a_fault_of_the_suite(walk: Walk, problem: Exception) -> None:
    walk.tour.caller.call("list_cases")
    with pytest.raises(type(problem)), walk.readable(Baseline([]).news):
        raise problem


@pytest.mark.parametrize("problem", [TypeError("no number"), KeyError("state"), Stuck("no page of cases")])
def test_an_exception_after_an_accepted_deviation_is_a_finding_on_the_last_request(walk: Walk, problem: Exception) -> None:
    walk.tour.caller.call("list_cases")
    walk.tour.caller.findings.append(WRONG)
    with pytest.raises(Disagreement) as told, walk.readable(lambda _: []):
        raise problem
    (finding,) = told.value.findings
    assert (finding.operation, finding.rule) == ("list_cases", "a reply that can be read")
    assert str(problem) in finding.seen
    assert finding.repeat == curl(walk.tour.last)
