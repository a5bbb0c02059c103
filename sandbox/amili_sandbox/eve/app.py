"""The Eve application."""

import logging
from collections.abc import Callable
from typing import Any, NoReturn

from bson import ObjectId
from eve import Eve
from eve.auth import BasicAuth
from eve.endpoints import error_endpoint
from flask import abort, request
from werkzeug.exceptions import BadRequest

from amili_sandbox.eve.data_layer import make_data_layer
from amili_sandbox.eve.errors import refusal_message
from amili_sandbox.eve.hooks import add_hooks
from amili_sandbox.eve.resources import domain
from amili_sandbox.eve.validation import Validator
from amili_sandbox.state import State

SETTINGS: dict[str, Any] = {
    "HATEOAS": False,
    "RENDERERS": ["amili_sandbox.eve.rendering.JsonRenderer"],
    "AUTH_FIELD": "account",
    "PAGINATION_DEFAULT": 25,
    "PAGINATION_LIMIT": 100,
    "DATE_FORMAT": "%a, %d %b %Y %H:%M:%S GMT",
    "MONGO_QUERY_BLACKLIST": ["$where", "$regex"],
}


def make_app(state: State, account_of: Callable[[str | None], ObjectId | None], *, verbose: bool = False) -> Eve:
    """Return the application that answers requests; `account_of` returns the account of a token, or None."""

    class KeyAuth(BasicAuth):
        """Lets requests in that have a valid token in the X-API-Key header."""

        def authorized(self, allowed_roles: Any, resource: str, method: str) -> bool:
            account = account_of(request.headers.get("X-API-Key"))
            self.set_request_auth_value(account)
            return account is not None

        def authenticate(self) -> NoReturn:
            challenge = ("WWW-Authenticate", 'Basic realm="eve"') if state.assumptions["challenge"] == "sent" else None
            text = refusal_message("Please provide proper credentials", state.assumptions["refusal_message"])
            abort(401, text, www_authenticate=challenge)

    app = Eve(
        import_name="amili_sandbox",
        settings={**SETTINGS, "DOMAIN": domain()},
        auth=KeyAuth,
        data=make_data_layer(state.database, iso_dates=lambda: state.assumptions["request_dates"] == "both"),
        validator=Validator,
    )
    app.config["STATE"] = state
    app.register_error_handler(OverflowError, _too_large)
    if not verbose:
        app.logger.setLevel(logging.CRITICAL + 1)  # Eve's own 500s are imitated on purpose, so they are not logged
    add_hooks(app, state)
    return app


def _too_large(_error: OverflowError) -> Any:
    """Refuse a number that MongoDB cannot hold, such as a page of 20 digits, which Eve itself takes for its own failure."""
    return error_endpoint(BadRequest("a number is too large"))
