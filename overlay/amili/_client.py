"""The blocking client: runs the flows of `_core`. `_async_client` has the same methods; a test compares the two."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from amili._base_client import BaseClient, WhereLike, require_unresolved
from amili._core.transport import BlockingClient, can_reopen, client, run
from amili._errors import OutcomeUnknownError
from amili._lists import Lists

if TYPE_CHECKING:
    from amili_api.client import AuthenticatedClient
    from amili_api.codec import Amount
    from amili_api.models.case import Case

    from amili._core.engine import Flow
    from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, Invoice, InvoiceRegistrationReceipt
    from amili._core.quota import Quota
    from amili._core.reading import CaseRef, Target
    from amili._core.writing import ManyWrites, Pending, WriteResult

T = TypeVar("T")
Crediting: TypeAlias = "tuple[CaseRef, Amount] | tuple[CaseRef, Amount, str | None]"


class Amili(Lists):
    __doc__ = (
        "The blocking client; threads may share it. Use it as a context manager, or close() it.\n\n"
        + str(BaseClient.__doc__).replace("\n    ", "\n")  # as Python 3.13 and later do
    )
    _http: BlockingClient

    def _open(self) -> None:
        self._http = client(self._base_url, self._context.timeout, self._transport, self._bounds)
        self._pid, self._interrupted = os.getpid(), list[BlockingClient]()

    def _open_http(self) -> BlockingClient:
        if self._interrupted and self._interrupted[-1] is self._http:
            before = self._interrupted
            self._open()
            self._interrupted = before
        http: BlockingClient = super()._open_http()
        return http

    def _in_other_process_or_loop(self) -> bool:
        return self._pid != os.getpid()

    def _bind(self, api: AuthenticatedClient, auth: Any) -> AuthenticatedClient:
        self._open_http().auth = auth
        return api.set_httpx_client(self._http)

    def _run(self, flow: Flow[T], call: str | None = None, quota: Quota | None = None) -> T:
        try:
            with self._span(call):
                return run(flow, self._open_http(), quota or self._quota)
        except OutcomeUnknownError as problem:
            raise self._with_resolver(problem, self.resolve) from None
        except KeyboardInterrupt:
            if can_reopen(self._transport):  # httpx may have leaked a connection: reopen for the next call
                self._interrupted.append(self._http)
            raise

    def register(
        self, invoice: Invoice, *, unless_registered: bool = False, deadline: float | None = None
    ) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once, and return its receipt; `.outcome` says created, reconciled or existing.

        Takes an InvoiceRegistration or a dict of the same shape; amounts in SEK, days as a date or as a moment, which stands for
        its day in Sweden: an aware datetime, RFC 1123 or ISO 8601. "Exactly once" covers one call: a lost response is looked up
        before anything is sent again, and with a journal so are earlier calls for this number that were cut off. A second call
        is a second invoice, unless `unless_registered`: then the number is looked up first, and the receipt of what is there is
        returned. `deadline` is the number of seconds the whole call may take, with all waits and lookups; by default
        `Retry.total`, and lookups may take longer. Raises InvalidInputError naming everything that can't be sent,
        ValidationError if the API refuses the invoice, OutcomeUnknownError if its outcome is unknown, WrittenTwiceError if two
        attempts were carried out, AlreadyRegisteredError if the number is registered for another invoice.
        """
        from amili._core import writing

        return self._run(writing.register(self._context, invoice, self._journal, deadline, unless_registered), "register")

    def case(self, where: WhereLike | CaseRef, *, deadline: float | None = None) -> Case:
        """Return exactly one case, by condition, id, or registration receipt; raises NoCaseFound or MultipleCasesFound."""
        from amili._core import reading

        return self._run(reading.one_case(self._context, where, self._context.budget(deadline)), "case")

    def wait_for(self, case: CaseRef, wanted: Target, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case repeatedly until it has the wanted state, or one of them, or a function of it is true; return the case.

        `timeout` and `poll` are in seconds; the pauses vary randomly around `poll`. Raises WaitTimeoutError with the last state.
        """
        from amili._core import reading

        return self._run(reading.wait_for(self._context, case, wanted, timeout, poll), "wait_for")

    def credit(
        self,
        case: CaseRef,
        amount: Amount,
        *,
        currency: str = "SEK",
        account: str | None = None,
        reference: str | None = None,
        deadline: float | None = None,
    ) -> CreditorCreditingReceipt:
        """Credit a case exactly once by an amount in SEK with at most two decimals; `.settled_amount` may be less.

        The case is read first, in one more request, so that this crediting can be distinguished from others if its response is
        lost. With a journal, a crediting of the same amount on this case that was cut off is looked up before another is sent.
        `account` is sent only if given; `reference` is the creditor's own, and without it the client makes one. Raises
        ActionFailedError if the receipt has the status `error`, ValidationError if the API refuses the crediting,
        OutcomeUnknownError if its outcome can't be determined, WrittenTwiceError if two attempts were carried out.
        """
        from amili._core import writing

        details = writing.Crediting(amount, currency, account, reference)
        flow = writing.credit(self._context, case, details, self._journal, deadline)
        return self._run(flow, "credit")

    def cancel(self, case: CaseRef, *, deadline: float | None = None) -> CreditorCancellationReceipt:
        """Cancel a case exactly once, which stops its processing; raises the same errors as `credit`."""
        from amili._core import writing

        return self._run(writing.cancel(self._context, case, self._journal, deadline), "cancel")

    def register_many(
        self, invoices: Iterable[Invoice], *, unless_registered: bool = False, concurrency: int = 8, deadline: float | None = None
    ) -> Iterator[WriteResult[Invoice, InvoiceRegistrationReceipt]]:
        """Register invoices, each exactly once as `register` does; yields what came of each, in the order of completion.

        Invoices are taken from the iterable as they are needed, so that `concurrency` of them are under way. An error of one is
        in its result and does not stop the others. A number that occurs twice is registered once. `unless_registered` looks up
        99 numbers with one request. `deadline` is the number of seconds for each. What is under way when you stop is finished.
        """
        from amili._core import writing

        writes = writing.Registrations(self._context, self._journal, deadline, unless_registered)
        return self._write_many("register_many", writes, invoices, concurrency)

    def credit_many(
        self,
        creditings: Iterable[Crediting],
        *,
        account: str | None = None,
        concurrency: int = 8,
        deadline: float | None = None,
    ) -> Iterator[WriteResult[Crediting, CreditorCreditingReceipt]]:
        """Credit cases, each exactly once as `credit` does; yields results as `register_many`.

        Takes tuples of a case, an amount in SEK, and perhaps a reference. 99 cases are read with one request.
        """
        from amili._core import writing

        writes = writing.creditings(self._context, self._journal, deadline, account)
        return self._write_many("credit_many", writes, creditings, concurrency)

    def cancel_many(
        self, cases: Iterable[CaseRef], *, concurrency: int = 8, deadline: float | None = None
    ) -> Iterator[WriteResult[CaseRef, CreditorCancellationReceipt]]:
        """Cancel cases, each exactly once as `cancel` does, and 99 read with one request; yields results as `register_many`."""
        from amili._core import writing

        writes = writing.cancellations(self._context, self._journal, deadline)
        return self._write_many("cancel_many", writes, cases, concurrency)

    def _write_many(
        self, call: str, writes: ManyWrites, items: Iterable[Any], concurrency: int
    ) -> Iterator[WriteResult[Any, Any]]:
        from amili._core import writing

        return writing.run_many(partial(self._run, call=call), writes, items, writing.check_concurrency(concurrency))

    def resolve(self, unknown: OutcomeUnknownError | Pending, *, deadline: float | None = None) -> Any:
        """Look up whether a write happened; return its receipt, or None if it certainly did not happen.

        Closes its entry in this client's journal. Raises ActionFailedError if the API stored the action as failed, and
        OutcomeUnknownError if the outcome still can't be determined, if another process or task is looking up the same entry,
        and when the `deadline` (seconds) has passed.
        """
        from amili._core import writing

        return self._run(writing.resolve(self._context, require_unresolved(unknown), self._journal, deadline), "resolve")

    def resolve_pending(self, *, deadline: float | None = None) -> list[tuple[Pending, Any]]:
        """Look up every pending write of the journal; return each with its receipt, None, or the error that prevented it.

        None means that the write certainly did not happen. A write with an OutcomeUnknownError stays pending, and so does an
        entry that can't be read (ConfigurationError). Outcomes are recorded only at the end: after an interruption the next call
        returns them again. Writes for which the `deadline` (seconds, for all together) leaves no time stay pending.
        """
        from amili._core import writing

        journal = self._require_journal()
        return self._run(writing.resolve_pending(self._context, journal, deadline), "resolve_pending")

    def close(self) -> None:
        """Close the connections."""
        self._closed = True
        if not self._in_other_process_or_loop():  # connections of another process must not be closed here
            for each in (self._http, *self._interrupted):
                each.close()
        if self._journal is not None:
            self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
