"""Serves an application to the browsers of people: behind a random token, for the names of this machine only."""

from amili_inspector.serving.guard import behind_token, is_loopback, name_of_host
from amili_inspector.serving.server import PageServer, new_token

__all__ = ["PageServer", "behind_token", "is_loopback", "name_of_host", "new_token"]
