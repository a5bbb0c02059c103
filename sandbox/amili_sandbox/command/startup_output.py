"""What the sandbox prints when it starts."""

import shlex
from collections.abc import Mapping

VARIABLES = {
    "AMILI_BASE_URL": "base_url",
    "AMILI_API_CODE": "api_code",
    "AMILI_PRIVATE_KEY_FILE": "private_key_file",
    "AMILI_ACCOUNT": "account",
    "AMILI_CREDITOR": "creditor",
}


def shell_exports(started: Mapping[str, str]) -> str:
    """Return shell commands that set the variables for this sandbox."""
    lines = [f"export {name}={shlex.quote(started[key])}" for name, key in VARIABLES.items()]
    # Only one kind of credential may be set, so the other is a comment.
    lines.append(f"# or, instead of the API code and the key: export AMILI_TOKEN={shlex.quote(started['token'])}")
    return "\n".join(["# The sandbox is ready. Paste this into another shell; Ctrl-C here ends it.", *lines])


def page_line(address: str) -> str:
    """Return the line with the address of the pages, which lets anyone who knows it change the stand-in."""
    return f"amili-sandbox: to look at cases, requests and faults, open {address}"


def open_address_warning(host: str, *, control: bool) -> str:
    """Return the warning for an address that other machines can reach."""
    routes = "are on, as you asked" if control else "and faults are off; --allow-control turns them on"
    return f"amili-sandbox: listening on {host}, which other machines can reach. The control routes {routes}."
