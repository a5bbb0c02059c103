"""The two variants of three paths: one in the vendor's guide, one in its reference pages. A server may have only one of them."""

from typing import Literal

from amili._core.engine.effects import Request, Response
from amili._errors import ConfigurationError, json_document

PathStyle = Literal["auto", "guide", "reference"]

# The same as `x-alternate-path` in the contract; a test compares them.
REFERENCE_PATHS = {
    "/invoice-registration": "/invoice--registrations",
    "/creditor-crediting": "/creditor--creditings",
    "/creditor-cancellation": "/creditor--cancellations",
}


class Paths:
    """Chooses the path of a request and remembers, for each route, which variant this server has."""

    def __init__(self, style: PathStyle = "auto") -> None:
        if style not in ("auto", "guide", "reference"):
            raise ConfigurationError(f"paths={style!r} is not one of 'auto', 'guide', 'reference'")
        self._style = style
        self._known: dict[str, str] = {}

    def path(self, request: Request) -> str:
        """Return the path to try first."""
        if self._style == "reference":
            return REFERENCE_PATHS.get(request.route, request.route)
        return self._known.get(request.route, request.route)

    def alternative(self, request: Request, tried: str, response: Response) -> str | None:
        """Return the other variant if the response proves that the route does not exist, so that nothing was processed."""
        reference = REFERENCE_PATHS.get(request.route)
        if self._style != "auto" or reference is None or tried == reference or request.route in self._known:
            return None
        return reference if _is_missing_route(response) else None

    def remember(self, request: Request, path: str, response: Response) -> None:
        """Remember the variant once a response proves that the route exists: a success, or a 422."""
        if self._style == "auto" and request.route in REFERENCE_PATHS and (response.success or response.status == 422):
            self._known[request.route] = path


def _is_missing_route(response: Response) -> bool:
    """Return whether this is the framework's 404 for an unknown path, and not the page of a proxy."""
    if response.status != 404:
        return False
    document = json_document(response.content)
    error = document.get("_error") if isinstance(document, dict) else None
    return isinstance(error, dict) and error.get("code") == 404 and "_issues" not in document
