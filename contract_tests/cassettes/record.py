"""The command `scripts/record`: make a cassette of the tour on a server, scrubbed, with its provenance."""

import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vcr  # type: ignore[import-untyped]
import yaml
from amili import AmiliError
from vcr.persisters.filesystem import CassetteNotFoundError  # type: ignore[import-untyped]
from vcr.serialize import serialize  # type: ignore[import-untyped]

from contract_tests.cassettes.cassette import FOLDER, STAND_IN
from contract_tests.cassettes.scrubbing import hooks
from contract_tests.contract import Contract
from contract_tests.messages import YAML_LOADER, is_loopback
from contract_tests.options import RATE, NotConfigured, Parser, folder, rate, url
from contract_tests.privacy import leaks
from contract_tests.server import (
    BrokenReply,
    Caller,
    Entry,
    Inconclusive,
    Target,
    Unreadable,
    cancel_open_invoices,
    from_environment,
    run_stamp,
)
from contract_tests.tour import STEPS, Step, TourSession, clean_up, run_step


class Refused(Exception):
    """The recording is not kept; the message has the reason."""


@dataclass
class Recording:
    """What was recorded on a server, before it is kept: vcrpy's document, the registered invoices, and why it broke off."""

    target: Target
    registered_invoices: list[Entry] = field(default_factory=list)
    broken_off: Inconclusive | None = None
    document: dict[str, Any] = field(default_factory=dict)

    def load_cassette(self, _: str, serializer: Any) -> None:
        """Tell vcrpy that nothing was recorded before."""
        raise CassetteNotFoundError

    def save_cassette(self, _: str, cassette: Any, serializer: Any) -> None:
        """Take what vcrpy recorded and scrubbed."""
        self.document = yaml.load(serialize(cassette, serializer), YAML_LOADER)  # noqa: S506 - the safe one

    @property
    def of_a_stand_in(self) -> bool:
        """Whether a stand-in answered, which proves nothing about the vendor."""
        servers = [item["response"]["headers"].get("server") for item in self.document.get("interactions", [])]
        return is_loopback(self.target.base_url) or [STAND_IN] in servers or STAND_IN in servers


def record_cassette(arguments: Sequence[str]) -> int:
    """Record, if a host was named and consent was given; return 0 if a cassette was written and nothing is left open."""
    options = _parser().parse_args(arguments)
    host = urlsplit(options.base_url).hostname
    if options.consent != host:
        asks = f"this registers about a dozen invoices at {host} and cancels them; say --consent {host} if that is wanted"
        print(f"record: {asks}", file=sys.stderr)
        return 2
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        print(f"record: the folder {options.folder} can't be made: {problem.strerror}", file=sys.stderr)
        return 2
    try:
        recording = record_tour(from_environment(options.base_url, options.rate))
        left = [
            f"{entry['invoice_number']}: case {entry['case']}"
            for entry in recording.registered_invoices
            if not entry["cancelled"]
        ]
        print(*[f"{len(recording.registered_invoices)} invoices registered, {len(left)} left open", *left], sep="\n")
        if recording.broken_off is not None:
            raise recording.broken_off
        file = keep(recording, options.folder, stand_in=options.stand_in or recording.of_a_stand_in)
    except (NotConfigured, Inconclusive, AmiliError, Refused) as problem:
        print(f"record: {problem}", file=sys.stderr)
        return 2
    print(f"wrote {file} with {len(recording.document['interactions'])} exchanges")
    return 1 if left else 0


def record_tour(target: Target, steps: Sequence[Step] = STEPS) -> Recording:
    """Record the tour, and cancel what it registered, also if it breaks off."""
    recording = Recording(target)
    player = vcr.VCR(record_mode="all", match_on=(), **hooks(target))  # nothing is played, so nothing needs to be compared
    player.register_persister(recording)
    with closing(Caller(Contract.load(), target)) as caller:
        tour = TourSession(caller, f"{run_stamp()}-rec")
        with player.use_cassette("tour"):
            try:
                for step in steps:
                    run_step(tour, step)
            except Inconclusive as problem:
                recording.broken_off = problem
            finally:
                recording.registered_invoices = clean_up(tour)
            # An invoice whose registration seemed to fail may be there all the same.
            with suppress(Inconclusive, BrokenReply, Unreadable):
                recording.registered_invoices += cancel_open_invoices(caller, prefix=tour.ours, older=timedelta(0))
    return recording


def keep(recording: Recording, folder: Path, *, stand_in: bool) -> Path:
    """Write a recording as a cassette; raises Refused if something in it must not be kept."""
    host = str(urlsplit(recording.target.base_url).hostname)
    provenance = {
        "kind": "stand-in" if stand_in else "recorded",
        "host": host,
        "recorded": datetime.now(UTC).date(),
        "client": "contract_tests, the tour",
    }
    document = {"provenance": provenance, **recording.document}
    text = yaml.dump(document, Dumper=_DUMPER, sort_keys=False, width=10**9, allow_unicode=True)
    if found := leaks(text):
        raise Refused("the cassette is not written, since it would hold " + "; ".join(str(leak) for leak in found[:5]))
    file = folder / f"tour-{'stand-in' if stand_in else host}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _parser() -> Parser:
    parser = Parser("record", "Record a cassette of the tour; needs a host and consent.")
    parser.add_argument(
        "--base-url", required=True, type=url, help="the server to record; credentials, account and creditor from AMILI_*"
    )
    parser.add_argument("--consent", metavar="HOST", help="the server's host again: yes, register invoices there")
    parser.add_argument("--rate", type=rate, help=RATE)
    parser.add_argument("--folder", type=folder, default=FOLDER, help="where the cassette goes (default: the suite's own)")
    parser.add_argument("--stand-in", action="store_true", help="the server is a stand-in that is not known by its address")
    return parser
