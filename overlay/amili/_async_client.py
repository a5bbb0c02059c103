"""The asynchronous client: the same methods as in `_client`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, Unpack, overload

from amili._base_client import BaseClient, ListOptions, Projection, WhereLike, require_unresolved
from amili._core.engine import Budget
from amili._core.transport import AsyncClient, arun, async_client
from amili._errors import OutcomeUnknownError

if TYPE_CHECKING:
    import asyncio

    from amili_api.client import AuthenticatedClient
    from amili_api.models.case import Case
    from amili_api.models.invoice_registration import InvoiceRegistration
    from amili_api.models.partial_case import PartialCase

    from amili._core.engine import Flow, Request
    from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
    from amili._core.reading import AsyncCases, CaseRef, Target
    from amili._core.writing import Pending

T = TypeVar("T")
Invoice: TypeAlias = "InvoiceRegistration | Mapping[str, Any]"


def _running_loop() -> asyncio.AbstractEventLoop | None:
    from asyncio import _get_running_loop

    return _get_running_loop()


class AsyncAmili(BaseClient):
    __doc__ = "The asynchronous client; tasks may share it. Use it as a context manager, or aclose() it.\n" + str(
        BaseClient.__doc__
    )
    _http: AsyncClient
    _loop: asyncio.AbstractEventLoop | None

    def _open(self) -> None:
        self._http = async_client(self._base_url, self._context.timeout, self._transport, self._max_bytes)
        self._pid, self._loop = os.getpid(), _running_loop()

    def _in_other_process_or_loop(self) -> bool:
        loop = _running_loop()
        self._loop = self._loop or loop  # a client created outside any loop belongs to the first loop that uses it
        return self._pid != os.getpid() or (loop is not None and loop is not self._loop)

    def _bind(self, api: AuthenticatedClient, auth: Any) -> AuthenticatedClient:
        self._open_http().auth = auth
        return api.set_async_httpx_client(self._http)

    async def _run(self, flow: Flow[T]) -> T:
        try:
            return await arun(flow, self._open_http(), self._quota)
        except OutcomeUnknownError as problem:
            raise self._with_resolver(problem, self.resolve) from None

    async def _read(self, request: Request, deadline: float | None = None) -> tuple[Any, Budget]:
        from amili._core import operations

        budget = self._context.budget(deadline)
        return await self._run(operations.read(self._context, request, budget)), budget

    async def register(
        self, invoice: Invoice, *, unless_registered: bool = False, deadline: float | None = None
    ) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once; as `Amili.register`."""
        from amili._core import writing

        return await self._run(writing.register(self._context, invoice, self._journal, deadline, unless_registered))

    @overload
    def cases(
        self, where: WhereLike | None = ..., *, projection: None = ..., **options: Unpack[ListOptions]
    ) -> AsyncCases[Case]: ...
    @overload
    def cases(
        self, where: WhereLike | None = ..., *, projection: Projection, **options: Unpack[ListOptions]
    ) -> AsyncCases[PartialCase]: ...
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
    ) -> AsyncCases[Any]:
        """Return all cases that match, for `async for`; see `Amili.cases`."""
        from amili._core import reading

        query = reading.Query(where, sort or "_id", projection, page_size, limit, keyset).validate()
        self._context.budget(deadline)  # an invalid deadline raises here, not at the first page
        return reading.AsyncCases(query, partial(self._read, deadline=deadline), prefetch)

    async def case(self, where: WhereLike | CaseRef, *, deadline: float | None = None) -> Case:
        """Return exactly one case; see `Amili.case`."""
        from amili._core import reading

        return await self._run(reading.one_case(self._context, where, self._context.budget(deadline)))

    async def wait_for(self, case: CaseRef, wanted: Target, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case repeatedly until it is as wanted; see `Amili.wait_for`."""
        from amili._core import reading

        return await self._run(reading.wait_for(self._context, case, wanted, timeout, poll))

    async def credit(
        self,
        case: CaseRef,
        amount: Decimal | int,
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
        return await self._run(flow)

    async def cancel(self, case: CaseRef, *, deadline: float | None = None) -> CreditorCancellationReceipt:
        """Cancel a case exactly once; see `Amili.cancel`."""
        from amili._core import writing

        return await self._run(writing.cancel(self._context, case, self._journal, deadline))

    async def resolve(self, unknown: OutcomeUnknownError | Pending, *, deadline: float | None = None) -> Any:
        """Look up whether a write happened; see `Amili.resolve`."""
        from amili._core import writing

        return await self._run(writing.resolve(self._context, require_unresolved(unknown), self._journal, deadline))

    async def resolve_pending(self, *, deadline: float | None = None) -> list[tuple[Pending, Any]]:
        """Look up every pending write of the journal; see `Amili.resolve_pending`."""
        from amili._core import writing

        journal = self._require_journal()
        return await self._run(writing.resolve_pending(self._context, journal, deadline))

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
