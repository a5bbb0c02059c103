"""Cassettes: exchanges on file, each file with its provenance, by which it is known what it proves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from contract_tests.messages import YAML_LOADER, Exchange, from_vcrpy, is_loopback

FOLDER = Path(__file__).parent / "files"
STAND_IN = "amili-sandbox"  # how the stand-in signs its responses, in the header Server
WARN_AFTER, FAIL_AFTER = 90, 180  # days
Kind = Literal["documented", "recorded", "stand-in"]
_FIELDS = {"documented": {"kind", "page", "read", "notes"}, "recorded": {"kind", "host", "recorded", "client"}}
_FIELDS["stand-in"] = _FIELDS["recorded"]


class ProvenanceError(ValueError):
    """A cassette whose provenance is missing, incomplete or wrong; the message has the reason."""


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
    """Return all cassettes; raises ProvenanceError if one has no proper provenance."""
    return [read(file) for file in sorted(folder.glob("*.yaml"))]


def read(file: Path) -> Cassette:
    """Read a cassette; raises ProvenanceError."""
    document: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), YAML_LOADER)  # noqa: S506 - the safe one
    provenance: Mapping[str, Any] = document.get("provenance", {})
    cassette = Cassette(file, provenance, tuple(from_vcrpy(item) for item in document["interactions"]))
    if problem := next(_provenance_problems(cassette), ""):
        raise ProvenanceError(f"{file.name}: {problem}")
    return cassette


def _provenance_problems(cassette: Cassette) -> Iterator[str]:
    """Yield what is wrong with a provenance: what was transcribed has no date or another one, or is from another host."""
    provenance = cassette.provenance
    kind = provenance.get("kind")
    if kind not in _FIELDS:
        yield f"the kind of its provenance is one of {', '.join(_FIELDS)}, not {kind!r}"
    elif odd := sorted(provenance.keys() ^ _FIELDS[kind]):
        yield f"the provenance of a {kind} cassette has {', '.join(sorted(_FIELDS[kind]))}; check {', '.join(odd)}"
    for exchange in cassette.exchanges if "host" in provenance else ():
        host = urlsplit(exchange.url).hostname
        if host != provenance["host"]:
            yield f"a request went to {host}, not to {provenance['host']}"
        if kind == "recorded" and (is_loopback(exchange.url) or exchange.headers.get("server") == STAND_IN):
            yield "it is called recorded, but a stand-in answered"
        try:
            day = parsedate_to_datetime(exchange.headers["date"]).date()
        except (KeyError, ValueError):
            yield "a response has no date"
        else:
            if kind == "recorded" and abs(day - provenance["recorded"]) > timedelta(days=1):  # a tour moves a stand-in's clock
                yield f"a response is of {day}, not of {provenance['recorded']}"


def older_than(found: Iterable[Cassette], today: date, days: int) -> list[str]:
    """Return a line for each recording that is at least so many days old; what was not recorded does not age."""
    ages = [(each, (today - each.provenance["recorded"]).days) for each in found if each.kind == "recorded"]
    return [f"{each.name} was recorded {age} days ago" for each, age in ages if age >= days]
