"""The table of the commands below `amili bulk`."""

from amili.cli.commands import CommandTable, Entry

_INPUTS, _JOBS, _RUNS = (f"amili.cli.bulk.{name}" for name in ("inputs", "jobs", "runs"))

COMMANDS = {
    "map": Entry(_INPUTS, "propose_map", "Propose which column is which property."),
    "check": Entry(_INPUTS, "check_file", "Check all rows of a file; nothing is sent."),
    "register": Entry(_JOBS, "register", "Register the invoices of a file, each once."),
    "credit": Entry(_JOBS, "credit", "Credit the cases of a file."),
    "cancel": Entry(_JOBS, "cancel", "Cancel the cases of a file."),
    "lookup": Entry(_JOBS, "lookup", "Look up the cases of a file; nothing is written."),
    "resume": Entry(_RUNS, "resume", "Go on with a run, after any end."),
    "retry": Entry(_RUNS, "retry", "Send the refused rows of a run again."),
    "stop": Entry(_RUNS, "stop", "Stop a run after the requests in hand."),
    "list": Entry(_RUNS, "list_runs", "List the runs of a ledger."),
    "status": Entry(_RUNS, "status", "Show how far a run is."),
    "watch": Entry(_RUNS, "watch", "Show how far a run is until it has ended."),
    "results": Entry(_RUNS, "results", "Show or write the result of each row."),
}

bulk = CommandTable(
    "bulk",
    COMMANDS,
    help="Registers, credits, cancels or looks up the rows of a file, each exactly once. What was done is in a ledger beside the "
    "file; after any end, `amili bulk resume FILE` goes on."
    "\n\nExample: amili bulk register invoices.xlsx --map map.toml --dry-run",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
