"""The accounts and creditors every sandbox starts with."""

from datetime import datetime
from hashlib import sha1
from typing import Any

from bson import ObjectId

from amili_sandbox.state import State

ACCOUNT = ObjectId("674dbeaf08847b9501cc9132")
CREDITOR = ObjectId("674dbeb208847b9501cc9138")
INACTIVE_CREDITOR = ObjectId("674dbeb208847b9501cc9139")
OTHER_ACCOUNT = ObjectId("674dbeaf08847b9501cc9142")
OTHER_CREDITOR = ObjectId("674dbeb208847b9501cc9148")
SECOND_CREDITOR = ObjectId("674dbeb208847b9501cc913a")
AGREEMENT = ObjectId("6790c2ec38ebf4814061f0b5")


def create_accounts(state: State) -> None:
    """Store the accounts and creditors."""
    state.database["accounts"].insert_many([
        _document(ACCOUNT, name="Amili Integration Team", organization_no="5560000001"),
        _document(OTHER_ACCOUNT, name="Other Account", organization_no="5560000019"),
    ])  # fmt: skip
    state.database["creditors"].insert_many([
        _creditor(CREDITOR, ACCOUNT, "Amili Integration Team", 2000037),
        _creditor(SECOND_CREDITOR, ACCOUNT, "Amili Integration Team, second company", 2000038),
        _creditor(INACTIVE_CREDITOR, ACCOUNT, "Amili Integration Team, dormant company", 2000039, is_active=False),
        _creditor(OTHER_CREDITOR, OTHER_ACCOUNT, "Other Account", 2000040),
    ])  # fmt: skip


def _creditor(creditor: ObjectId, account: ObjectId, name: str, number: int, *, is_active: bool = True) -> dict[str, Any]:
    return _document(
        creditor,
        account=account,
        name=name,
        organization_no="5560000001",
        is_active=is_active,
        standard_debt_description="Professional consulting services",
        creditor_number=number,
        agreement_version=AGREEMENT,
    )


def _document(document_id: ObjectId, **fields: Any) -> dict[str, Any]:
    born: datetime = document_id.generation_time.replace(tzinfo=None)
    etag = sha1(document_id.binary, usedforsecurity=False).hexdigest()
    return {"_id": document_id, **fields, "_updated": born, "_created": born, "_etag": etag}
