"""Modules that are imported when something of them is first used: models, plans and signing cost more to import than httpx."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module; a static `if TYPE_CHECKING` import beside it keeps its names typed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
