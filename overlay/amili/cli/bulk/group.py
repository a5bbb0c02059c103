"""The table of the commands below `amili bulk`."""

from amili.cli.commands import CommandTable

_INPUTS, _JOBS, _RUNS, _MACHINES = (f"amili.cli.bulk.{name}" for name in ("inputs", "jobs", "runs", "machines"))

COMMANDS = {
    "map": (_INPUTS, "Propose which column is which property."),
    "check": (_INPUTS, "Check all rows of a file; nothing is sent."),
    "register": (_JOBS, "Register the invoices of a file, each once."),
    "credit": (_JOBS, "Credit the cases of a file."),
    "cancel": (_JOBS, "Cancel the cases of a file."),
    "lookup": (_JOBS, "Look up the cases of a file; nothing is written."),
    "resume": (_RUNS, "Go on with a run, after any end."),
    "retry": (_RUNS, "Send the refused rows of a run again."),
    "stop": (_RUNS, "Stop a run after the requests in hand."),
    "list": (_RUNS, "List the runs of a ledger."),
    "status": (_RUNS, "Show how far a run is."),
    "watch": (_RUNS, "Show how far a run is until it has ended."),
    "results": (_RUNS, "Show or write the result of each row."),
    "init": (_MACHINES, "Make the tables of a ledger in PostgreSQL."),
    "work": (_MACHINES, "Work on runs from this and other machines."),
}

bulk: CommandTable = CommandTable(
    "bulk",
    COMMANDS,
    help="Registers, credits, cancels or looks up the rows of a file, each exactly once. After any end, `amili bulk resume FILE` "
    "goes on by the ledger.",
    epilog="Examples:\n  amili bulk register invoices.xlsx --map map.toml --dry-run",
)
