"""The command `scripts/record`: make a cassette of the tour on a server, scrubbed, with its provenance."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import yaml
from amili import AmiliError

from contract_tests.cassettes.cassette import DUMPER, FOLDER, SCRUBBER_VERSION, STAND_IN, digest, interactions_in, record_file
from contract_tests.contract import Contract
from contract_tests.guide import guide_documents
from contract_tests.messages import SECRET_HEADERS, Exchange, NotStrictJson, dumps, is_loopback, loads
from contract_tests.privacy import FILTERED, leaks, redacted
from contract_tests.server import (
    BrokenReply,
    Caller,
    Entry,
    Inconclusive,
    NotConfigured,
    Target,
    Unreadable,
    from_environment,
    moment_in_words,
    sweep,
)
from contract_tests.tour import STEPS, Step, Traveller, clean_up, take

_KEPT_HEADERS = ("content-type", "location", "date", "server", "x-total-count", "www-authenticate", "retry-after")
_KEPT_PREFIXES = ("x-ratelimit", "ratelimit")


class Refused(Exception):
    """The recording is not kept; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, if a host was named and consent was given; return 0 if a cassette was written and nothing is left open."""
    options = _parser().parse_args(arguments)
    host = urlsplit(options.base_url).hostname
    if options.consent != host:
        print(
            f"record: this registers about a dozen invoices at {host} and cancels them; say --consent {host} if that is wanted",
            file=sys.stderr,
        )
        return 2
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        print(f"record: the folder {options.folder} can't be made: {problem.strerror}", file=sys.stderr)
        return 2
    try:
        with closing(Caller(Contract.load(), from_environment(options.base_url, options.rate))) as caller:
            ledger, broken_off = walk(caller)
            _tell(ledger)
            if broken_off is not None:
                raise broken_off
            file = keep(caller, options.folder, "stand-in" if options.stand_in or of_a_stand_in(caller) else "recorded")
    except (NotConfigured, Inconclusive, AmiliError, Refused) as problem:
        print(f"record: {problem}", file=sys.stderr)
        return 2
    print(f"wrote {file} with {len(caller.exchanges)} exchanges")
    return 0 if all(entry["cancelled"] for entry in ledger) else 1


def walk(caller: Caller, steps: Sequence[Step] = STEPS) -> tuple[list[Entry], Inconclusive | None]:
    """Take the tour and cancel what it registered, also if it breaks off; return the ledger, and why it broke off."""
    tour, broken_off = Traveller(caller, f"{moment_in_words()}-rec"), None
    try:
        for step in steps:
            take(tour, step)
    except Inconclusive as problem:
        broken_off = problem
    finally:
        ledger = clean_up(tour)
    # An invoice whose registration seemed to fail may be there all the same.
    with suppress(Inconclusive, BrokenReply, Unreadable):
        ledger += sweep(caller, prefix=f"CT-{tour.run}-", older=timedelta(0))
    return ledger, broken_off


def _tell(ledger: Sequence[Entry]) -> None:
    left = [f"{entry['invoice_number']}: case {entry['case']}" for entry in ledger if not entry["cancelled"]]
    print(*[f"{len(ledger)} invoices registered, {len(left)} left open", *left], sep="\n")


def of_a_stand_in(caller: Caller) -> bool:
    """Tell whether a stand-in answered, which proves nothing about the vendor."""
    return is_loopback(caller.target.base_url) or any(each.headers.get("server") == STAND_IN for each in caller.exchanges)


def keep(caller: Caller, folder: Path, kind: str) -> Path:
    """Write the exchanges of a caller as a cassette with its record; raises Refused if something in it must not be kept."""
    host = str(urlsplit(caller.target.base_url).hostname)
    interactions = [_interaction(exchange, caller.target) for exchange in caller.exchanges]
    file = folder / f"tour-{'stand-in' if kind == 'stand-in' else host}.yaml"
    text = yaml.dump(
        {"interactions": interactions, "version": 1}, Dumper=DUMPER, sort_keys=False, width=10**9, allow_unicode=True
    )
    record = {
        "kind": kind,
        "host": host,
        "recorded": datetime.now(UTC).date(),
        "client": "contract_tests, the tour",
        "contract_sha256": caller.contract.sha256,
        "interactions_sha256": digest(interactions_in(text)),
        "scrubber_version": SCRUBBER_VERSION,
    }
    found = leaks(text)
    if found:
        raise Refused("the cassette is not written, since it would hold " + "; ".join(str(leak) for leak in found[:5]))
    file.write_text(text)
    record_file(file).write_text(yaml.safe_dump(record, sort_keys=False))
    return file


def _interaction(exchange: Exchange, target: Target) -> dict[str, Any]:
    sent = {name: FILTERED if name in SECRET_HEADERS else value for name, value in exchange.request_headers.items()}
    request_headers = {name: [sent[name]] for name in ("x-api-key", "content-type") if name in sent}
    came = {name: [value] for name, value in exchange.headers.items() if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)}
    return {
        "request": {
            "method": exchange.method,
            "uri": _ours(_scrubbed_url(exchange.url), target, in_url=True),
            "headers": request_headers,
            "body": _scrubbed(exchange.request_body, target) or None,
        },
        "response": {
            "status": {"code": exchange.status, "message": ""},
            "headers": came,
            "body": {"string": _scrubbed(exchange.body, target)},
        },
    }


def _scrubbed(body: bytes, target: Target) -> str:
    try:
        document = redacted(loads(body))
    except NotStrictJson:
        return body.decode("utf-8", "replace") if len(body) < 100 else FILTERED
    return _ours(dumps(document), target)


def _scrubbed_url(url: str) -> str:
    """Replace what the conditions of a question say about a person; a URL that says nothing stays as it is."""
    base, _, query = url.partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    kept = [(name, _scrubbed_value(name, value)) for name, value in asked]
    return url if kept == asked else f"{base}?{urlencode(kept)}"


def _scrubbed_value(name: str, value: str) -> str:
    try:
        before = loads(value.encode())
    except NotStrictJson:
        return value
    after = redacted({name: before})[name]
    return value if after == before else dumps(after)


def _ours(text: str, target: Target, *, in_url: bool = False) -> str:
    """Put the guide's account and creditor in the place of those that were used."""
    sample: Mapping[str, Any] = guide_documents()["1-register.python.request.json"].content
    for real, shown in ((target.own.account, sample["account"]), (target.own.creditor, sample["creditor"])):
        text = text.replace(quote(real) if in_url else real, shown)
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/record", description="Record a cassette of the tour; needs a host and consent."
    )
    parser.add_argument("--base-url", required=True, help="the server to record; credentials, account and creditor from AMILI_*")
    parser.add_argument("--consent", metavar="HOST", help="the server's host again: yes, register invoices there")
    parser.add_argument("--rate", type=float, help="requests a minute (default: 90, and no limit on this machine)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the cassette goes (default: the suite's own)")
    parser.add_argument("--stand-in", action="store_true", help="the server is a stand-in that can't be told by its address")
    return parser


if __name__ == "__main__":
    sys.exit(main())
