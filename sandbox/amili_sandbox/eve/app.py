"""The Eve application."""

import logging
from typing import Any

from eve import Eve
from eve.auth import BasicAuth
from flask import request

from amili_sandbox.access.authentication import add_authentication
from amili_sandbox.access.credentials import Door
from amili_sandbox.eve.data_layer import data_layer
from amili_sandbox.eve.hooks import add_hooks
from amili_sandbox.eve.resources import domain
from amili_sandbox.eve.validation import Validator
from amili_sandbox.state.state import World

SETTINGS: dict[str, Any] = {
    "HATEOAS": False,
    "RENDERERS": ["amili_sandbox.eve.rendering.JsonRenderer"],
    "AUTH_FIELD": "account",
    "PAGINATION_DEFAULT": 25,
    "PAGINATION_LIMIT": 100,
    "DATE_FORMAT": "%a, %d %b %Y %H:%M:%S GMT",
    "MONGO_QUERY_BLACKLIST": ["$where", "$regex"],
}


def make_app(world: World, door: Door, *, verbose: bool = False) -> Eve:
    """Return the application that answers for a world."""

    class KeyAuth(BasicAuth):
        """Who may come in: whoever shows a valid token in the X-API-Key header."""

        def authorized(self, allowed_roles: Any, resource: str, method: str) -> bool:
            account = door.account_of(request.headers.get("X-API-Key"))
            self.set_request_auth_value(account)
            return account is not None

    app = Eve(
        import_name="amili_sandbox",
        settings={**SETTINGS, "DOMAIN": domain()},
        auth=KeyAuth,
        data=data_layer(world.database, iso_dates=lambda: world.assumptions["request_dates"] == "both"),
        validator=Validator,
    )
    app.config["WORLD"] = world
    if not verbose:
        app.logger.setLevel(logging.CRITICAL + 1)  # Eve's 500s are part of the imitation, not news
    add_hooks(app, world)
    add_authentication(app, world, door)
    return app
