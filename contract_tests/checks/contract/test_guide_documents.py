import pytest

from contract_tests.contract import Contract
from contract_tests.findings import Finding, agree, agree_on, fact
from contract_tests.guide import FOLDER, GuideDocument, guide_documents

DOCUMENTS = guide_documents()


def test_every_document_has_a_source_and_every_source_a_document() -> None:
    files = sorted(file.name for file in FOLDER.glob("*.json"))
    named, rests_on = sorted(each.name for each in DOCUMENTS.values() if each.where), fact("cassettes")
    agree_on("guide", "every document has a source", files, named, rests_on=rests_on)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_of_the_guide_is_what_the_contract_says(contract: Contract, document: GuideDocument) -> None:
    operation = contract.operations[document.operation]
    if document.direction == "where":
        schema, content = operation.parameters["where"]["schema"], document.text
    elif document.direction == "request":
        schema, content = operation.bodies["application/json"]["schema"], document.content
    else:
        assert document.status is not None
        response = operation.response(document.status)
        assert response is not None
        schema, content = response["content"]["application/json"]["schema"], document.content
    broken = contract.violations(schema, content)
    found = ((each.pointer, each.expected, each.seen) for each in broken)
    agree(Finding(document.operation, document.name, *each, rests_on=fact("contract_and_guide")) for each in found)
