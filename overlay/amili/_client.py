"""The blocking client: a thin shell over the plans, which decide. Its twin is in `_async_client`; a test compares them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, Unpack, overload

from amili._base_client import BaseClient, ListOptions, Projection, WhereLike, require_unresolved
from amili._core.engine import Budget
from amili._core.transport import BlockingClient, can_reopen, client, run
from amili._errors import OutcomeUnknownError

if TYPE_CHECKING:
    from amili_api.client import AuthenticatedClient
    from amili_api.models.case import Case
    from amili_api.models.invoice_registration import InvoiceRegistration
    from amili_api.models.partial_case import PartialCase

    from amili._core.engine import Flow, Request
    from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
    from amili._core.reading import CaseRef, Cases, Target
    from amili._core.writing import Pending

T = TypeVar("T")
Invoice: TypeAlias = "InvoiceRegistration | Mapping[str, Any]"


class Amili(BaseClient):
    __doc__ = "The blocking client; threads may share it. Use it as a context manager, or close() it.\n" + str(BaseClient.__doc__)
    _http: BlockingClient

    def _open(self) -> None:
        self._http = client(self._base_url, self._context.timeout, self._transport)
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

    def _run(self, flow: Flow[T]) -> T:
        try:
            return run(flow, self._open_http(), self._quota)
        except OutcomeUnknownError as problem:
            raise self._with_resolver(problem, self.resolve) from None
        except KeyboardInterrupt:
            if can_reopen(self._transport):  # the HTTP library may have lost the place of a connection: the next call begins anew
                self._interrupted.append(self._http)
            raise

    def _read(self, request: Request, deadline: float | None = None) -> tuple[Any, Budget]:
        from amili._core import operations

        budget = self._context.budget(deadline)
        return self._run(operations.read(self._context, request, budget)), budget

    def register(
        self, invoice: Invoice, *, unless_registered: bool = False, deadline: float | None = None
    ) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once, and return its receipt; `.outcome` says created, reconciled or existing.

        Takes an InvoiceRegistration or a dict of the same shape; amounts in SEK, dates as RFC 1123, ISO 8601, aware datetime or
        date. "Exactly once" covers one call: a lost response is looked up before anything is sent again, and with a journal so
        are earlier calls for this number that were cut off. A second call is a second invoice, unless `unless_registered`:
        then the number is looked up first, and the receipt of what is there returned. `deadline` is the number of seconds the
        whole call may take, with all waits and lookups; by default `Retry.total`, and lookups may take longer. Raises
        ValidationError if the API refuses the invoice, OutcomeUnknownError if its outcome is unknown, AlreadyRegisteredError if
        the number is registered for another invoice.
        """
        from amili._core import writing

        return self._run(writing.register(self._context, invoice, self._journal, deadline, unless_registered))

    @overload
    def cases(self, where: WhereLike | None = ..., *, projection: None = ..., **options: Unpack[ListOptions]) -> Cases[Case]: ...
    @overload
    def cases(
        self, where: WhereLike | None = ..., *, projection: Projection, **options: Unpack[ListOptions]
    ) -> Cases[PartialCase]: ...
    def cases(
        self,
        where: WhereLike | None = None,
        *,
        sort: str | None = None,
        projection: Projection | None = None,
        page_size: int = 100,
        limit: int | None = None,
        keyset: bool | None = None,
        prefetch: bool = False,
        deadline: float | None = None,
    ) -> Cases[Any]:
        """Return all cases that match, read page by page while you iterate; `.pages()`, `.count()` and `.first()` as well.

        `sort` names a property, or several with commas, a minus before one means descending; by default by id. `projection` names
        the properties wanted; the others read as None. Cases may come and go meanwhile: one that stays, in its place, comes once.
        `keyset=False` asks by page numbers where it would ask by the last id, and takes more requests; `prefetch` requests the
        next page while you use the one before; `deadline` is the number of seconds that each page may take, and the count.
        Raises DecodeError if the replies contradict what was asked for.
        """
        from amili._core import reading

        query = reading.Query(where, sort or "_id", projection, page_size, limit, keyset).validated()
        self._context.budget(deadline)  # raises now, and not with the first page
        return reading.Cases(query, partial(self._read, deadline=deadline), prefetch)

    def case(self, where: WhereLike | CaseRef, *, deadline: float | None = None) -> Case:
        """Return exactly one case, by condition, id, or registration receipt; raises NoCaseFound or MultipleCasesFound."""
        from amili._core import reading

        return self._run(reading.one_case(self._context, where, self._context.budget(deadline)))

    def wait_for(self, case: CaseRef, wanted: Target, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case until it is in the state (or one of the states) wanted, or a function of it is true; then return it.

        Times in seconds; the pauses are jittered around `poll`. Raises WaitTimeoutError with the last state seen.
        """
        from amili._core import reading

        return self._run(reading.wait_for(self._context, case, wanted, timeout, poll))

    def credit(
        self,
        case: CaseRef,
        amount: Decimal | int,
        *,
        currency: str = "SEK",
        account: str | None = None,
        reference: str | None = None,
        deadline: float | None = None,
    ) -> CreditorCreditingReceipt:
        """Credit a case, exactly once, by an amount in SEK with at most two decimals; `.settled_amount` may be less.

        The case is read first, which is one request more, so that a crediting whose reply is lost can be told from others.
        `account` is sent only if given; `reference` is the creditor's own. Raises ActionFailedError if the API says `error`,
        ValidationError if it refuses, OutcomeUnknownError if the fate can't be told.
        """
        from amili._core import writing

        details = writing.Crediting(amount, currency, account, reference)
        flow = writing.credit(self._context, case, details, self._journal, deadline)
        return self._run(flow)

    def cancel(self, case: CaseRef, *, deadline: float | None = None) -> CreditorCancellationReceipt:
        """Cancel a case, exactly once, which stops its processing; raises as `credit` does."""
        from amili._core import writing

        return self._run(writing.cancel(self._context, case, self._journal, deadline))

    def resolve(self, unknown: OutcomeUnknownError | Pending, *, deadline: float | None = None) -> Any:
        """Look whether a write happened: returns its receipt, or None if it surely did not; else raises OutcomeUnknownError.

        Ends its entry in this client's journal. Raises OutcomeUnknownError, too, while somebody else is busy with that, and when
        the `deadline` (seconds) is over.
        """
        from amili._core import writing

        return self._run(writing.resolve(self._context, require_unresolved(unknown), self._journal, deadline))

    def resolve_pending(self, *, deadline: float | None = None) -> list[tuple[Pending, Any]]:
        """Look at every pending write of the journal; returns each with its receipt, None, or the error why it can't be told.

        An OutcomeUnknownError stays pending, and so does an entry that can't be read (ConfigurationError). Nothing is noted
        before all is found: if it is cut off, the next one tells it. What the `deadline` (seconds, for all together) leaves no
        time for stays pending.
        """
        from amili._core import writing

        journal = self._require_journal()
        return self._run(writing.resolve_pending(self._context, journal, deadline))

    def close(self) -> None:
        """Close the connections."""
        self._closed = True
        if not self._in_other_process_or_loop():  # else they are not this process's to close
            for each in (self._http, *self._interrupted):
                each.close()
        if self._journal is not None:
            self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
