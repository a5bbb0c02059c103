"""The check right before the bytes of a request leave: a process may have been frozen after it decided to send."""

from collections.abc import Callable

import pytest
from amili import Amili, NoCaseFound
from amili._core.engine import Flow, Request, Response, Send
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice


def registration(sandbox: SandboxProcess, check: Callable[[], None]) -> Flow[Response]:
    body = invoice("N1", account=sandbox.account, creditor=sandbox.creditor)
    with Amili(sandbox.base_url, sandbox.token) as amili:
        tokens = amili._context.tokens
        key = yield from tokens.valid_token(amili._context, amili._context.budget())
    request = Request("register_invoice", "post", "/invoice-registration", dict, body=body)
    response: Response = yield Send(request, "/invoice-registration", 10.0, sandbox.base_url, key, check)
    return response


def test_a_request_whose_check_passes_is_sent(sandbox: SandboxProcess) -> None:
    checks = list[str]()
    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        assert amili._run(registration(sandbox, lambda: checks.append("checked"))).status == 201
    assert len(checks) == 2, "before the headers and before the body"


@pytest.mark.parametrize("at", [1, 2])
def test_a_request_whose_check_fails_never_arrives_whole(sandbox: SandboxProcess, at: int) -> None:
    checks = list[str]()

    def check() -> None:
        checks.append("checked")
        if len(checks) == at:
            raise NoCaseFound("any error of this library")

    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        with pytest.raises(NoCaseFound):
            amili._run(registration(sandbox, check))
        assert amili.cases().count() == 0
        assert amili.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor)).outcome == "created"
