"""What the status of an action says, under whichever of its documented names the API gives it."""

from typing import Any

from amili_api.models.action_status import ActionStatus


def reports_error(action: Any) -> bool | None:
    """Return whether a receipt, or an action as it is stored, says that it failed; None if its properties contradict each other.

    `status` of the newer pages decides; the older properties count where there is none. Raises UnreadablePropertyError.
    """
    known = {each.name for each in action.__attrs_attrs__}
    older = [getattr(action, name) for name in ("crediting_status", "payment_status", "cancellation_status") if name in known]
    newer = action.status
    has_failed = [str(status).lower() == ActionStatus.ERROR for status in (newer, *older) if status is not None]
    if not any(has_failed):
        return False
    return True if has_failed[0] or newer is None else None
