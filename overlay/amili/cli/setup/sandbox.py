"""`amili sandbox`: starts the stand-in, a program of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import click

from amili.cli.frame import Session, command


@command(
    "sandbox",
    help="Start the local stand-in, with the options of `amili-sandbox`; needs the extra `sandbox`. It says what to paste into a "
    "shell for the other commands. Ctrl-C ends it.",
    example="amili sandbox\namili sandbox --port 0 --seed portfolio:50\namili sandbox -- --help",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", metavar="[OPTIONS OF AMILI-SANDBOX]...", nargs=-1, type=click.UNPROCESSED)
def sandbox(_: Session, arguments: tuple[str, ...]) -> int:
    command_line = (sys.executable, "-m", "amili_sandbox", *arguments)
    with subprocess.Popen(command_line) as process:  # noqa: S603 - our own program, without a shell
        while True:
            with suppress(KeyboardInterrupt):  # the terminal sends it to the stand-in as well, which ends in good order
                return process.wait()
