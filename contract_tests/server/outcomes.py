"""Why the suite may get no usable answer, as exceptions."""

from contract_tests.messages import Exchange


class Inconclusive(Exception):
    """Nothing can be said about the contract: no network, refused credentials, no quota left, or a server that only fails."""


class BrokenReply(Exception):
    """A response that breaks HTTP itself: it is a finding, and there is nothing to check."""

    def __init__(self, sent: Exchange, problem: Exception) -> None:
        super().__init__(f"{sent.method} {sent.path}: {type(problem).__name__}: {problem}")
        self.sent, self.problem = sent, str(problem)


class Unreadable(Exception):
    """An answer from which the suite can't see what is left open; the message has its status."""
