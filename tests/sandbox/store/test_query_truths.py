"""Every query truth over HTTP, on a collection without indexes and on one where an index may answer."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.eve.bare_eve import Probe, probe
from tests.sandbox.store.query_truths import TRUTHS


def open_resource() -> dict[str, Any]:
    return {"schema": {}, "allow_unknown": True}


@pytest.fixture(scope="module")
def truths() -> Iterator[Probe]:
    indexes = {"indexed": ("a", "a.b", "b")}
    with probe({"plain": open_resource(), "indexed": open_resource()}, indexes, MONGO_QUERY_BLACKLIST=["$where"]) as running:
        yield running


@pytest.mark.parametrize("collection", ["plain", "indexed"])
@pytest.mark.parametrize(("condition", "document", "expected"), TRUTHS)
def test_query_truth(truths: Probe, collection: str, condition: str, document: dict[str, Any], expected: bool) -> None:
    documents = truths.database[collection]
    documents.delete_many({})
    documents.insert_one(dict(document))
    # Another document, so that no slice of an index covers the whole collection and is left out.
    documents.insert_one({"another": True})
    answer = truths.http.get(f"/{collection}", params={"where": f'{{"$and": [{condition}, {{"another": null}}]}}'})
    assert answer.status_code == 200, answer.text
    assert answer.json()["_meta"]["total"] == len(answer.json()["_items"]) == int(expected)
