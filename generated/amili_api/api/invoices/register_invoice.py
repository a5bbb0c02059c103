from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...codec import parse_json
from ...models.eve_error import EveError
from ...models.invoice_registration import InvoiceRegistration
from ...models.invoice_registration_receipt import InvoiceRegistrationReceipt
from ...types import Response


def _get_kwargs(
    *,
    body: InvoiceRegistration,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/invoice-registration",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EveError | InvoiceRegistrationReceipt | None:
    if response.status_code == 200:
        response_200 = InvoiceRegistrationReceipt.from_dict(parse_json(response.content))

        return response_200

    if response.status_code == 201:
        response_201 = InvoiceRegistrationReceipt.from_dict(parse_json(response.content))

        return response_201

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[EveError | InvoiceRegistrationReceipt]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: InvoiceRegistration,
) -> Response[EveError | InvoiceRegistrationReceipt]:
    """Register an invoice, which creates its case

     Not idempotent and without an idempotency key; a registration whose reply was lost may have
    happened.

    Args:
        body (InvoiceRegistration): An invoice that the vendor shall distribute.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EveError | InvoiceRegistrationReceipt]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: InvoiceRegistration,
) -> EveError | InvoiceRegistrationReceipt | None:
    """Register an invoice, which creates its case

     Not idempotent and without an idempotency key; a registration whose reply was lost may have
    happened.

    Args:
        body (InvoiceRegistration): An invoice that the vendor shall distribute.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EveError | InvoiceRegistrationReceipt
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: InvoiceRegistration,
) -> Response[EveError | InvoiceRegistrationReceipt]:
    """Register an invoice, which creates its case

     Not idempotent and without an idempotency key; a registration whose reply was lost may have
    happened.

    Args:
        body (InvoiceRegistration): An invoice that the vendor shall distribute.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EveError | InvoiceRegistrationReceipt]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: InvoiceRegistration,
) -> EveError | InvoiceRegistrationReceipt | None:
    """Register an invoice, which creates its case

     Not idempotent and without an idempotency key; a registration whose reply was lost may have
    happened.

    Args:
        body (InvoiceRegistration): An invoice that the vendor shall distribute.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EveError | InvoiceRegistrationReceipt
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
