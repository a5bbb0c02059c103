"""A bare Eve application on the sandbox's store, for what the vendor's resources cannot show."""

import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from amili_sandbox.http.messages import Reply, Request
from amili_sandbox.http.server import Server
from amili_sandbox.http.wsgi import call
from amili_sandbox.store.database import Database

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # eve defines its types in a way that cerberus discourages
    from amili_sandbox.eve.data_layer import data_layer
    from eve import Eve

SETTINGS = {
    "HATEOAS": False,
    "RENDERERS": ["amili_sandbox.eve.rendering.JsonRenderer"],
    "RESOURCE_METHODS": ["GET", "POST", "DELETE"],
    "ITEM_METHODS": ["GET", "PATCH", "PUT", "DELETE"],
}


@contextmanager
def probe(
    domain: dict[str, Any], indexes: Mapping[str, tuple[str, ...]], *, redis: Any = None, **settings: Any
) -> Iterator["Probe"]:
    """Serve a domain over HTTP; `redis` is where Eve's own rate limiter counts."""
    database = Database(indexes)
    app = Eve(
        import_name="amili_sandbox",
        settings={**SETTINGS, **settings, "DOMAIN": domain},
        data=data_layer(database, iso_dates=lambda: False),
        redis=redis,
    )
    app.logger.disabled = True

    def answer(request: Request) -> Reply:
        return call(app, request)

    server = Server("127.0.0.1", 0, answer)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        with httpx.Client(base_url=server.base_url, timeout=30) as http:
            yield Probe(database, http)
    finally:
        server.stop()
        thread.join()


class Probe:
    """The store behind, and a client before, the application."""

    def __init__(self, database: Database, http: httpx.Client) -> None:
        self.database = database
        self.http = http
