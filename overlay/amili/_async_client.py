"""The asynchronous client: the twin of `_client`, method by method."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, overload

import httpx

from amili._base import Base, Projection, WhereLike, unsettled
from amili._context import Budget
from amili._drivers import arun
from amili._errors import OutcomeUnknownError
from amili._http import async_client
from amili._later import Later

if TYPE_CHECKING:
    import asyncio

    from amili_api.client import AuthenticatedClient
    from amili_api.models.case import Case
    from amili_api.models.invoice_registration import InvoiceRegistration
    from amili_api.models.partial_case import PartialCase

    from amili import _actions as actions
    from amili import _paging as paging
    from amili import _reading as reading
    from amili._effects import Call, Plan
    from amili._journal import Pending
    from amili._paging import AsyncCases
    from amili._reading import CaseLike, Wanted
    from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
else:
    actions, paging, reading = Later("amili._actions"), Later("amili._paging"), Later("amili._reading")

T = TypeVar("T")
Invoice: TypeAlias = "InvoiceRegistration | Mapping[str, Any]"


def _running_loop() -> asyncio.AbstractEventLoop | None:
    from asyncio import _get_running_loop  # noqa: PLC0415 - importing asyncio costs as much as a third of httpx

    return _get_running_loop()


class AsyncAmili(Base):
    __doc__ = "The asynchronous client; tasks may share it. Use it as a context manager, or aclose() it.\n" + str(Base.__doc__)
    __module__ = "amili"

    _http: httpx.AsyncClient
    _loop: asyncio.AbstractEventLoop | None

    def _open(self) -> None:
        self._http = async_client(self._base_url, self._context.timeout, self._transport)
        self._pid, self._loop = os.getpid(), _running_loop()

    def _is_elsewhere(self) -> bool:
        loop = _running_loop()
        self._loop = self._loop or loop  # one that was made outside of any loop belongs to the first that uses it
        return self._pid != os.getpid() or (loop is not None and loop is not self._loop)

    def _bind(self, api: AuthenticatedClient, auth: httpx.Auth) -> AuthenticatedClient:
        self._usable().auth = auth
        return api.set_async_httpx_client(self._http)

    async def _run(self, plan: Plan[T]) -> T:
        try:
            return await arun(plan, self._usable(), self._quota)
        except OutcomeUnknownError as problem:
            raise self._attach(problem, self.resolve) from None

    async def _read(self, call: Call, deadline: float | None = None) -> tuple[Any, Budget]:
        budget = Budget(self._context, deadline)
        return await self._run(reading.read(self._context, call, budget)), budget

    async def register(self, invoice: Invoice, *, deadline: float | None = None) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once; as `Amili.register`."""
        return await self._run(actions.register(self._context, invoice, self._journal, deadline))

    @overload
    def cases(
        self,
        where: WhereLike | None = ...,
        *,
        sort: str | None = ...,
        page_size: int = ...,
        limit: int | None = ...,
        keyset: bool | None = ...,
        prefetch: bool = ...,
        deadline: float | None = ...,
    ) -> AsyncCases[Case]: ...
    @overload
    def cases(
        self,
        where: WhereLike | None = ...,
        *,
        sort: str | None = ...,
        projection: Projection,
        page_size: int = ...,
        limit: int | None = ...,
        keyset: bool | None = ...,
        prefetch: bool = ...,
        deadline: float | None = ...,
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
        """Return all cases that match, for `async for`; as `Amili.cases`."""
        query = paging.Query(where, sort or "_id", projection, page_size, limit, keyset).fitted()
        Budget(self._context, deadline)  # raises now, and not with the first page
        return paging.AsyncCases(query, partial(self._read, deadline=deadline), prefetch)

    async def case(self, where: WhereLike | CaseLike, *, deadline: float | None = None) -> Case:
        """Return exactly one case; as `Amili.case`."""
        return await self._run(reading.one_case(self._context, where, Budget(self._context, deadline)))

    async def wait_for(self, case: CaseLike, wanted: Wanted, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case until it is as wanted; as `Amili.wait_for`."""
        return await self._run(reading.wait_for(self._context, case, wanted, timeout, poll))

    async def credit(
        self,
        case: CaseLike,
        amount: Decimal | int,
        *,
        currency: str = "SEK",
        account: str | None = None,
        reference: str | None = None,
        deadline: float | None = None,
    ) -> CreditorCreditingReceipt:
        """Credit a case, exactly once; as `Amili.credit`."""
        details = actions.Crediting(amount, currency, account, reference)
        plan = actions.credit(self._context, case, details, self._journal, deadline)
        return await self._run(plan)

    async def cancel(self, case: CaseLike, *, deadline: float | None = None) -> CreditorCancellationReceipt:
        """Cancel a case, exactly once; as `Amili.cancel`."""
        return await self._run(actions.cancel(self._context, case, self._journal, deadline))

    async def resolve(self, unknown: OutcomeUnknownError | Pending, *, deadline: float | None = None) -> Any:
        """Look whether a write happened; as `Amili.resolve`."""
        return await self._run(actions.resolve(self._context, unsettled(unknown), self._journal, deadline))

    async def resolve_pending(self, *, deadline: float | None = None) -> list[tuple[Pending, Any]]:
        """Look at every pending write of the journal; as `Amili.resolve_pending`."""
        journal = self._kept_journal()
        return await self._run(actions.resolve_pending(self._context, journal, deadline))

    async def aclose(self) -> None:
        """Close the connections."""
        self._closed = True
        if not self._is_elsewhere():  # else they are not this loop's to close
            await self._http.aclose()
        if self._journal is not None:
            self._journal.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
