"""What all forms have in common: what was changed is shown by the page that it leads back to."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue


def change(
    action: Callable[[], Any], show: Callable[[str], str], endpoint: str, done: str, anchor: str = "", **values: Any
) -> ResponseReturnValue:
    """Do something and lead back to a page, or show it with the sentence of a ValueError and status 400.

    To a script of the page the status is 200: browsers report any other on their console as a failure of the page.
    """
    try:
        action()
    except ValueError as error:
        return show(str(error)), 200 if "X-In-Place" in request.headers else 400
    return redirect(url_for(endpoint, did=done, _anchor=anchor or None, **values), 303)
