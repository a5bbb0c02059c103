"""What was written, as it is read later: it has what was sent and what was acknowledged, as far as it shows it."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.findings import fact
from contract_tests.messages import rfc_1123, timestamp
from contract_tests.model.case import Difference, unlike

_NOT_STORED = {"_status"}  # the framework's word for the write, not for the document
_MAY_MOVE = {"_updated", "_etag"}


def stored_differences(document: Mapping[str, Any], sent: Mapping[str, Any], receipt: Mapping[str, Any]) -> Iterator[Difference]:
    """Return where a stored document is not what was sent and acknowledged; which properties it shows is not documented."""
    known = {**sent, **receipt}
    if document.get("_id") != receipt["_id"]:
        yield fact("read_again"), "/_id", receipt["_id"], document.get("_id", "nothing")
    for name in sorted(known.keys() & document.keys() - _NOT_STORED - _MAY_MOVE):
        if name.endswith("_date"):
            expected, seen = (rfc_1123(timestamp(each[name])) for each in (known, document))
        else:
            expected, seen = known[name], document[name]
        yield from ((fact("stored_as_sent"), *each) for each in unlike(expected, seen, (name,)))
