"""The endpoint that exchanges a credential for an access token."""

import json
from typing import Any

from bson import ObjectId
from eve import Eve
from flask import Response, abort, request

from amili_sandbox.access.credentials import Authentication
from amili_sandbox.state import State

TOKEN_PATH = "/authenticates/api-code"  # noqa: S105 - a path


def add_token_endpoint(app: Eve, state: State, authentication: Authentication) -> None:
    """Add the endpoint: GET with a signed JWT, POST with the API code."""

    def by_signature() -> Response:
        return answer(authentication.account_for_signature(request.headers.get("X-API-Key")))

    def by_code() -> Response:
        if state.assumptions["post_authentication"] == "withdrawn":
            abort(405)
        body = request.get_json(silent=True)
        return answer(authentication.account_for_code(body.get("api_code") if isinstance(body, dict) else None))

    def answer(account: ObjectId | None) -> Response:
        if account is None:
            app.auth.authenticate()
        assert account is not None, "authenticate always aborts"
        return Response(json.dumps(_reply(state, authentication.issue(account))), mimetype="application/json")

    app.add_url_rule(TOKEN_PATH, "authenticate_by_signature", by_signature, methods=["GET"])
    app.add_url_rule(TOKEN_PATH, "authenticate_by_code", by_code, methods=["POST"])


def _reply(state: State, token: str) -> dict[str, Any]:
    shape = state.assumptions["token_reply"]
    lifetime = int(state.assumptions.number("token_lifetime"))
    match shape:
        case "access_token":
            return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}
        case "eve":
            return {"_status": "OK", "_id": str(state.new_id()), "token": token}
        case _:
            return {shape: token}
