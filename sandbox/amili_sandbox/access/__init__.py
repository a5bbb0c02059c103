"""Who may come in, and how often."""

from amili_sandbox.access.authentication import add_authentication
from amili_sandbox.access.credentials import Credential, Door
from amili_sandbox.access.keys import UnusableKey, read_credential, write_new_key
from amili_sandbox.access.quota import Quota

__all__ = [
    "Credential",
    "Door",
    "Quota",
    "UnusableKey",
    "add_authentication",
    "read_credential",
    "write_new_key",
]
