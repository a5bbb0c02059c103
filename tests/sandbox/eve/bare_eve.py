"""A bare Eve application on the sandbox's store, for what the vendor's resources cannot show."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from amili_sandbox.eve import make_data_layer
from amili_sandbox.http import Reply, Request, Server, call
from amili_sandbox.store import Database
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
        data=make_data_layer(database, iso_dates=lambda: False),
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
    """The store of the application, and a client for it."""

    def __init__(self, database: Database, http: httpx.Client) -> None:
        self.database = database
        self.http = http
