"""Reads files of recorded traffic, and chooses from them what is of this API. No error shows what is in a file."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from contract_tests.contract import METHODS, Contract
from contract_tests.findings import redact_text
from contract_tests.messages import from_vcrpy, is_loopback
from contract_tests.options import NotConfigured
from contract_tests.traffic.har import Entry, har_entry

_OF_BROWSERS = ("OPTIONS", "HEAD", "CONNECT", "TRACE")  # on a path of the contract: no call of a program
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Traffic:
    """What one file has of this API, and a sentence on what it has besides."""

    entries: tuple[Entry, ...]
    sentence: str


def read_traffic(file: Path, contract: Contract, base_url: str | None = None) -> Traffic:
    """Read a HAR or a cassette of vcrpy.

    Of this API are the vendor's hosts and this machine, or with `base_url` all below it. Raises NotConfigured, with the reason,
    for a file that is of neither form or has no request to this API.
    """
    name = " ".join(redact_text(file.name).split())
    kind, items = _items(file, name)
    skipped: Counter[str] = Counter()
    entries = []
    for number, item in enumerate(items, 1):
        try:
            request = item["request"]
            method, url = str(request["method"]).upper(), _below(request["url" if kind == "HAR" else "uri"], contract, base_url)
            if url is None or (why := _not_a_call(contract, method, url)):
                skipped["to other hosts" if url is None else why] += 1
            else:
                entry = har_entry(number, item, file.parent) if kind == "HAR" else Entry(number, from_vcrpy(item))
                entries.append(replace(entry, exchange=replace(entry.exchange, method=method, url=url)))
        except _UNREADABLE:
            raise NotConfigured(f"{name}: entry {number} can't be read as one of a {kind}") from None
    if not entries:
        hosts = base_url or f"{_domain(contract)}, nor on this machine; --base-url names another address that was asked"
        raise NotConfigured(f"{name}: none of its {len(items)} entries is a request of the contract to {hosts}")
    return Traffic(tuple(entries), f"{name}: {'; '.join(_counted(entries, skipped))}")


def _items(file: Path, name: str) -> tuple[str, list[Any]]:
    """Return the kind of a file, and its entries."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        document = _document(text)
    except OSError as problem:
        raise NotConfigured(f"{name} can't be read: {problem.strerror}") from None
    except (ValueError, TypeError, yaml.YAMLError, RecursionError):
        raise NotConfigured(f"{name} is neither JSON nor YAML in UTF-8") from None
    if not text.strip():
        raise NotConfigured(f"{name} is empty")
    if isinstance(document, Mapping):
        log = document.get("log")
        if isinstance(log, Mapping) and isinstance(log.get("entries"), list):
            return "HAR", log["entries"]
        if isinstance(document.get("interactions"), list):
            return "cassette", document["interactions"]
    raise NotConfigured(f"{name} is neither a HAR nor a cassette of vcrpy")


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return yamlserializer.deserialize(text)  # which makes no objects of Python's, as yaml.load would


def _not_a_call(contract: Contract, method: str, url: str) -> str:
    """Return why a request to the API is not to be compared, or nothing; a method that a path does not offer is."""
    path = urlsplit(url).path
    of_a_browser = method in _OF_BROWSERS and contract.find(method, path) is None
    if of_a_browser or not any(contract.find(each, path) for each in METHODS):
        return "to other paths or by a browser's own methods"
    return ""


def _below(url: str, contract: Contract, base_url: str | None) -> str | None:
    """Return a URL without the path of the API's own address, or None if it does not lead to the API."""
    try:
        asked, base = urlsplit(url), urlsplit((base_url or "").rstrip("/"))
        host, port = asked.hostname or "", asked.port
    except ValueError:
        return None
    if base_url is None:
        domain = _domain(contract)
        return url if host == domain or host.endswith(f".{domain}") or is_loopback(url) else None
    if (asked.scheme, host, port) != (base.scheme, base.hostname, base.port) or not asked.path.startswith(f"{base.path}/"):
        return None
    return asked._replace(path=asked.path.removeprefix(base.path)).geturl()


def _domain(contract: Contract) -> str:
    """Return the domain of the vendor, of which only the host of the sandbox is documented."""
    return ".".join((urlsplit(contract.document["servers"][0]["url"]).hostname or "").split(".")[-2:])


def _counted(entries: list[Entry], skipped: Counter[str]) -> Iterator[str]:
    """Yield what was read and what was not, with numbers."""
    yield f"{len(entries)} entries were compared"
    if skipped:
        yield "skipped: " + ", ".join(f"{number} {where}" for where, number in sorted(skipped.items()))
    without = {
        "had no response": sum(not entry.exchange.status for entry in entries),
        "had no recorded response body": sum(bool(entry.exchange.status) and not entry.has_body for entry in entries),
        "had no recorded request body": sum(entry.exchange.method == "POST" and not entry.has_request_body for entry in entries),
    }
    yield from (f"{number} {what}" for what, number in without.items() if number)
