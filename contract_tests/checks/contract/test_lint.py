from collections.abc import Callable

import httpx
import pytest
import yaml
from amili import Amili, AmiliError, Case, Retry
from openapi_spec_validator import OpenAPIV31SpecValidator

from contract_tests.contract import CONTRACT_FILE, Contract, flaws
from contract_tests.findings import Finding, agree, agree_on, fact
from contract_tests.guide import guide_documents
from contract_tests.messages import pointer_of


def test_the_contract_breaks_no_rule(contract: Contract) -> None:
    seen, rests_on = "a contract without it", fact("contract_rules")
    agree(Finding(CONTRACT_FILE.name, each.rule, each.pointer, each.says, seen, rests_on=rests_on) for each in flaws(contract))


def test_the_contract_is_valid_openapi() -> None:
    errors = OpenAPIV31SpecValidator(yaml.safe_load(CONTRACT_FILE.read_text(encoding="utf-8"))).iter_errors()
    found = ((pointer_of(error.absolute_path), "", error.message) for error in errors)
    agree(Finding(CONTRACT_FILE.name, "valid OpenAPI", *each, rests_on=fact("contract_rules")) for each in found)


NO_SUCH_PATH = {"_status": "ERR", "_error": {"code": 404, "message": "not found"}}
INVOICE = guide_documents()["1-register.python.request.json"].content
PAGE = guide_documents()["2-find.reply.json"]


@pytest.mark.parametrize("operation", ["register_invoice", "credit_case", "cancel_case"])
def test_the_client_knows_both_paths_of_an_operation(contract: Contract, operation: str) -> None:
    """A clean 404 makes the client try the alternate path, which must be the one that the contract names."""
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":  # a case is read before it is credited
            return httpx.Response(200, text=PAGE.text, headers={"content-type": "application/json"})
        paths.append(request.url.path)
        return httpx.Response(404, json=NO_SUCH_PATH)

    case = Case.from_dict(PAGE.content["_items"][0])
    transport = httpx.MockTransport(answer)
    with Amili("https://api.example.se", "token", retry=Retry(attempts=1), quota="off", transport=transport) as amili:
        calls: dict[str, Callable[[], object]] = {
            "register_invoice": lambda: amili.register(INVOICE),
            "credit_case": lambda: amili.credit(case, 1),
            "cancel_case": lambda: amili.cancel(case),
        }
        with pytest.raises(AmiliError):
            calls[operation]()
    known = contract.operations[operation]
    rule, wanted = "the client knows both paths", [known.path, known.reference_path]
    agree_on(operation, rule, wanted, paths, rests_on=fact("contract_and_client"))
