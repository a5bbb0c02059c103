"""What can go wrong with a write: refused after it was accepted, registered already, written twice, or of unknown outcome."""

from collections.abc import Callable
from typing import Any

from amili._errors.tree import AmiliError, ConfigurationError, restore


class ActionFailedError(AmiliError):
    """The API accepted the action (201), but its receipt reports an error; has `.reason` (the vendor's key) and `.receipt`."""

    def __init__(self, message: str, *, operation: str | None = None, reason: str | None = None, receipt: Any = None) -> None:
        super().__init__(message, operation=operation)
        self.reason: str | None = reason
        self.receipt: Any = receipt


class AlreadyRegisteredError(AmiliError):
    """`register(unless_registered=True)` found another invoice with this number, or several; nothing was sent.

    `.cases` are the identifiers of the cases found.
    """

    def __init__(self, message: str, *, operation: str | None = None, cases: tuple[str, ...] = ()) -> None:
        super().__init__(message, operation=operation)
        self.cases = cases


class WrittenTwiceError(AmiliError):
    """A write that was sent again after a lost response is there twice: the first attempt arrived late.

    `.receipt` is that of the second one, `.cases` the identifiers of the cases concerned. Undo one of the two by hand: cancel one
    of two cases, or take back one of two creditings.
    """

    def __init__(self, message: str, *, operation: str | None = None, receipt: Any = None, cases: tuple[str, ...] = ()) -> None:
        super().__init__(message, operation=operation)
        self.receipt: Any = receipt
        self.cases = cases


class OutcomeUnknownError(AmiliError):
    """A write that may or may not have happened. Do not send it again before you know.

    `.key` describes the write for a person. `.resolve()` looks it up again: it returns the receipt if the write happened, None if
    it certainly did not, and raises OutcomeUnknownError if that still can't be determined. With AsyncAmili it must be awaited. A
    pickled error has no client: use `amili.resolve(error)`. `.entry` is the write's entry in the journal, or None; resolving
    closes the entry, also with another client that uses the same journal. `.contradicted` says that the API accepted the write or
    refuses its repetition, although no lookup finds it: then not even further lookups without a sign of it are proof.
    """

    entry: int | None = None
    contradicted: bool = False

    def __init__(
        self, message: str, *, operation: str | None = None, evidence: Any = None, sent_at: float = 0.0, lost_at: float = 0.0
    ) -> None:
        super().__init__(message, operation=operation)
        self.key: str = evidence.key if evidence is not None else ""
        self.evidence: Any = evidence
        self.sent_at: float = sent_at
        self.lost_at: float = lost_at
        self.resolver: Callable[..., Any] | None = None

    def resolve(self, *, deadline: float | None = None) -> Any:
        """Look up again whether the write happened; `deadline` is the number of seconds that this may take."""
        if self.resolver is None:
            raise ConfigurationError("this error has no client; use amili.resolve(error)", operation=self.operation)
        return self.resolver(self, deadline=deadline)

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self.args, {**self.__dict__, "resolver": None})
