"""Methods of the blocking client for lists of cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, overload

from amili._base_client import BaseClient, ListOptions, WhereLike
from amili._query import Projection, Sort

if TYPE_CHECKING:
    from amili_api.models.case import Case
    from amili_api.models.partial_case import PartialCase

    from amili._core.engine import Budget, Request
    from amili._core.reading import CaseRef, Cases, Changes, Lookup


class Lists(BaseClient):
    """The part of a client that reads lists."""

    def _read(self, request: Request, deadline: float | None = None) -> tuple[Any, Budget]:
        from amili._core import operations

        budget = self._context.budget(deadline)
        return self._run(operations.read(self._context, request, budget), "cases"), budget

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
        sort: Sort | None = None,
        projection: Projection | None = None,
        page_size: int = 100,
        limit: int | None = None,
        keyset: bool | None = None,
        prefetch: bool = False,
        deadline: float | None = None,
    ) -> Cases[Any]:
        """Return all cases that match, fetched page by page as you iterate; also has `.pages()`, `.count()` and `.first()`.

        `sort` is a property name, or several separated by commas, with a leading minus for descending, or fields such as
        `-where.created`; the default is the id. `projection` lists the properties to return, by name or field; all others are
        None. Cases may be added, removed and changed during the iteration: one that matches throughout and keeps its position is
        returned exactly once. `keyset=False` requests pages by number instead of by the last id, which takes more requests.
        `prefetch` requests the next page while you use the current one. `deadline` is the number of seconds that each page, and
        `count()`, may take. Raises InvalidInputError for an unknown name, DecodeError if the responses contradict the query.
        """
        from amili._core import reading

        query = reading.Query.of(where, sort, projection, page_size=page_size, limit=limit, keyset=keyset)
        self._context.budget(deadline)  # an invalid deadline raises here, not at the first page
        return reading.Cases(query, partial(self._read, deadline=deadline), prefetch)

    @overload
    def cases_by_number(
        self, numbers: Iterable[str], *, creditor: str | None = ..., projection: None = ..., deadline: float | None = ...
    ) -> Iterator[tuple[str, list[Case]]]: ...
    @overload
    def cases_by_number(
        self, numbers: Iterable[str], *, projection: Projection, creditor: str | None = ..., deadline: float | None = ...
    ) -> Iterator[tuple[str, list[PartialCase]]]: ...
    def cases_by_number(
        self,
        numbers: Iterable[str],
        *,
        creditor: str | None = None,
        projection: Projection | None = None,
        deadline: float | None = None,
    ) -> Iterator[tuple[str, list[Any]]]:
        """Yield each invoice number with its cases: none, one, or several. Up to 99 numbers are looked up by one request.

        Without `creditor` the cases of all creditors are found. If the API turns out not to support conditions with `in`, the
        numbers are looked up one by one, and a warning is logged. `deadline` is the number of seconds for each 99 numbers.
        """
        from amili._core import reading

        return self._look_up(reading.Lookup(True, creditor, projection), numbers, deadline)

    def cases_by_id(
        self, ids: Iterable[CaseRef], *, projection: Projection | None = None, deadline: float | None = None
    ) -> Iterator[tuple[str, Any]]:
        """Yield each identifier with its case, or None; as `cases_by_number`."""
        from amili._core import reading

        found = self._look_up(reading.Lookup(False, None, projection), map(reading.case_id, ids), deadline)
        return ((identifier, cases[0] if cases else None) for identifier, cases in found)

    def _look_up(self, lookup: Lookup, values: Iterable[str], deadline: float | None) -> Iterator[tuple[str, list[Any]]]:
        from amili._core import reading

        for lot in reading.lots(values):
            flow = reading.look_up(self._context, lookup, lot, self._context.budget(deadline))
            yield from self._run(flow, lookup.call).items()

    def changes(
        self,
        *,
        since: datetime | None = None,
        cursor: str | None = None,
        projection: Projection | None = None,
        deadline: float | None = None,
    ) -> Changes[Any]:
        """Return the cases that changed since a time, or since the look that gave the `cursor`; without both, all cases.

        Iterate, then keep `.cursor`. A case that has not changed since it was returned is not returned again. `.whole_walk_due`
        says when to read all cases again, since not every change can be seen. `since` is an aware datetime; `deadline` is the
        number of seconds for each page.
        """
        from amili._core import reading

        log, wanted = reading.ChangeLog.of(since, cursor), reading.with_properties(projection, *reading.CHANGE_PROPERTIES)
        return reading.Changes(partial(self.cases, projection=wanted, deadline=deadline), log, lambda: self._context.utc_now)
