"""The table of commands, each imported when it is used, and how the program ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from amili.cli.commands import CommandTable, Entry

# A command or a group of commands. The room is imported when the command is used, so that `amili --help` stays quick.
COMMANDS = {
    "case": Entry("amili.cli.reads", "case", "Show one case, by invoice number or id."),
    "cases": Entry("amili.cli.reads", "cases", "List the cases that meet conditions."),
    "changes": Entry("amili.cli.reads", "changes", "List the cases that changed since last time."),
    "wait": Entry("amili.cli.reads", "wait", "Wait until a case is in a state."),
    "export": Entry("amili.cli.reads", "export", "Write cases to a file: CSV, JSON lines or xlsx."),
    "register": Entry("amili.cli.writes", "register", "Register an invoice, once."),
    "credit": Entry("amili.cli.writes", "credit", "Credit a case by an amount."),
    "cancel": Entry("amili.cli.writes", "cancel", "Cancel a case."),
    "bulk": Entry("amili.cli.bulk", "bulk", "Do the same for many rows of a file, and resume."),
    "pending": Entry("amili.cli.writes", "pending", "List or resolve writes of unknown outcome."),
    "doctor": Entry("amili.cli.setup", "doctor", "Check everything, and say what to do."),
    "config": Entry("amili.cli.setup", "config", "Show settings and where they come from."),
    "token": Entry("amili.cli.setup", "token", "Exchange the credential for a token."),
    "sandbox": Entry("amili.cli.setup", "sandbox", "Start the local stand-in."),
    "completion": Entry("amili.cli.setup", "completion", "Print the completion script of a shell."),
}


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from amili import __version__

        click.echo(__version__)
        context.exit()


program = CommandTable(
    "amili",
    COMMANDS,
    help="Invoices and debt collection at Visma Amili; begin with `amili doctor`. Each command has a --help, and there is "
    "--version.\n\nExample: amili cases state=invoice 'total_remaining_capital_amount>0'",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            default=False,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Print the version.",
        )
    ],
)


def run(arguments: Sequence[str] | None) -> int:
    """Run the program and return its exit code; what click itself refuses is one line."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # data is UTF-8 everywhere; a terminal that lacks a character shows an escape
        sys.stdout.reconfigure(**({"errors": "backslashreplace"} if sys.stdout.isatty() else {"encoding": "utf-8"}))
    try:
        status = program.main(args=None if arguments is None else list(arguments), prog_name="amili", standalone_mode=False)
    except click.UsageError as problem:
        message = problem.format_message().rstrip(".")
        where = f"; see `{problem.ctx.command_path} --help`." if problem.ctx is not None else "" if message.endswith("?") else "."
        print(f"amili: {message}{where}", file=sys.stderr)
        return problem.exit_code
    except click.ClickException as problem:
        print(f"amili: {problem.format_message()}", file=sys.stderr)
        return problem.exit_code
    except click.Abort:
        print("amili: interrupted. Nothing was sent.", file=sys.stderr)
        return 130
    return status if isinstance(status, int) else 0
