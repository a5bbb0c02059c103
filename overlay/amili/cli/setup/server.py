"""What `amili doctor` asks the server, by reads that change nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from amili._core.engine import REFERENCE_PATHS
from amili._errors import AmiliError, http_date
from amili._query import where
from amili.cli.frame import Exit
from amili.cli.setup.findings import Finding, problem, skipped

if TYPE_CHECKING:
    from amili import Amili

_TOLERATED = 60.0  # seconds: a signed key is valid for ten minutes
_NO_CASE = "0" * 24  # an identifier that no case has


def probe(client: Amili, address: str) -> Any:
    """Return the response to a GET of an address, with the client's token and within its quota; None if there is none."""
    try:
        return client.api.get_httpx_client().get(address)
    except Exception:  # of the HTTP library, which only the transport knows, or of a token that can't be renewed
        return None


def check_clock(response: Any) -> Finding:
    """Compare this machine's clock with the date of a response."""
    date = None if response is None else http_date(response.headers.get("date", ""))
    if date is None:
        return skipped("clock", "the server does not say its time")
    ahead = (datetime.now(UTC) - date).total_seconds()
    if abs(ahead) <= _TOLERATED:
        return Finding("clock", "ok", f"within {_TOLERATED:.0f} s of the server's")
    direction = "ahead of" if ahead > 0 else "behind"
    advice = "set it, best by NTP: signed keys and look-ups of lost writes depend on it"
    return Finding("clock", "warning", f"{abs(ahead):.0f} s {direction} the server's", advice)


def check_paths(client: Amili, base_url: str) -> Finding:
    """Find out which of the two documented spellings of the paths of writes this server has."""
    guide, reference = next(iter(REFERENCE_PATHS.items()))
    answers = {
        name: probe(client, f"{base_url}{path}?max_results=1") for name, path in (("guide", guide), ("reference", reference))
    }
    there = [name for name, answer in answers.items() if answer is not None and answer.status_code != 404]
    if there:
        return Finding("paths", "ok", f"spelt as in the vendor's {' and '.join(there)}; the right one is found by itself")
    advice = "is a part of the path missing in AMILI_BASE_URL?"
    return problem("paths", f"neither {guide} nor {reference} is there", advice, Exit.NOT_FOUND)


def check_in(client: Amili, case: Any) -> Finding:
    """Find out whether `in` finds a case that exists beside one that does not; bulk look-ups rest on it."""
    if case is None:
        return skipped("in", "there is no case to try it with")
    try:
        found = [each.id for each in client.cases(where.id.in_([_NO_CASE, case.id]))]
    except AmiliError as failure:
        return Finding("in", "warning", str(failure), "many cases are looked up one by one, which takes more requests")
    if found == [case.id]:
        return Finding("in", "ok", "99 cases are looked up by one request")
    return Finding("in", "warning", "it does not find a case that exists", "many cases are looked up one by one")
