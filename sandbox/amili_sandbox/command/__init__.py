"""The command `amili-sandbox`."""

from amili_sandbox.command.options import assumptions_of, make_parser
from amili_sandbox.command.start import run_command

__all__ = ["assumptions_of", "make_parser", "run_command"]
