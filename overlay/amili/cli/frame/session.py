"""One run of a command: its settings, and the client that it asks for."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amili._core.engine import is_database_address
from amili.cli.frame.journal_server import claim_journal
from amili.cli.frame.layers import layers
from amili.cli.frame.settings import Settings, read_settings

if TYPE_CHECKING:
    from amili import Amili, AuthTokenProvider


@dataclass
class Session:
    """The options that every command has, and what is made of them."""

    profile: str | None = None
    debug: bool = False

    @cached_property
    def folder(self) -> Path:
        """The application's folder: the file with profiles, and the journals."""
        return Path(click.get_app_dir("amili"))

    @cached_property
    def settings(self) -> Settings:
        """All settings."""
        return read_settings(layers(self.profile, os.environ, self.folder), self.folder)

    def client(self, auth: AuthTokenProvider | None = None, *, ledger: str | None = None, **options: Any) -> Amili:
        """Open a client, with the credential of the settings by default; raises ConfigurationError for wrong settings.

        With a ledger in a database, all who work with it share the limit on requests there, unless the settings have another.
        """
        from amili import Amili, Quota

        settings, quota = self.settings, self.settings.get("quota") or "vendor"
        shared: Any = quota
        if is_database_address(ledger) and settings.get("quota") is None:
            shared = Quota.shared(str(ledger), key=f"{settings.base_url} {settings.profile or 'default'}")
        elif quota not in ("vendor", "off"):
            shared = Quota.shared(quota)
        if isinstance(shared, Quota):
            click.get_current_context().call_on_close(shared.close)
        options |= {"insecure": settings.insecure, "quota": shared}
        return Amili(settings.base_url, auth or settings.credential(), **options)

    def writing_client(self) -> Amili:
        """Open a client that records its writes in the journal, which is created if it is not there.

        Raises ConfigurationError if the journal belongs to another server.
        """
        file = self.settings.journal()
        if self.settings.get("journal") is None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim_journal(file, self.settings.base_url)
        return self.client(journal=file)

    @property
    def again(self) -> str:
        """The words that name the profile in a command that a person is to run next."""
        return "" if self.profile is None else f" --profile {shlex.quote(self.profile)}"
