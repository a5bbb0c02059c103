"""A request as a command for a shell and as Python, to send it again; tokens come from the environment."""

import json
import shlex
from pprint import pformat

from amili_inspector.source import RequestDetail

REPEATED = ("content-type", "accept", "x-http-method-override")  # headers that may change the response, besides the token
TOKEN, SIGNED = "AMILI_TOKEN", "AMILI_SIGNED_JWT"  # the names of variables


def as_curl(detail: RequestDetail, base_url: str) -> str:
    """Return a command that sends a request again, with masked values as they are shown."""
    words = ["curl", "-i", "-X", detail.row.method]
    words += [word for name, value in _headers(detail).items() for word in ("-H", f"{name}: {value}")]
    if detail.request_body is not None:
        words += ["--data-raw", _compact(detail)]
    token = f' -H "X-API-Key: ${_variable(detail)}"' if "x-api-key" in detail.request_headers else ""
    return f"{shlex.join(words)}{token} {shlex.quote(base_url + detail.row.target)}"


def as_python(detail: RequestDetail, base_url: str) -> str:
    """Return a program that sends a request again with httpx, which amili brings."""
    headers = [f"{name!r}: {value!r}" for name, value in _headers(detail).items()]
    if "x-api-key" in detail.request_headers:
        headers.append(f'"X-API-Key": os.environ["{_variable(detail)}"]')
    lines = ["import os", "", "import httpx", "", "response = httpx.request("]
    lines += [f"    {detail.row.method!r},", f"    {base_url + detail.row.target!r},"]
    lines += [f"    headers={{{', '.join(headers)}}},"]
    body = detail.request_body
    if isinstance(body, dict | list):
        lines.append("    json=" + pformat(body, width=100, sort_dicts=False).replace("\n", "\n         ") + ",")
    elif body is not None:
        lines.append(f"    content={_compact(detail)!r},")
    return "\n".join([*lines, ")", "print(response.status_code, response.text)"])


def _headers(detail: RequestDetail) -> dict[str, str]:
    return {name: detail.request_headers[name] for name in REPEATED if name in detail.request_headers}


def _variable(detail: RequestDetail) -> str:
    """Return the name of the variable with what the request had as its key: a token, or the JWT that gets one."""
    return SIGNED if detail.row.target.startswith("/authenticates/") else TOKEN


def _compact(detail: RequestDetail) -> str:
    body = detail.request_body
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
