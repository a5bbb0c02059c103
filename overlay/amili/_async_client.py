"""The asynchronous client: the same methods as in `_client`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from amili._async_lists import AsyncLists
from amili._base_client import BaseClient, WhereLike, require_unresolved
from amili._core.transport import AsyncClient, arun, async_client
from amili._errors import OutcomeUnknownError

if TYPE_CHECKING:
    import asyncio

    from amili_api.client import AuthenticatedClient
    from amili_api.codec import Amount
    from amili_api.models.case import Case

    from amili._core.engine import Flow
    from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, Invoice, InvoiceRegistrationReceipt
    from amili._core.reading import CaseRef, Target
    from amili._core.writing import ManyWrites, Pending, WriteResult

T = TypeVar("T")
Crediting: TypeAlias = "tuple[CaseRef, Amount] | tuple[CaseRef, Amount, str | None]"


def _running_loop() -> asyncio.AbstractEventLoop | None:
    from asyncio import _get_running_loop

    return _get_running_loop()


class AsyncAmili(AsyncLists):
    __doc__ = (
        "The asynchronous client; tasks may share it. Use it as a context manager, or aclose() it.\n\n"
        + str(BaseClient.__doc__).replace("\n    ", "\n")  # as Python 3.13 and later do
    )
    _http: AsyncClient
    _loop: asyncio.AbstractEventLoop | None

    def _open(self) -> None:
        self._http = async_client(self._base_url, self._context.timeout, self._transport, self._bounds)
        self._pid, self._loop = os.getpid(), _running_loop()

    def _in_other_process_or_loop(self) -> bool:
        loop = _running_loop()
        self._loop = self._loop or loop  # a client created outside any loop belongs to the first loop that uses it
        return self._pid != os.getpid() or (loop is not None and loop is not self._loop)

    def _bind(self, api: AuthenticatedClient, auth: Any) -> AuthenticatedClient:
        self._open_http().auth = auth
        return api.set_async_httpx_client(self._http)

    async def _run(self, flow: Flow[T], call: str | None = None) -> T:
        try:
            with self._span(call):
                return await arun(flow, self._open_http(), self._quota)
        except OutcomeUnknownError as problem:
            raise self._with_resolver(problem, self.resolve) from None

    async def register(
        self, invoice: Invoice, *, unless_registered: bool = False, deadline: float | None = None
    ) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once; as `Amili.register`."""
        from amili._core import writing

        return await self._run(writing.register(self._context, invoice, self._journal, deadline, unless_registered), "register")

    async def case(self, where: WhereLike | CaseRef, *, deadline: float | None = None) -> Case:
        """Return exactly one case; see `Amili.case`."""
        from amili._core import reading

        return await self._run(reading.one_case(self._context, where, self._context.budget(deadline)), "case")

    async def wait_for(self, case: CaseRef, wanted: Target, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case repeatedly until it is as wanted; see `Amili.wait_for`."""
        from amili._core import reading

        return await self._run(reading.wait_for(self._context, case, wanted, timeout, poll), "wait_for")

    async def credit(
        self,
        case: CaseRef,
        amount: Amount,
        *,
        currency: str = "SEK",
        account: str | None = None,
        reference: str | None = None,
        deadline: float | None = None,
    ) -> CreditorCreditingReceipt:
        """Credit a case exactly once; see `Amili.credit`."""
        from amili._core import writing

        details = writing.Crediting(amount, currency, account, reference)
        flow = writing.credit(self._context, case, details, self._journal, deadline)
        return await self._run(flow, "credit")

    async def cancel(self, case: CaseRef, *, deadline: float | None = None) -> CreditorCancellationReceipt:
        """Cancel a case exactly once; see `Amili.cancel`."""
        from amili._core import writing

        return await self._run(writing.cancel(self._context, case, self._journal, deadline), "cancel")

    def register_many(
        self, invoices: Iterable[Invoice], *, unless_registered: bool = False, concurrency: int = 8, deadline: float | None = None
    ) -> AsyncIterator[WriteResult[Invoice, InvoiceRegistrationReceipt]]:
        """See `Amili.register_many`; for `async for`."""
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
    ) -> AsyncIterator[WriteResult[Crediting, CreditorCreditingReceipt]]:
        """See `Amili.credit_many`; for `async for`."""
        from amili._core import writing

        writes = writing.creditings(self._context, self._journal, deadline, account)
        return self._write_many("credit_many", writes, creditings, concurrency)

    def cancel_many(
        self, cases: Iterable[CaseRef], *, concurrency: int = 8, deadline: float | None = None
    ) -> AsyncIterator[WriteResult[CaseRef, CreditorCancellationReceipt]]:
        """See `Amili.cancel_many`; for `async for`."""
        from amili._core import writing

        writes = writing.cancellations(self._context, self._journal, deadline)
        return self._write_many("cancel_many", writes, cases, concurrency)

    def _write_many(
        self, call: str, writes: ManyWrites, items: Iterable[Any], concurrency: int
    ) -> AsyncIterator[WriteResult[Any, Any]]:
        from amili._core import writing

        return writing.arun_many(partial(self._run, call=call), writes, items, writing.check_concurrency(concurrency))

    async def resolve(self, unknown: OutcomeUnknownError | Pending, *, deadline: float | None = None) -> Any:
        """Look up whether a write happened; see `Amili.resolve`."""
        from amili._core import writing

        return await self._run(writing.resolve(self._context, require_unresolved(unknown), self._journal, deadline), "resolve")

    async def resolve_pending(self, *, deadline: float | None = None) -> list[tuple[Pending, Any]]:
        """Look up every pending write of the journal; see `Amili.resolve_pending`."""
        from amili._core import writing

        journal = self._require_journal()
        return await self._run(writing.resolve_pending(self._context, journal, deadline), "resolve_pending")

    async def aclose(self) -> None:
        """Close the connections."""
        self._closed = True
        if not self._in_other_process_or_loop():  # connections of another process or loop must not be closed here
            await self._http.aclose()
        if self._journal is not None:
            self._journal.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
