"""Turning documents into JSON as Eve does, only faster."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, ClassVar

from bson import Decimal128, ObjectId
from eve.render import Renderer
from flask import request


class JsonRenderer(Renderer):
    """The same text as Eve's JSONRenderer, NaN refused alike; that one formats each date by way of a dozen calls."""

    mime: ClassVar = ("application/json",)

    def render(self, data: Any) -> str:
        """Return the data as JSON."""
        pretty = "GET" in request.method and "pretty" in request.args
        return (PRETTY if pretty else COMPACT).encode(data)


def as_json(value: Any) -> str:
    """Return how a value looks in JSON that JSON has no notation for."""
    kind = type(value)
    if kind is datetime:
        return rfc_1123(value)
    if kind in (ObjectId, Decimal128):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a reply")


# Documents that came from BSON hold no circles.
COMPACT = json.JSONEncoder(default=as_json, allow_nan=False, check_circular=False)
PRETTY = json.JSONEncoder(default=as_json, allow_nan=False, check_circular=False, indent=4)


@lru_cache(maxsize=10_000)
def rfc_1123(timestamp: datetime) -> str:
    """Return a moment in the format of every date of the API, whatever the locale."""
    return format_datetime(timestamp.replace(tzinfo=UTC), usegmt=True)
