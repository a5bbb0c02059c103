from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...codec import parse_json
from ...models.case_page import CasePage
from ...models.eve_error import EveError
from ...types import Response


def _get_kwargs(
    *,
    where: str | None = None,
    sort: str | None = None,
    projection: str | None = None,
    page: int | None = 1,
    max_results: int | None = 25,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["where"] = where

    params["sort"] = sort

    params["projection"] = projection

    params["page"] = page

    params["max_results"] = max_results

    params = {k: v for k, v in params.items() if v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/cases",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CasePage | EveError | None:
    if response.status_code == 200:
        response_200 = CasePage.from_dict(parse_json(response.content))

        return response_200

    if response.status_code == 400:
        response_400 = EveError.from_dict(parse_json(response.content))

        return response_400

    if response.status_code == 401:
        response_401 = EveError.from_dict(parse_json(response.content))

        return response_401

    if response.status_code == 403:
        response_403 = EveError.from_dict(parse_json(response.content))

        return response_403

    if response.status_code == 404:
        response_404 = EveError.from_dict(parse_json(response.content))

        return response_404

    if response.status_code == 422:
        response_422 = EveError.from_dict(parse_json(response.content))

        return response_422

    if response.status_code == 429:
        response_429 = EveError.from_dict(parse_json(response.content))

        return response_429

    if 500 <= response.status_code <= 599:
        response_5xx = EveError.from_dict(parse_json(response.content))

        return response_5xx

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CasePage | EveError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    where: str | None = None,
    sort: str | None = None,
    projection: str | None = None,
    page: int | None = 1,
    max_results: int | None = 25,
) -> Response[CasePage | EveError]:
    """Find cases

     One page of the cases that match. Without a sort the order of pages is not promised.

    Args:
        where (str | None):  Example: {"debt.invoice_number":"INV-2025-015"}.
        sort (str | None):  Example: -_created.
        projection (str | None):  Example: {"state":1,"total_remaining_capital_amount":1}.
        page (int | None):  Default: 1. Example: 1.
        max_results (int | None):  Default: 25. Example: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CasePage | EveError]
    """

    kwargs = _get_kwargs(
        where=where,
        sort=sort,
        projection=projection,
        page=page,
        max_results=max_results,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    where: str | None = None,
    sort: str | None = None,
    projection: str | None = None,
    page: int | None = 1,
    max_results: int | None = 25,
) -> CasePage | EveError | None:
    """Find cases

     One page of the cases that match. Without a sort the order of pages is not promised.

    Args:
        where (str | None):  Example: {"debt.invoice_number":"INV-2025-015"}.
        sort (str | None):  Example: -_created.
        projection (str | None):  Example: {"state":1,"total_remaining_capital_amount":1}.
        page (int | None):  Default: 1. Example: 1.
        max_results (int | None):  Default: 25. Example: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CasePage | EveError
    """

    return sync_detailed(
        client=client,
        where=where,
        sort=sort,
        projection=projection,
        page=page,
        max_results=max_results,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    where: str | None = None,
    sort: str | None = None,
    projection: str | None = None,
    page: int | None = 1,
    max_results: int | None = 25,
) -> Response[CasePage | EveError]:
    """Find cases

     One page of the cases that match. Without a sort the order of pages is not promised.

    Args:
        where (str | None):  Example: {"debt.invoice_number":"INV-2025-015"}.
        sort (str | None):  Example: -_created.
        projection (str | None):  Example: {"state":1,"total_remaining_capital_amount":1}.
        page (int | None):  Default: 1. Example: 1.
        max_results (int | None):  Default: 25. Example: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CasePage | EveError]
    """

    kwargs = _get_kwargs(
        where=where,
        sort=sort,
        projection=projection,
        page=page,
        max_results=max_results,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    where: str | None = None,
    sort: str | None = None,
    projection: str | None = None,
    page: int | None = 1,
    max_results: int | None = 25,
) -> CasePage | EveError | None:
    """Find cases

     One page of the cases that match. Without a sort the order of pages is not promised.

    Args:
        where (str | None):  Example: {"debt.invoice_number":"INV-2025-015"}.
        sort (str | None):  Example: -_created.
        projection (str | None):  Example: {"state":1,"total_remaining_capital_amount":1}.
        page (int | None):  Default: 1. Example: 1.
        max_results (int | None):  Default: 25. Example: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CasePage | EveError
    """

    return (
        await asyncio_detailed(
            client=client,
            where=where,
            sort=sort,
            projection=projection,
            page=page,
            max_results=max_results,
        )
    ).parsed
