"""The receipts of the three writes; `outcome` tells an acknowledged write from one that was found by a lookup."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from amili_api.models.action_status import ActionStatus
from amili_api.models.creditor_cancellation_receipt import CreditorCancellationReceipt as CancellationReply
from amili_api.models.creditor_crediting_receipt import CreditorCreditingReceipt as CreditingReply
from amili_api.models.invoice_registration_receipt import InvoiceRegistrationReceipt as RegistrationReply
from attrs import define, field

Outcome = Literal["created", "reconciled", "existing"]


class _Acknowledged:
    """Sets `outcome` on a receipt that is decoded from a response, since decoding does not call the class."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Decode the response of the API, as the model does."""
        receipt: Any = super().from_dict(document)  # type: ignore[misc]
        receipt.outcome = "created"
        return receipt  # type: ignore[no-any-return]

    def without_unreadable(self) -> Self:
        """Set to None what can't be read: the write has happened, so reading its receipt must not raise an error of this library.

        What was received stays in `additional_properties`.
        """
        receipt: Any = self
        for attribute in receipt.__attrs_attrs__:
            if not hasattr(self, attribute.name):
                setattr(self, attribute.name, None)
        return self


@define(eq=False, repr=False, getstate_setstate=False)
class InvoiceRegistrationReceipt(_Acknowledged, RegistrationReply):
    """The acknowledgement of a registration; `case` is the identifier to keep.

    `outcome` is `created` if the API acknowledged it, `reconciled` if the response was lost and it was found by a lookup,
    `existing` if it was registered before and `unless_registered` was given. If only its case was found, as in the last case,
    `etag`, `created`, `updated` and the OCR number are None: the case does not have them.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    outcome: Outcome = field(default="created", kw_only=True)


@define(eq=False, repr=False, getstate_setstate=False)
class CreditorCreditingReceipt(_Acknowledged, CreditingReply):
    """The acknowledgement of a crediting.

    `outcome` is `created` if the API acknowledged it, `reconciled` if the response was lost and it was found by a lookup; if
    only the case shows it, `id`, `etag`, `created` and `updated` are None. `settled_amount` (SEK) may be less than the amount
    requested when `result` is `warning`.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    outcome: Outcome = field(default="created", kw_only=True)

    @property
    def result(self) -> ActionStatus | None:
        """The status in the receipt, from whichever of three documented properties has it: completed, warning, error."""
        return _first_readable(self, "status", "crediting_status", "payment_status")


@define(eq=False, repr=False, getstate_setstate=False)
class CreditorCancellationReceipt(_Acknowledged, CancellationReply):
    """The acknowledgement of a cancellation.

    `outcome` is `created` if the API acknowledged it, `reconciled` if the response was lost and it was found by a lookup; if
    only the case shows it, `id`, `etag`, `created` and `updated` are None.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    outcome: Outcome = field(default="created", kw_only=True)

    @property
    def result(self) -> ActionStatus | None:
        """The status in the receipt, from whichever of two documented properties has it: completed or warning."""
        return _first_readable(self, "status", "cancellation_status")


def _first_readable(receipt: Any, *names: str) -> ActionStatus | None:
    return next(filter(None, (getattr(receipt, name, None) for name in names)), None)
