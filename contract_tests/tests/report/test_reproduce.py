"""What is printed repeats what was sent: the same token or none, the same person, and a server that is there."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis.config import SchemathesisConfig

from contract_tests.conftest import SandboxProcess
from contract_tests.contract import ROOT, Contract
from contract_tests.fuzz import generator_schema, settings
from contract_tests.messages import Exchange, curl, shell_reference
from contract_tests.privacy import leaks
from contract_tests.report.reproduce import at
from contract_tests.server import Caller, stand_in
from contract_tests.tour import STEPS, TourSession, run_step

TOKENS = {"a-secret-of-ours": "AMILI_TOKEN", "a-secret-of-another": "AMILI_STRANGER_TOKEN"}


@pytest.fixture(scope="module")
def caller(stand_in_process: SandboxProcess, contract: Contract) -> Iterator[Caller]:
    with closing(Caller(contract, stand_in(stand_in_process))) as caller:
        yield caller


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("a-secret-of-ours", "$AMILI_TOKEN"),
        ("a-secret-of-our", "${AMILI_TOKEN%?}"),
        ("a-secret-of-oursx", "${AMILI_TOKEN}x"),
        ("a-secret-of-another", "$AMILI_STRANGER_TOKEN"),
        ("not-a-token-of-anybody", "not-a-token-of-anybody"),
        ("what-may-be-a-secret", "not-a-token-of-anybody"),
        ('a-secret-of-ours" $(rm x)', "not-a-token-of-anybody"),
    ],
)
def test_a_token_is_repeated_as_it_was_sent_and_never_shown(sent: str, written: str) -> None:
    assert shell_reference(sent, TOKENS) == written
    shown = subprocess.run(["bash", "-c", f'printf %s "{written}"'], env={name: token for token, name in TOKENS.items()},  # noqa: S603, S607
                           capture_output=True, check=True, encoding="utf-8").stdout  # fmt: skip
    assert shown == (sent if written != "not-a-token-of-anybody" else written)


@pytest.mark.parametrize("token", [None, "nobody", ""])
def test_a_request_says_what_was_sent(caller: Caller, token: str | None) -> None:
    sent = caller.call("list_cases", query={"page": 1}, token=token)
    written = {None: [], "nobody": ["-H", "X-API-Key: nobody"], "": ["-H", "X-API-Key: $AMILI_TOKEN"]}[token]
    wanted = ["curl", "-g", "-i", "-X", "GET", "-H", "accept: application/json", *written, "$AMILI_BASE_URL/cases?page=1"]
    assert shlex.split(curl(sent)) == wanted


def test_a_token_without_a_variable_is_not_shown() -> None:
    sent = Exchange("GET", "https://api.example.se/cases", 200, request_headers={"x-api-key": "a-secret-of-ours"})
    assert curl(sent) == 'curl -g -i -X GET -H "X-API-Key: $AMILI_TOKEN" https://api.example.se/cases'


def test_a_server_that_is_no_stand_in_keeps_its_address() -> None:
    sent = Exchange("GET", "https://api.example.se/cases?page=1", 200, request_headers={"x-api-key": "FILTERED"})
    assert curl(sent) == "curl -g -i -X GET -H \"X-API-Key: $AMILI_TOKEN\" 'https://api.example.se/cases?page=1'"


def test_every_request_of_the_tour_can_be_repeated(caller: Caller) -> None:
    tour = TourSession(caller, "repeat")
    for step in STEPS:
        run_step(tour, step)
    assert len(caller.exchanges) > 100
    assert {str(leak): curl(exchange) for exchange in caller.exchanges for leak in leaks(curl(exchange))} == {}
    tokens = {exchange.request_headers.get("x-api-key") for exchange in caller.exchanges}
    assert tokens >= {
        None,
        "$AMILI_TOKEN",
        "${AMILI_TOKEN%?}",
        "${AMILI_TOKEN}x",
        "$AMILI_STRANGER_TOKEN",
        "not-a-token-of-anybody",
    }


def test_nothing_that_is_generated_is_hidden_either() -> None:
    schema = schemathesis.openapi.from_dict(generator_schema(), config=SchemathesisConfig.from_dict(settings()))
    bodies: list[str] = []

    @how(max_examples=25, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(schema["/invoice-registration"]["POST"].as_strategy())
    def keep(case: schemathesis.Case[Any]) -> None:
        bodies.append(json.dumps(case.body, ensure_ascii=False))

    keep()
    assert len(set(bodies)) > 10
    assert {str(leak): body for body in bodies for leak in leaks(body)} == {}


def test_elsewhere_a_missing_token_is_named_and_one_that_is_set_stays() -> None:
    script = "\n".join([*at("https://api.example.se"), 'echo "$AMILI_BASE_URL $AMILI_TOKEN"'])
    bash = ["bash", "-c", script]
    without, with_one = (
        subprocess.run(bash, env=known, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
        for known in ({}, {"AMILI_TOKEN": "x"})
    )
    assert "AMILI_TOKEN: set it to a token" in without.stderr
    assert with_one.stdout == "https://api.example.se x\n"


def test_what_is_printed_works_when_it_is_pasted_into_a_shell() -> None:
    command = [sys.executable, "-m", "contract_tests", "--contract-fault", "token_prefix", "-k", "test_tour"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    assert done.returncode == 1, done.stdout + done.stderr
    repeats = [line.removeprefix("  repeat ") for line in done.stderr.splitlines() if line.startswith("  repeat ")]
    repeat = next(line for line in repeats if not re.search("[0-9a-f]{24}", line))  # an empty stand-in has no document to read
    (start,) = [line for line in done.stdout.splitlines() if line.startswith("  eval ")]
    script = "\n".join([start, repeat, "kill $AMILI_STAND_IN"])
    pasted = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, check=False, timeout=120, encoding="utf-8")  # noqa: S603, S607
    assert "HTTP/1.1 200" in pasted.stdout, pasted.stdout + pasted.stderr
    assert '"_items"' in pasted.stdout
