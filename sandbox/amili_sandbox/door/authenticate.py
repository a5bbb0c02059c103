"""The endpoint that swaps a credential for an access token."""

from bson import ObjectId
from eve import Eve
from flask import Response, jsonify, request

from amili_sandbox.door.credentials import Door


def add_authentication(app: Eve, door: Door) -> None:
    """Add `/authenticates/api-code` in both its forms."""

    def by_signature() -> Response:
        return _token_for(door.account_for_signature(request.headers.get("X-API-Key")))

    def by_code() -> Response:
        body = request.get_json(silent=True)
        return _token_for(door.account_for_code(body.get("api_code") if isinstance(body, dict) else None))

    def _token_for(account: ObjectId | None) -> Response:
        if account is None:
            app.auth.authenticate()
        assert account is not None, "authenticate always aborts"
        return jsonify({"token": door.issue(account)})

    app.add_url_rule("/authenticates/api-code", "authenticate_by_signature", by_signature, methods=["GET"])
    app.add_url_rule("/authenticates/api-code", "authenticate_by_code", by_code, methods=["POST"])
