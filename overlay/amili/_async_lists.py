"""Methods of the asynchronous client for lists of cases: the same as in `_lists`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, overload

from amili._base_client import BaseClient, ListOptions, WhereLike
from amili._query import Projection, Sort

if TYPE_CHECKING:
    from amili_api.models.case import Case
    from amili_api.models.partial_case import PartialCase

    from amili._core.engine import Budget, Request
    from amili._core.reading import AsyncCases, AsyncChanges, CaseRef, Lookup


class AsyncLists(BaseClient):
    """The part of a client that reads lists."""

    async def _read(self, request: Request, deadline: float | None = None) -> tuple[Any, Budget]:
        from amili._core import operations

        budget = self._context.budget(deadline)
        return await self._run(operations.read(self._context, request, budget), "cases"), budget

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
        sort: Sort | None = None,
        projection: Projection | None = None,
        page_size: int = 100,
        limit: int | None = None,
        keyset: bool | None = None,
        prefetch: bool = False,
        deadline: float | None = None,
    ) -> AsyncCases[Any]:
        """Return all cases that match, for `async for`; see `Amili.cases`."""
        from amili._core import reading

        query = reading.Query.of(where, sort, projection, page_size=page_size, limit=limit, keyset=keyset)
        self._context.budget(deadline)  # an invalid deadline raises here, not at the first page
        return reading.AsyncCases(query, partial(self._read, deadline=deadline), prefetch)

    @overload
    def cases_by_number(
        self, numbers: Iterable[str], *, creditor: str | None = ..., projection: None = ..., deadline: float | None = ...
    ) -> AsyncIterator[tuple[str, list[Case]]]: ...
    @overload
    def cases_by_number(
        self, numbers: Iterable[str], *, projection: Projection, creditor: str | None = ..., deadline: float | None = ...
    ) -> AsyncIterator[tuple[str, list[PartialCase]]]: ...
    def cases_by_number(
        self,
        numbers: Iterable[str],
        *,
        creditor: str | None = None,
        projection: Projection | None = None,
        deadline: float | None = None,
    ) -> AsyncIterator[tuple[str, list[Any]]]:
        """Yield each invoice number with its cases, for `async for`; see `Amili.cases_by_number`."""
        from amili._core import reading

        return self._look_up(reading.Lookup(True, creditor, projection), numbers, deadline)

    def cases_by_id(
        self, ids: Iterable[CaseRef], *, projection: Projection | None = None, deadline: float | None = None
    ) -> AsyncIterator[tuple[str, Any]]:
        """Yield each identifier with its case, or None; see `Amili.cases_by_id`."""
        from amili._core import reading

        found = self._look_up(reading.Lookup(False, None, projection), map(reading.case_id, ids), deadline)
        return ((identifier, cases[0] if cases else None) async for identifier, cases in found)

    async def _look_up(
        self, lookup: Lookup, values: Iterable[str], deadline: float | None
    ) -> AsyncIterator[tuple[str, list[Any]]]:
        from amili._core import reading

        for lot in reading.lots(values):
            flow = reading.look_up(self._context, lookup, lot, self._context.budget(deadline))
            found = await self._run(flow, lookup.call)
            for value, cases in found.items():
                yield value, cases

    def changes(
        self,
        *,
        since: datetime | None = None,
        cursor: str | None = None,
        projection: Projection | None = None,
        deadline: float | None = None,
    ) -> AsyncChanges[Any]:
        """Return the cases that changed, for `async for`; see `Amili.changes`."""
        from amili._core import reading

        log, wanted = reading.ChangeLog.of(since, cursor), reading.with_properties(projection, *reading.CHANGE_PROPERTIES)
        return reading.AsyncChanges(partial(self.cases, projection=wanted, deadline=deadline), log, lambda: self._context.utc_now)
