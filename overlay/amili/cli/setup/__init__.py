"""The commands about the set-up: `doctor`, `config`, `token`, `sandbox` and `completion`."""

from amili.cli.setup.completion import completion
from amili.cli.setup.config import config
from amili.cli.setup.doctor import doctor
from amili.cli.setup.sandbox import sandbox
from amili.cli.setup.tokens import lifetime, token

__all__ = ["completion", "config", "doctor", "lifetime", "sandbox", "token"]
