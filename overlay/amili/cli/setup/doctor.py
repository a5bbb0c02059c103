"""`amili doctor`: one line for each thing that can be wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from amili._errors import AmiliError, ConfigurationError, NoResponseError
from amili.cli.frame import Exit, Session, command, form_options, notice, status_of
from amili.cli.output import Row, printer_of
from amili.cli.setup.findings import Finding, problem, skipped
from amili.cli.setup.local import check_journal, check_quota
from amili.cli.setup.server import check_clock, check_in, check_paths, probe
from amili.cli.setup.tokens import lifetime

if TYPE_CHECKING:
    from amili import Amili, AuthTokenProvider

_COLUMNS = ("check", "result", "found", "advice")
_NO_ANSWER = "the server did not answer"


@command(
    "doctor",
    help="Check settings, address, certificate, token, clock, spelling of paths, quota, conditions with `in`, and journal. "
    "It only reads. Exit code 0, or that of the first problem.",
    example="amili doctor\namili doctor --profile sandbox --json",
)
@form_options
def doctor(session: Session, **output: bool) -> int:
    printer = printer_of(**output)
    findings = list(_findings(session))
    if printer.form == "table":
        printer.lines(line for finding in findings for line in _lines(finding))
    else:
        printer.rows(map(_row, findings), _COLUMNS)
    wrong = [finding for finding in findings if finding.result == "problem"]
    notice(f"amili: {len(wrong)} {'problem' if len(wrong) == 1 else 'problems'}." if wrong else "amili: ready.")
    return wrong[0].code if wrong else Exit.DONE


def _lines(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield what is found of a check, and below it what to do."""
    yield f"{finding.result:<8}  {finding.check:<11}  ", finding.found
    if finding.advice:
        yield " " * 23, f"-> {finding.advice}"


def _row(finding: Finding) -> Row:
    cells = {"check": finding.check, "result": finding.result, "found": finding.found, "advice": finding.advice or None}
    return Row({name: value for name, value in cells.items() if value is not None}, cells)


def _findings(session: Session) -> Iterator[Finding]:
    try:
        settings = session.settings
        base_url, provider = settings.base_url, settings.credential()
        provider.bind(base_url, insecure=settings.insecure)
        client = session.client(provider)
    except ConfigurationError as wrong:
        yield problem("settings", str(wrong), "`amili config` shows where each setting comes from", Exit.SETTINGS)
        return
    yield Finding("settings", "ok", f"profile {settings.profile}" if settings.profile else "no profile")
    with client:
        failure, first = _first_contact(client, provider)
        yield from _contact(base_url, provider, failure)
        if failure is None:
            response = probe(client, base_url)
            yield check_clock(response)
            yield check_paths(client, base_url)
            yield check_quota(session)
            yield check_in(client, first)
        else:
            why = _NO_ANSWER if isinstance(failure, NoResponseError) else "needs a token that is accepted"
            yield from (skipped(name, why) for name in ("clock", "paths", "quota", "in"))
    yield check_journal(session)


def _first_contact(client: Amili, provider: AuthTokenProvider) -> tuple[AmiliError | None, Any]:
    """Get a token and read one case; returns the error that prevented it, or the case, if there is one."""
    try:
        provider.get_valid_token()
        return None, client.cases(limit=1, page_size=1).first()
    except AmiliError as failure:
        return failure, None


def _contact(base_url: str, provider: AuthTokenProvider, failure: AmiliError | None) -> Iterator[Finding]:
    """Yield what the first contact says of address, certificate and token."""
    if isinstance(failure, NoResponseError):
        wrong_certificate = not failure.temporary and "certificate" in str(failure)
        advice = "check AMILI_BASE_URL, the network and the proxy; a stand-in must be running (`amili sandbox`)"
        yield (
            Finding("address", "ok", base_url)
            if wrong_certificate
            else problem("address", str(failure), advice, status_of(failure))
        )
        if wrong_certificate:
            advice = "set SSL_CERT_FILE if your company's proxy has its own certificates; never send a token past this"
            yield problem("certificate", str(failure), advice, Exit.SETTINGS)
        else:
            yield skipped("certificate", _NO_ANSWER)
        yield skipped("token", _NO_ANSWER)
        return
    yield Finding("address", "ok", base_url)
    secure = base_url.startswith("https://")
    yield Finding("certificate", "ok", "trusted" if secure else "none: the address is http://")
    if failure is not None:
        advice = "check the API code and the key, or ask the vendor whether the key is registered"
        yield problem("token", str(failure), advice, status_of(failure))
        return
    expiry = provider.token_expiry()
    left = "it does not say when it expires" if expiry is None else f"valid for {lifetime(expiry)}"
    yield Finding("token", "ok", f"accepted; {left}; {'renewed when needed' if provider.renewable else 'it can not be renewed'}")
