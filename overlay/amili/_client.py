"""The two clients, side by side: the only place where a method stands twice. What they do is decided in the plans."""

import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self, TypeVar, overload

import httpx
from amili_api.models.case import Case
from amili_api.models.invoice_registration import InvoiceRegistration
from amili_api.models.partial_case import PartialCase

from amili import _actions as actions
from amili._base import Base, Projection, WhereLike
from amili._effects import Call, Plan
from amili._errors import OutcomeUnknownError
from amili._http import arun, async_client, client, run
from amili._journal import Pending
from amili._paging import AsyncCases, Cases, query_for
from amili._reading import CaseLike, Wanted, one_case, read, wait_for
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt

T = TypeVar("T")
Invoice = InvoiceRegistration | Mapping[str, Any]


class Amili(Base):
    __doc__ = "The blocking client; threads may share it. Use it as a context manager, or close() it.\n" + str(Base.__doc__)

    _http: httpx.Client

    def _open(self) -> None:
        self._http, self._pid = client(self._base_url, self._provider, self._context.timeout, self._transport), os.getpid()
        self._api.set_httpx_client(self._http)

    def _run(self, plan: Plan[T]) -> T:
        if self._pid != os.getpid():  # after a fork the connections belong to the parent
            self._open()
        try:
            return run(plan, self._http, self._quota)
        except OutcomeUnknownError as problem:
            raise self._attach(problem, self.resolve) from None

    def _read(self, call: Call) -> Any:
        return self._run(read(self._context, call))

    def register(self, invoice: Invoice) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once, and return its receipt; `.outcome` tells created or reconciled.

        Takes an InvoiceRegistration or a dict of the same shape; amounts in SEK, dates as RFC 1123, ISO 8601, aware datetime or
        date. Raises ValidationError if the API refuses it, OutcomeUnknownError if its fate can't be told.
        """
        return self._run(actions.register(self._context, invoice, self._journal))

    @overload
    def cases(
        self, where: WhereLike | None = ..., *, sort: str | None = ..., page_size: int = ..., limit: int | None = ...
    ) -> Cases[Case]: ...
    @overload
    def cases(
        self,
        where: WhereLike | None = ...,
        *,
        sort: str | None = ...,
        projection: Projection,
        page_size: int = ...,
        limit: int | None = ...,
    ) -> Cases[PartialCase]: ...
    def cases(
        self,
        where: WhereLike | None = None,
        *,
        sort: str | None = None,
        projection: Projection | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Cases[Any]:
        """Return all cases that match, read page by page while you iterate; `.pages()`, `.count()` and `.first()` as well.

        `sort` names a property, a minus before it means descending; by default by id, which is stable. `projection` names the
        properties wanted; the others read as None.
        """
        return Cases(query_for(where, sort, projection, page_size, limit), self._read)

    def case(self, where: WhereLike | CaseLike) -> Case:
        """Return exactly one case, by condition, id, or the receipt of its registration; raises NoCase or ManyCases."""
        return self._run(one_case(self._context, where))

    def wait_for(self, case: CaseLike, wanted: Wanted, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case until it is in the state (or one of the states) wanted, or a function of it is true; then return it.

        Times in seconds; the pauses are jittered around `poll`. Raises NoAnswerError telling the last state seen.
        """
        return self._run(wait_for(self._context, case, wanted, timeout, poll))

    def credit(
        self,
        case: CaseLike,
        amount: Decimal | int,
        *,
        currency: str = "SEK",
        account: str | None = None,
        reference: str | None = None,
    ) -> CreditorCreditingReceipt:
        """Credit a case, exactly once, by an amount in SEK with at most two decimals; `.settled_amount` may be less.

        `account` is sent only if given; `reference` is the creditor's own. Raises RefusedError if the API says `error`,
        ValidationError if it refuses, OutcomeUnknownError if the fate can't be told.
        """
        plan = actions.credit(
            self._context, case, amount, currency=currency, account=account, reference=reference, journal=self._journal
        )
        return self._run(plan)

    def cancel(self, case: CaseLike) -> CreditorCancellationReceipt:
        """Cancel a case, exactly once, which stops its processing; raises as `credit` does."""
        return self._run(actions.cancel(self._context, case, self._journal))

    def resolve(self, unknown: OutcomeUnknownError | Pending) -> Any:
        """Look whether a write happened: returns its receipt, or None if it surely did not; else raises OutcomeUnknownError."""
        return self._run(actions.resolve(self._context, unknown.trace, unknown.sent_at))

    def resolve_pending(self) -> list[tuple[Pending, Any]]:
        """Look at every pending write of the journal; returns each with its receipt, None, or the OutcomeUnknownError."""
        journal = self._kept_journal()
        return self._run(actions.resolve_pending(self._context, journal))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        if self._journal is not None:
            self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncAmili(Base):
    __doc__ = "The asynchronous client; tasks may share it. Use it as a context manager, or aclose() it.\n" + str(Base.__doc__)

    _http: httpx.AsyncClient

    def _open(self) -> None:
        self._http = async_client(self._base_url, self._provider, self._context.timeout, self._transport)
        self._pid = os.getpid()
        self._api.set_async_httpx_client(self._http)

    async def _run(self, plan: Plan[T]) -> T:
        if self._pid != os.getpid():
            self._open()
        try:
            return await arun(plan, self._http, self._quota)
        except OutcomeUnknownError as problem:
            raise self._attach(problem, self.resolve) from None

    async def _read(self, call: Call) -> Any:
        return await self._run(read(self._context, call))

    async def register(self, invoice: Invoice) -> InvoiceRegistrationReceipt:
        """Register one invoice, exactly once; as `Amili.register`."""
        return await self._run(actions.register(self._context, invoice, self._journal))

    @overload
    def cases(
        self, where: WhereLike | None = ..., *, sort: str | None = ..., page_size: int = ..., limit: int | None = ...
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
    ) -> AsyncCases[PartialCase]: ...
    def cases(
        self,
        where: WhereLike | None = None,
        *,
        sort: str | None = None,
        projection: Projection | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> AsyncCases[Any]:
        """Return all cases that match, for `async for`; as `Amili.cases`."""
        return AsyncCases(query_for(where, sort, projection, page_size, limit), self._read)

    async def case(self, where: WhereLike | CaseLike) -> Case:
        """Return exactly one case; as `Amili.case`."""
        return await self._run(one_case(self._context, where))

    async def wait_for(self, case: CaseLike, wanted: Wanted, *, timeout: float = 60.0, poll: float = 2.0) -> Case:
        """Read a case until it is as wanted; as `Amili.wait_for`."""
        return await self._run(wait_for(self._context, case, wanted, timeout, poll))

    async def credit(
        self,
        case: CaseLike,
        amount: Decimal | int,
        *,
        currency: str = "SEK",
        account: str | None = None,
        reference: str | None = None,
    ) -> CreditorCreditingReceipt:
        """Credit a case, exactly once; as `Amili.credit`."""
        plan = actions.credit(
            self._context, case, amount, currency=currency, account=account, reference=reference, journal=self._journal
        )
        return await self._run(plan)

    async def cancel(self, case: CaseLike) -> CreditorCancellationReceipt:
        """Cancel a case, exactly once; as `Amili.cancel`."""
        return await self._run(actions.cancel(self._context, case, self._journal))

    async def resolve(self, unknown: OutcomeUnknownError | Pending) -> Any:
        """Look whether a write happened; as `Amili.resolve`."""
        return await self._run(actions.resolve(self._context, unknown.trace, unknown.sent_at))

    async def resolve_pending(self) -> list[tuple[Pending, Any]]:
        """Look at every pending write of the journal; as `Amili.resolve_pending`."""
        journal = self._kept_journal()
        return await self._run(actions.resolve_pending(self._context, journal))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        if self._journal is not None:
            self._journal.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
