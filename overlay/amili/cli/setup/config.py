"""`amili config`: every setting and where it comes from, never a secret."""

from __future__ import annotations

import os

from amili.cli.frame import SETTINGS, Session, command, config_file, form_options, notice
from amili.cli.output import Row, printer_of

_COLUMNS = ("setting", "value", "source")


@command(
    "config",
    help="Show every setting and where it comes from, never a secret. A profile of --profile wins over the environment, the "
    "environment over the profile of AMILI_PROFILE, and that over the rest of the file.",
    example="amili config\namili config --profile sandbox --json",
)
@form_options
def config(session: Session, **output: bool) -> None:
    printer, settings = printer_of(**output), session.settings
    rows = []
    for setting in SETTINGS:
        shown = settings.shown(setting)
        document = {"setting": setting.name, "value": shown, "source": settings.sources.get(setting.name)}
        cells = {**document, "value": shown or "(not set)"}
        rows.append(Row({**document, "meaning": setting.meaning}, cells))
    printer.rows(rows, _COLUMNS)
    file = config_file(os.environ, session.folder)
    notice(f"amili: profiles are in {file}{'' if file.exists() else ', which is not there'}.")
    if settings.get("base_url") is not None and settings.get("journal") is None:
        notice(f"amili: writes are recorded in {settings.journal()}.")
