"""The command `scripts/record`: make a cassette of the tour on a server, scrubbed, with its provenance."""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml
from amili import AmiliError

from contract_tests.caller import Caller, Inconclusive
from contract_tests.cassettes import FOLDER, SCRUBBER_VERSION, digest, record_file
from contract_tests.contract import Contract
from contract_tests.exact import NotStrictJson, dumps, loads
from contract_tests.exchange import SECRET_HEADERS, Exchange
from contract_tests.guide_documents import guide_documents
from contract_tests.scanner import FILTERED, leaks, redacted
from contract_tests.target import NotConfigured, Target, from_environment
from contract_tests.tour.traveller import Traveller
from contract_tests.tour.walk import STEPS, Step, clean_up, take

_KEPT_HEADERS = ("content-type", "location", "date", "x-total-count", "www-authenticate", "retry-after")
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
        caller = Caller(Contract.load(), from_environment(options.base_url, options.rate))
        ledger = walk(caller)
        file = keep(caller, options.folder, "stand-in" if options.stand_in else "recorded")
    except (NotConfigured, Inconclusive, AmiliError, Refused) as problem:
        print(f"record: {problem}", file=sys.stderr)
        return 2
    left = [entry["invoice_number"] for entry in ledger if not entry["cancelled"]]
    print(f"wrote {file} with {len(caller.exchanges)} exchanges; {len(ledger)} invoices registered, {len(left)} left open")
    print(*left, sep="\n")
    return 1 if left else 0


def walk(caller: Caller, steps: Sequence[Step] = STEPS) -> list[dict[str, Any]]:
    """Take the tour, cancel what it registered even if it breaks off, and return the ledger."""
    tour = Traveller(caller, f"{time.strftime('%m%d%H%M%S', time.gmtime())}-rec")
    try:
        for step in steps:
            take(tour, step)
    finally:
        ledger = clean_up(tour)
    return ledger


def keep(caller: Caller, folder: Path, kind: str) -> Path:
    """Write the exchanges of a caller as a cassette with its record; raises Refused if something in it must not be kept."""
    host = str(urlsplit(caller.target.base_url).hostname)
    interactions = [_interaction(exchange, caller.target) for exchange in caller.exchanges]
    file = folder / f"tour-{'stand-in' if kind == 'stand-in' else host}.yaml"
    text = yaml.safe_dump({"interactions": interactions, "version": 1}, sort_keys=False, width=10**9, allow_unicode=True)
    record = {
        "kind": kind,
        "host": host,
        "recorded": datetime.now(UTC).date(),
        "client": "contract_tests, the tour",
        "contract_sha256": caller.contract.sha256,
        "interactions_sha256": digest(yaml.safe_load(text)["interactions"]),
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
            "uri": _ours(exchange.url, target, in_url=True),
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
    parser.add_argument("--stand-in", action="store_true", help="the server is a stand-in: the cassette is never called recorded")
    return parser


if __name__ == "__main__":
    sys.exit(main())
