"""The table of commands, and the help that lists them; imports nothing, so that this help is there at once."""

# The name of each command, the room that has it under this name, and what the help says of it. A command or a group of commands
# is imported when it is used.
COMMANDS = {
    "case": ("amili.cli.reads", "Show one case, by invoice number or id."),
    "cases": ("amili.cli.reads", "List the cases that meet conditions."),
    "changes": ("amili.cli.reads", "List the cases that changed since last time."),
    "wait": ("amili.cli.reads", "Wait until a case is in a state."),
    "export": ("amili.cli.reads", "Write cases to a file: CSV, JSON lines or xlsx."),
    "register": ("amili.cli.writes", "Register an invoice, once."),
    "credit": ("amili.cli.writes", "Credit a case by an amount."),
    "cancel": ("amili.cli.writes", "Cancel a case."),
    "bulk": ("amili.cli.bulk", "Do the same for many rows of a file, and resume."),
    "inspect": ("amili.cli.bulk", "Show the runs of a bulk ledger in a browser."),
    "pending": ("amili.cli.writes", "List or resolve writes of unknown outcome."),
    "doctor": ("amili.cli.setup", "Check everything, and say what to do."),
    "config": ("amili.cli.setup", "Show settings and where they come from."),
    "token": ("amili.cli.setup", "Exchange the credential for a token."),
    "sandbox": ("amili.cli.setup", "Start the local stand-in."),
    "completion": ("amili.cli.setup", "Print the completion script of a shell."),
}

_HELP = """\
Usage: amili COMMAND [OPTIONS] [ARGUMENTS]

  Invoices and debt collection at Visma Amili; begin with `amili doctor`. Each
  command has a --help. `amili --version` prints the version.

Commands:
{commands}
Example: amili cases state=invoice 'total_remaining_capital_amount>0'"""


def help_text() -> str:
    """Return the help of the program."""
    lines = (f"  {name:<10}  {summary}\n" for name, (_, summary) in COMMANDS.items())
    return _HELP.format(commands="".join(lines))
