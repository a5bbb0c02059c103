"""The quota for the pages."""

from collections.abc import Sequence

from amili_inspector import QuotaLeft

from amili_sandbox.access import BURST, MINUTE
from amili_sandbox.server import Sandbox


class ShownQuota:
    """The rate limits of a stand-in, without its keys."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def is_on(self) -> bool:
        """Whether limits are assumed."""
        return self._sandbox.state.assumptions["quota"] != "off"

    def limits(self) -> tuple[int, int]:
        """Return how many requests there may be in a minute and in a second."""
        return MINUTE[0], BURST[0]

    def left(self) -> Sequence[QuotaLeft]:
        """Return what is left to each key that was used in the last minute."""
        return [QuotaLeft(self._whose(key), *left) for key, left in self._sandbox.quota.left().items()]

    def _whose(self, key: str) -> str:
        account = self._sandbox.authentication.account_of(key)
        return f"a key of account {account}" if account is not None else "requests without a valid key"
