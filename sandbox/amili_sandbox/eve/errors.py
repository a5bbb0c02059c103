"""The formats of refusals: a 422 as Eve's or as on the vendor's page about errors, a message that is text or an object."""

import json
from collections.abc import Iterator
from typing import Any

from amili_sandbox.http import Reply


def refusal_message(text: str, style: str) -> str | dict[str, str]:
    """Return the `_error.message` of a refusal by the vendor's own code, which may be an object with the text."""
    return {"message": text} if style == "object" else text


def apply_error_style(reply: Reply, style: str) -> Reply:
    """Return a 422 in the assumed style: nested `_issues`, flat `_error.details`, or both."""
    if style == "issues":
        return reply
    body = reply.json()
    if not isinstance(body, dict) or not isinstance(body.get("_issues"), dict):
        return reply
    issues = body["_issues"] if style == "both" else body.pop("_issues")
    error = body.setdefault("_error", {"code": 422})
    error |= {"message": "Validation failed", "details": dict(_flat(issues, ""))}
    reply.set_body(json.dumps(body).encode())
    return reply


def _flat(issues: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(issues, dict):
        for name, issue in issues.items():
            yield from _flat(issue, f"{path}.{name}" if path else name)
    elif isinstance(issues, list):
        for issue in issues:
            yield from _flat(issue, path)
    else:
        yield path, str(issues)
