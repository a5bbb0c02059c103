"""What all commands share: where settings come from, the client, questions before writes, exit codes and what errors say."""

from amili.cli.frame.asking import confirm_write, writing_options
from amili.cli.frame.command_class import AmiliCommand, command, form_options, output_options
from amili.cli.frame.exit_codes import Exit
from amili.cli.frame.failures import status_of
from amili.cli.frame.journal_server import check_journal_server
from amili.cli.frame.layers import CONFIG, PROFILE, config_file
from amili.cli.frame.notices import notice
from amili.cli.frame.session import Session
from amili.cli.frame.settings import SETTINGS

__all__ = [
    "CONFIG",
    "PROFILE",
    "SETTINGS",
    "AmiliCommand",
    "Exit",
    "Session",
    "check_journal_server",
    "command",
    "config_file",
    "confirm_write",
    "form_options",
    "notice",
    "output_options",
    "status_of",
    "writing_options",
]
