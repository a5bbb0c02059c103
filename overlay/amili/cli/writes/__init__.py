"""The commands that write, each exactly once and with a journal: `register`, `credit`, `cancel` and `pending`."""

from amili.cli.writes.actions import cancel, credit
from amili.cli.writes.pending import pending
from amili.cli.writes.registration import register

__all__ = ["cancel", "credit", "pending", "register"]
