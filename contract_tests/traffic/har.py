"""One entry of a HAR 1.2, as browsers, mitmproxy, Charles and Playwright write it."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.messages import Exchange, decompressed


@dataclass(frozen=True)
class Entry:
    """A recorded request with its response (status 0: there was none), and which of their bodies were recorded."""

    number: int  # in its file, from 1
    exchange: Exchange
    has_request_body: bool = True
    has_body: bool = True


def har_entry(number: int, item: Mapping[str, Any], folder: Path) -> Entry:
    """Read one entry; `folder` is where Playwright puts bodies beside the file.

    Raises LookupError, TypeError, ValueError or AttributeError if it has another form.
    """
    request, response = item["request"], item.get("response") or {}
    posted, content = request.get("postData") or {}, response.get("content") or {}
    sent, came = _headers(request, posted), _headers(response, content)
    request_body, body = _body(posted, folder), _body(content, folder)
    if body is not None:
        body = decompressed(came, body)
        if "content-encoding" in came and not _is_text(body):
            body = None  # compressed in a way that is not known here
    exchange = Exchange(
        method=str(request["method"]).upper(),
        url=request["url"],
        status=int(response.get("status") or 0),
        request_headers=sent,
        request_body=request_body or b"",
        headers=came,
        body=body or b"",
        seconds=float(item.get("time") or 0) / 1000,
    )
    return Entry(number, exchange, request_body is not None or request.get("bodySize") == 0, body is not None)


def _headers(message: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
    """Return headers by their names in lower case; a content type that only the body has is one of them."""
    headers: dict[str, str] = {"content-type": body["mimeType"]} if body.get("mimeType") else {}
    named: dict[str, list[str]] = {}
    for header in message.get("headers") or ():
        if not header["name"].startswith(":"):  # of HTTP/2, no header
            named.setdefault(header["name"].lower(), []).append(header["value"])
    return headers | {name: ", ".join(values) for name, values in named.items()}


def _body(part: Mapping[str, Any], folder: Path) -> bytes | None:
    """Return a body, or None if it was not recorded."""
    name, text = str(part.get("_file") or ""), part.get("text")
    if name and Path(name).name == name and (folder / name).is_file():
        return (folder / name).read_bytes()
    if text is None or (text == "" and (part.get("size") or 0) > 0):
        return None
    return b64decode(text) if part.get("encoding") == "base64" else str(text).encode("utf-8", "replace")


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
