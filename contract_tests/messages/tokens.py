"""Tokens in requests: in what is kept, a secret one stands by the name of its shell variable."""

import re
from collections.abc import Mapping
from typing import Any

from contract_tests.privacy import allowed

SECRET_HEADERS = ("x-api-key", "authorization", "cookie", "proxy-authorization")
WRONG_TOKEN = "not-a-token-of-anybody"  # made up, and allowed by name to be shown


def shell_reference(sent: str, tokens: Mapping[str, str]) -> str:
    """Return how a shell writes a token that was sent; `tokens` has the variable of each secret token."""
    for token, name in tokens.items():
        if sent == token:
            return f"${name}"
        if sent == token[:-1]:
            return f"${{{name}%?}}"  # all but the last letter
        if sent.startswith(token) and re.fullmatch(r"\w+", sent.removeprefix(token)):
            return f"${{{name}}}{sent.removeprefix(token)}"
    return sent if sent in allowed() else WRONG_TOKEN


def without_secrets(headers: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, str]:
    """Return headers that were sent, by their names in lower case, with each token by its variable."""
    sent = {name.lower(): str(value) for name, value in headers.items()}
    kept = {name: "hidden" if name in SECRET_HEADERS else value for name, value in sent.items()}
    return kept | ({"x-api-key": shell_reference(sent["x-api-key"], tokens)} if "x-api-key" in sent else {})
