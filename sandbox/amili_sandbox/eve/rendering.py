"""Renders documents as JSON, as Eve does, but faster."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, ClassVar

from bson import Decimal128, ObjectId
from eve.render import Renderer
from flask import request


class JsonRenderer(Renderer):
    """Renders as Eve's JSONRenderer does, which refuses NaN too, but takes twice as long for a page of 25 cases."""

    mime: ClassVar = ("application/json",)

    def render(self, data: Any) -> str:
        """Return the data as JSON."""
        pretty = "GET" in request.method and "pretty" in request.args
        return (PRETTY if pretty else COMPACT).encode(data)


def as_json(value: Any) -> str:
    """Return the string for a value that JSON has no type for."""
    kind = type(value)
    if kind is datetime:
        return rfc_1123(value)
    if kind in (ObjectId, Decimal128):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be part of a response")


# Documents that came from BSON hold no circular references.
COMPACT = json.JSONEncoder(default=as_json, allow_nan=False, check_circular=False)
PRETTY = json.JSONEncoder(default=as_json, allow_nan=False, check_circular=False, indent=4)


@lru_cache(maxsize=10_000)
def rfc_1123(timestamp: datetime) -> str:
    """Return a datetime in the format of every date of the API, whatever the locale."""
    return format_datetime(timestamp.replace(tzinfo=UTC), usegmt=True)
