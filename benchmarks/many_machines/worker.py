"""One worker in a process of its own, which takes itself for a machine of its own: others can't know whether it has ended."""

import json
import logging
import platform
import sys
from importlib import import_module
from typing import Any

from amili import Amili, Quota, Retry
from amili.bulk.workers import work


def main(settings: dict[str, Any]) -> None:
    """Work until no run is under way."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    platform.node = lambda: settings["machine"]  # is in the owner of the rows that it holds
    if settings["version"]:
        tables: Any = import_module("amili.bulk.ledger.postgresql_tables")
        tables.STEPS = tables.STEPS[: settings["version"]]
    address, server, key = settings["address"], settings["server"], settings["key"]
    quota: Any = Quota.shared(address, key=f"{server} {key}") if settings["quota"] else "off"
    retry = Retry(settle=settings["settle"])
    with Amili(server, settings["token"], quota=quota, retry=retry, timeout=settings["timeout"]) as client:
        work(address, client, key=key, concurrency=settings["at_once"], lease=settings["lease"], until_ended=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
