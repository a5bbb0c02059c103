"""Cassettes: exchanges on file, each with a record of where it comes from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from contract_tests.messages import Exchange, is_loopback

FOLDER = Path(__file__).parent / "files"
SCRUBBER_VERSION = 2
STAND_IN = "amili-sandbox"  # how the stand-in signs its replies, in the header Server
WARN_AFTER, FAIL_AFTER = 90, 180  # days
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick, where it was built in
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
Kind = Literal["documented", "recorded", "stand-in"]
_FIELDS = {
    "documented": {"kind", "page", "read", "notes", "contract_sha256", "interactions_sha256", "scrubber_version"},
    "recorded": {"kind", "host", "recorded", "client", "contract_sha256", "interactions_sha256", "scrubber_version"},
}
_FIELDS["stand-in"] = _FIELDS["recorded"]


class ProvenanceError(ValueError):
    """A cassette whose record is missing, incomplete, or about something else; the message says what to do."""


@dataclass(frozen=True)
class Cassette:
    """A file of exchanges with its provenance."""

    file: Path
    provenance: Mapping[str, Any]
    exchanges: tuple[Exchange, ...]

    @property
    def name(self) -> str:
        """The name that tests show."""
        return self.file.stem

    @property
    def kind(self) -> Kind:
        """What the cassette may prove: documented ones prove that the contract agrees with the guide, never with the API."""
        kind: Kind = self.provenance["kind"]
        return kind


def cassettes(folder: Path = FOLDER) -> list[Cassette]:
    """Return all cassettes; raises ProvenanceError if one is without a proper record."""
    return [read(file) for file in sorted(folder.glob("*.yaml")) if not file.name.endswith(".provenance.yaml")]


def read(file: Path) -> Cassette:
    """Read a cassette and its record."""
    interactions = interactions_in(file.read_text())
    cassette = Cassette(file, _provenance(file, interactions), tuple(_exchange(item) for item in interactions))
    if cassette.kind != "documented" and (doubt := _doubt(cassette)):
        raise ProvenanceError(f"{file.name} is not what its record says, {cassette.kind}: {doubt}")
    return cassette


def _doubt(cassette: Cassette) -> str:
    """Return what speaks against a recording: what is transcribed or made up has no date or another, or is from elsewhere."""
    said = cassette.provenance
    for exchange in cassette.exchanges:
        host = urlsplit(exchange.url).hostname
        if host != said["host"]:
            return f"a request went to {host}, not to {said['host']}"
        if cassette.kind == "recorded" and (is_loopback(exchange.url) or exchange.headers.get("server") == STAND_IN):
            return "a stand-in answered"
        try:
            day = parsedate_to_datetime(exchange.headers["date"]).date()
        except (KeyError, ValueError):
            return "a reply has no date"
        if abs(day - said["recorded"]) > timedelta(days=1):
            return f"a reply is of {day}, not of {said['recorded']}"
    return ""


def interactions_in(text: str) -> list[Any]:
    """Return the interactions in the text of a cassette."""
    found: list[Any] = yaml.load(text, _LOADER)["interactions"]  # noqa: S506 - the safe one
    return found


def record_file(cassette: Path) -> Path:
    """Return the file that holds a cassette's provenance."""
    return cassette.with_suffix(".provenance.yaml")


def digest(interactions: Any) -> str:
    """Return the hash by which a record knows its interactions."""
    return hashlib.sha256(json.dumps(interactions, sort_keys=True).encode()).hexdigest()


def _provenance(file: Path, interactions: Any) -> Mapping[str, Any]:
    record = record_file(file)
    if not record.exists():
        raise ProvenanceError(f"{file.name} has no {record.name}: nobody can tell what it proves")
    provenance: Mapping[str, Any] = yaml.safe_load(record.read_text())
    kind = provenance.get("kind")
    if kind not in _FIELDS:
        raise ProvenanceError(f"{record.name}: kind is one of {', '.join(_FIELDS)}, not {kind!r}")
    if provenance.keys() != _FIELDS[kind]:
        odd = sorted(provenance.keys() ^ _FIELDS[kind])
        raise ProvenanceError(
            f"{record.name}: a {kind} cassette has {', '.join(sorted(_FIELDS[kind]))}; look at {', '.join(odd)}"
        )
    if provenance["interactions_sha256"] != digest(interactions):
        raise ProvenanceError(f"{file.name} was changed after {record.name} was written; record or transcribe it anew")
    return provenance


def _exchange(item: Mapping[str, Any]) -> Exchange:
    request, response = item["request"], item["response"]
    return Exchange(
        method=request["method"],
        url=request["uri"],
        status=response["status"]["code"],
        request_headers=_headers(request["headers"]),
        request_body=_bytes(request.get("body")),
        headers=_headers(response["headers"]),
        body=_bytes(response["body"]["string"]),
    )


def _headers(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value if isinstance(value, str) else ", ".join(value) for name, value in headers.items()}


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""


def ages(found: Iterable[Cassette], today: date) -> list[tuple[Cassette, int]]:
    """Return each cassette that was really recorded, with its age in days."""
    return [(each, (today - each.provenance["recorded"]).days) for each in found if each.kind == "recorded"]


def to_renew(found: Iterable[Cassette], today: date) -> list[str]:
    """Return what to say of each recording that is so old that somebody should make it anew."""
    return [f"{each.name} was recorded {days} days ago" for each, days in ages(found, today) if days >= WARN_AFTER]


def too_old(found: Iterable[Cassette], today: date) -> list[str]:
    """Return what to say of each recording that is too old for a release."""
    return [f"{each.name} was recorded {days} days ago" for each, days in ages(found, today) if days >= FAIL_AFTER]
