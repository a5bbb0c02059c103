"""`amili token`: exchanges the credential for a token."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from amili.cli.frame import Session, command, notice
from amili.cli.output import Printer, Row


@command(
    "token",
    help="Exchange the credential for a token, and print when it expires. With --show the token alone is printed.",
    example='amili token\ncurl -H "X-API-Key: $(amili token --show)" https://api-sandbox.amili.se/cases',
)
@click.option("--show", is_flag=True, default=False, help="Print the token itself.")
@click.option("--json", "as_json", is_flag=True, default=False, help="Print JSON.")
def token(session: Session, show: bool, as_json: bool) -> None:
    provider = session.settings.credential()
    provider.bind(session.settings.base_url, insecure=session.settings.insecure)
    if show:
        print(provider.get_valid_token())
        return
    provider.get_valid_token()
    expiry = provider.token_expiry()
    cells = {"renewable": provider.renewable, "expires": expiry, "valid_for": None if expiry is None else lifetime(expiry)}
    document = {**cells, "expires": None if expiry is None else expiry.isoformat()}
    Printer("json" if as_json else "table").one(Row(document, cells))
    if expiry is None:
        notice("amili: this token does not say when it expires.")
    if not provider.renewable:
        notice("amili: a fixed token was not checked with the server; `amili doctor` does that.")


def lifetime(expiry: datetime) -> str:
    """Return how long from now a token is valid, for a person."""
    left = (expiry - datetime.now(UTC)).total_seconds()
    if left <= 0:
        return "expired"
    return f"{left / 3600:.1f} h" if left >= 5400 else f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
