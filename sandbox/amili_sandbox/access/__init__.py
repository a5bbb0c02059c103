"""Authentication and rate limiting."""

from amili_sandbox.access.credentials import Authentication, Credential
from amili_sandbox.access.keys import read_credential, write_new_key
from amili_sandbox.access.quota import BURST, MINUTE, Quota
from amili_sandbox.access.token_endpoint import TOKEN_PATH, add_token_endpoint

__all__ = [
    "BURST",
    "MINUTE",
    "TOKEN_PATH",
    "Authentication",
    "Credential",
    "Quota",
    "add_token_endpoint",
    "read_credential",
    "write_new_key",
]
