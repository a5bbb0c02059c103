"""The two spellings of three paths: the vendor's guide has one, its reference pages another; a server may know only one."""

from typing import Literal

from amili._core.engine.effects import Request, Response
from amili._errors import ConfigurationError, json_document

PathStyle = Literal["auto", "guide", "reference"]

# The contract says the same as `x-alternate-path`; a test compares.
REFERENCE_PATHS = {
    "/invoice-registration": "/invoice--registrations",
    "/creditor-crediting": "/creditor--creditings",
    "/creditor-cancellation": "/creditor--cancellations",
}


class Paths:
    """Chooses the path of a call and remembers, route by route, which spelling this server knows."""

    def __init__(self, spelling: PathStyle = "auto") -> None:
        if spelling not in ("auto", "guide", "reference"):
            raise ConfigurationError(f"paths={spelling!r} is not one of 'auto', 'guide', 'reference'")
        self._spelling = spelling
        self._known: dict[str, str] = {}

    def path(self, request: Request) -> str:
        """Return the path to try first."""
        if self._spelling == "reference":
            return REFERENCE_PATHS.get(request.route, request.route)
        return self._known.get(request.route, request.route)

    def alternative(self, request: Request, tried: str, response: Response) -> str | None:
        """Return the other spelling if the answer proves that the route tried does not exist, so that nothing was processed."""
        reference = REFERENCE_PATHS.get(request.route)
        if self._spelling != "auto" or reference is None or tried == reference or request.route in self._known:
            return None
        return reference if _is_missing_route(response) else None

    def remember(self, request: Request, path: str, response: Response) -> None:
        """Remember the spelling once an answer shows that the route exists: it was processed, or refused for its content."""
        if self._spelling == "auto" and request.route in REFERENCE_PATHS and (response.success or response.status == 422):
            self._known[request.route] = path


def _is_missing_route(response: Response) -> bool:
    """Tell a clean 404, the framework's own for an unknown path, from a page of some proxy."""
    if response.status != 404:
        return False
    document = json_document(response.content)
    error = document.get("_error") if isinstance(document, dict) else None
    return isinstance(error, dict) and error.get("code") == 404 and "_issues" not in document
